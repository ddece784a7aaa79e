import Foundation
import LinearAlgebra
import MaskedRegression
import Randomness
import TestSupport
import Testing

/// Theory against simulated samples: |z| <= 5, fixed seeds.
///
/// Finite-size biases are of order 1/d; where a gate would see them, two sizes are combined, 2 E(2d) - E(d), which removes them.
/// Power: every gate below must reject its formula when it is off by 20 % (asserted), most see 1 %.
@Suite struct SimulationGateTests {
  /// One sample of `rows` Gaussian rows of a population, uncentred.
  private func sample(_ population: MaskedPopulation, rows: Int, stream: inout RandomStream) -> Matrix {
    let noise = stream.normalMatrix(rows: rows, columns: population.columns)
    guard let vectors = population.vectors else { return noise }
    let roots = population.eigenvalues.map { $0.squareRoot() }
    return multiply(noise, vectors.scalingColumns(by: roots), transposing: .right)
  }

  /// (generalization error, exact given the weights; training error) of replicates.
  private func simulatedErrors(
    _ population: MaskedPopulation, rows: Int, ridge: Double, replicates: Int
  ) throws -> (generalization: SampleMean, training: SampleMean) {
    let sigma = population.covariance
    let results = try Parallel.map(count: replicates) { replicate in
      var stream = RandomStream(seed: 41, cell: UInt64(population.columns), replicate: UInt64(replicate))
      let x = sample(population, rows: rows, stream: &stream)
      let fit = try MaskedPath(SampleSpectrum(rows: x, preparation: ColumnPreparation(centers: false)))
      let residualMap = .identity(population.columns) - (try fit.model(.shared(ridge)).weights())
      let spread = multiply(residualMap, multiply(sigma, residualMap), transposing: .left)
      return (
        spread.trace / Double(population.columns), try fit.errors(.shared(ridge)).trainingError
      )
    }
    return (SampleMean(results.map(\.0)), SampleMean(results.map(\.1)))
  }

  /// z of 2 b - a against 1, each relative to its theory.
  private func combined(_ a: SampleMean, _ ta: Double, _ b: SampleMean, _ tb: Double) -> Double {
    let value = 2 * b.mean / tb - a.mean / ta
    let error = (4 * pow(b.standardError / tb, 2) + pow(a.standardError / ta, 2)).squareRoot()
    return (value - 1) / error
  }

  @Test(arguments: [(2.0, 0.1), (0.5, 0.1), (2.0, 1.5)])
  func errorsOfMaskedRegression(_ setting: (rowsPerColumn: Double, ridge: Double)) throws {
    let results = try [40, 80].map { d in
      let population = try MaskedPopulation.autoregressive(0.6, columns: d)
      let rows = Int(setting.rowsPerColumn * Double(d))
      let theory = try MaskedRisk(population, rows: rows).errors(ridge: setting.ridge)
      let simulated = try simulatedErrors(population, rows: rows, ridge: setting.ridge, replicates: 300)
      return (theory, simulated)
    }
    let (a, b) = (results[0], results[1])
    let generalization = combined(
      a.1.generalization, a.0.generalizationError, b.1.generalization, b.0.generalizationError)
    let training = combined(a.1.training, a.0.trainingError, b.1.training, b.0.trainingError)
    #expect(abs(generalization) < 5, "z = \(generalization)")
    #expect(abs(training) < 5, "z = \(training)")
    // Control: 20 % off is seen.
    #expect(
      abs(
        combined(a.1.generalization, 1.2 * a.0.generalizationError, b.1.generalization, 1.2 * b.0.generalizationError))
        > 5)
    #expect(abs(combined(a.1.training, 1.2 * a.0.trainingError, b.1.training, 1.2 * b.0.trainingError)) > 5)
  }

  /// The d - 1 features of each target remove most of the training error's bias.
  @Test func finiteSizeTrainingError() throws {
    let population = try MaskedPopulation.autoregressive(0.6, columns: 40)
    let risk = MaskedRisk(population, rows: 80)
    let simulated = try simulatedErrors(population, rows: 80, ridge: 0.1, replicates: 300).training
    let plain = abs(simulated.mean - (try risk.errors(ridge: 0.1).trainingError))
    let better = abs(simulated.mean - (try risk.finiteSizeErrors(ridge: 0.1).training))
    #expect(better < 0.6 * plain && plain > 5 * simulated.standardError)
  }

  @Test func heavyRowErrors() throws {
    let population = try MaskedPopulation.autoregressive(0.6, columns: 80)
    let sigma = population.covariance
    let scales = (0..<160).map { 2 * (1 - (Double($0) + 0.5) / 160) }
    let theory = try MaskedRisk(population, rows: 160).errors(ridge: 0.1, rowScales: scales)
    let results = try Parallel.map(count: 200) { replicate in
      var stream = RandomStream(seed: 42, replicate: UInt64(replicate))
      let x = sample(population, rows: 160, stream: &stream).scalingRows(by: scales.map { $0.squareRoot() })
      let fit = try MaskedPath(SampleSpectrum(rows: x, preparation: ColumnPreparation(centers: false)))
      let map = .identity(80) - (try fit.model(.shared(0.1)).weights())
      let errors = try fit.errors(.shared(0.1))
      return (
        multiply(map, multiply(sigma, map), transposing: .left).trace / 80, errors.generalizedCrossValidationError!
      )
    }
    let generalization = SampleMean(results.map(\.0))
    let crossValidation = SampleMean(results.map(\.1))
    // Bias of order 1/d is allowed for: 1 % at d = 80.
    #expect(abs(generalization.mean / theory.generalizationError - 1) < 0.01 + 5 * generalization.standardError)
    #expect(abs(crossValidation.mean / theory.crossValidationLimit - 1) < 0.01 + 5 * crossValidation.standardError)
    // Generalized cross-validation is wrong for such rows, by far more than the allowance.
    #expect(theory.crossValidationLimit < 0.85 * theory.generalizationError)
  }

  @Test func outlierAndOverlap() throws {
    let (strength, ridge) = (3.0, 0.2)
    let results = try [100, 200].map { d in
      let population = try MaskedPopulation.spiked([strength], columns: d)
      let law = try MaskedSpectrumLaw(population, rows: 2 * d, ridge: ridge)
      let theory = try law.outliers()[0]
      let direction = population.spikes[0].direction
      let samples = try Parallel.map(count: 100) { replicate in
        var stream = RandomStream(seed: 43, cell: UInt64(d), replicate: UInt64(replicate))
        let x = sample(population, rows: 2 * d, stream: &stream)
        let (position, vector) = try topOfWeights(x, ridge: ridge)
        return (position, pow(dot(vector, direction), 2) / dot(vector, vector))
      }
      return (theory, SampleMean(samples.map(\.0)), SampleMean(samples.map(\.1)))
    }
    let (a, b) = (results[0], results[1])
    let position = combined(a.1, a.0.position, b.1, b.0.position)
    let overlap = combined(a.2, a.0.overlap, b.2, b.0.overlap)
    #expect(abs(position) < 5, "z = \(position)")
    #expect(abs(overlap) < 5, "z = \(overlap)")
    #expect(abs(combined(a.1, 1.2 * a.0.position, b.1, 1.2 * b.0.position)) > 5)
    #expect(abs(combined(a.2, 1.2 * a.0.overlap, b.2, 1.2 * b.0.overlap)) > 5)
  }

  /// Largest eigenvalue of A and its right eigenvector, through the symmetric M.
  private func topOfWeights(_ x: Matrix, ridge: Double) throws -> (Double, [Double]) {
    let d = x.columns
    let shifted = (1 / Double(x.rows)) * x.gram() + ridge * .identity(d)
    let roots = try Cholesky(shifted).inverse().diagonalEntries.map { $0.squareRoot() }
    let eigen = try SymmetricEigen(shifted.scalingRows(by: roots).scalingColumns(by: roots), largest: 1)
    return (1 - 1 / eigen.values[0], zip(roots, eigen.vectors.column(0)).map { $0 * $1 })
  }

  /// A spike on five columns: the general solver, the localised closed form and simulation agree.
  @Test func localisedSpike() throws {
    let (d, n, ridge, strength) = (300, 600, 0.2, 3.0)
    let population = try MaskedPopulation.localizedSpike(strength, support: 5, columns: d)
    let general = try MaskedSpectrumLaw(population, rows: n, ridge: ridge).outliers()[0]
    let closed = LocalizedSpike(strength: strength, support: 5, aspect: 0.5, ridge: ridge).outliers[0]
    #expect(abs(general.position - closed.position) < 0.003)
    #expect(abs(general.overlap - closed.overlap) < 0.01)
    let direction = population.spikes[0].direction
    let samples = try Parallel.map(count: 60) { replicate in
      var stream = RandomStream(seed: 44, replicate: UInt64(replicate))
      let (position, vector) = try topOfWeights(sample(population, rows: n, stream: &stream), ridge: ridge)
      return (position, pow(dot(vector, direction), 2) / dot(vector, vector))
    }
    let (position, overlap) = (SampleMean(samples.map(\.0)), SampleMean(samples.map(\.1)))
    // 1/d = 0.3 % of bias is allowed for.
    #expect(abs(position.mean - general.position) < 0.003 + 5 * position.standardError)
    #expect(abs(overlap.mean - general.overlap) < 0.01 + 5 * overlap.standardError)
    #expect(abs(overlap.mean - 1.2 * general.overlap) > 0.01 + 5 * overlap.standardError)
  }

  @Test func pcaErrors() throws {
    let results = try [50, 100].map { d in
      let population = try MaskedPopulation.autoregressive(0.6, columns: d)
      let sigma = population.covariance
      let directions = [d / 10, d / 2, 9 * d / 10]
      let theory = try PCAErrorLaw(population, rows: 2 * d).unmaskedErrors(directions: directions)
      let samples = try Parallel.map(count: 200) { replicate in
        var stream = RandomStream(seed: 45, cell: UInt64(d), replicate: UInt64(replicate))
        let x = sample(population, rows: 2 * d, stream: &stream)
        let u = try SymmetricEigen(x.gram()).vectors
        let variances = multiply(u, multiply(sigma, u), transposing: .left).diagonalEntries
        return directions.map { q in variances[q...].reduce(0, +) / Double(d) }
      }
      return (theory, directions.indices.map { q in SampleMean(samples.map { $0[q] }) })
    }
    for q in 0..<3 {
      let z = combined(results[0].1[q], results[0].0[q], results[1].1[q], results[1].0[q])
      #expect(abs(z) < 5, "q \(q): z = \(z)")
      #expect(abs(combined(results[0].1[q], 1.2 * results[0].0[q], results[1].1[q], 1.2 * results[1].0[q])) > 5)
    }
  }

  /// Kolmogorov distance between simulated eigenvalues of A and the law.
  @Test(arguments: [0.6, 0.0])
  func spectrumOfWeights(_ correlation: Double) throws {
    let (d, n, ridge) = (120, 240, 0.1)
    let population: MaskedPopulation =
      correlation == 0 ? .identity(columns: d) : try .autoregressive(correlation, columns: d)
    let shape = try MaskedSpectrumLaw(population, rows: n, ridge: ridge).shape(points: 160)
    var cumulative = [0.0]
    for (a, b) in zip(shape.points, shape.points.dropFirst()) {
      cumulative.append(cumulative.last! + 0.5 * (a.density + b.density) * (b.eigenvalue - a.eigenvalue))
    }
    #expect(abs(cumulative.last! - 1) < 2e-3, "mass \(cumulative.last!)")
    func law(_ a: Double) -> Double {
      guard let above = shape.points.firstIndex(where: { $0.eigenvalue >= a }) else { return 1 }
      if above == 0 { return 0 }
      let (left, right) = (shape.points[above - 1], shape.points[above])
      let fraction = (a - left.eigenvalue) / (right.eigenvalue - left.eigenvalue)
      return cumulative[above - 1] + fraction * (cumulative[above] - cumulative[above - 1])
    }
    let values = try Parallel.map(count: 20) { replicate in
      var stream = RandomStream(seed: 46, replicate: UInt64(replicate))
      let x = sample(population, rows: n, stream: &stream)
      let shifted = (1 / Double(n)) * x.gram() + ridge * .identity(d)
      let roots = try Cholesky(shifted).inverse().diagonalEntries.map { $0.squareRoot() }
      return try SymmetricEigen.values(of: shifted.scalingRows(by: roots).scalingColumns(by: roots)).map { 1 - 1 / $0 }
    }.flatMap { $0 }
    let distance = KolmogorovGate(values) { law($0) }.distance
    // Eigenvalues of one sample repel each other: their distribution function fluctuates by 1/d, not 1/sqrt(d).
    #expect(distance < 1.5 / Double(d), "distance \(distance)")
    #expect(KolmogorovGate(values) { law($0 * 1.2) }.distance > 1.5 / Double(d))
  }

  /// From one sample of 300 rows to 80 and to 1500, against the theory's best penalty there.
  @Test func forecastsReachTheTruth() throws {
    let population = try MaskedPopulation.autoregressive(0.6, columns: 100)
    for target in [120, 1500] {
      let truth = try MaskedRisk(population, rows: target).optimum().errors.generalizationError
      let ratios = try Parallel.map(count: 40) { replicate in
        var stream = RandomStream(seed: 47, replicate: UInt64(replicate))
        let x = sample(population, rows: 300, stream: &stream)
        let path = MaskedPath(try SampleSpectrum(rows: x, preparation: ColumnPreparation(centers: false)))
        return try MaskedForecaster(path).forecast(rows: Double(target)).error! / truth
      }
      let mean = SampleMean(ratios)
      #expect(abs(mean.mean - 1) < 0.006 + 5 * mean.standardError, "\(target) rows: \(mean.mean)")
      #expect(abs(mean.mean - 1.2) > 0.006 + 5 * mean.standardError)
    }
    // Fewer rows than columns, many more asked: out of reach, and said so.
    var stream = RandomStream(seed: 48)
    let few = sample(try .autoregressive(0.9, columns: 100), rows: 30, stream: &stream)
    let path = MaskedPath(try SampleSpectrum(rows: few, preparation: ColumnPreparation(centers: false)))
    let forecast = try MaskedForecaster(path).forecast(rows: 100_000)
    #expect(!forecast.isReachable && forecast.errorAtMost != nil && forecast.ridge == nil)
    #expect(try MaskedForecaster(path).forecast(rows: 15).isReachable)
  }

  /// Summed, the estimated variances along the sample's eigenvectors give PCA's error on fresh rows.
  @Test func reconstructionFromTheSample() throws {
    let population = try MaskedPopulation.autoregressive(0.6, columns: 100)
    for rows in [250, 60] {
      let sigma = population.covariance
      let ratios = try Parallel.map(count: 60) { replicate in
        var stream = RandomStream(seed: 49, cell: UInt64(rows), replicate: UInt64(replicate))
        let x = sample(population, rows: rows, stream: &stream)
        let spectrum = try SampleSpectrum(rows: x, preparation: ColumnPreparation(centers: false))
        let u = spectrum.vectorRows.rows(0..<20)
        let kept = multiply(u, multiply(sigma, u, transposing: .right)).trace
        return spectrum.reconstructionErrors()[20] / ((sigma.trace - kept) / 100)
      }
      let mean = SampleMean(ratios)
      #expect(abs(mean.mean - 1) < 0.006 + 5 * mean.standardError, "\(rows): \(mean.mean)")
      #expect(abs(mean.mean - 1.2) > 5 * mean.standardError)
    }
  }
}
