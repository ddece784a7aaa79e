import Asymptotics
import Distributions
import LinearAlgebra
import Pretraining
import Randomness
import TestSupport
import Testing

/// d = 5, k = 2: any covariance, pair covariance with correlations (0.9, 0.6, 0.3, 0.1, -0.4).
private func general(downstream: Matrix? = nil) throws -> SpectralPopulation {
  var stream = RandomStream(seed: 501)
  let map = stream.normalMatrix(rows: 5, columns: 5)
  func conjugated(_ values: [Double]) -> Matrix {
    multiply(map.scalingColumns(by: values), map, transposing: .right).symmetrized()
  }
  return try SpectralPopulation(
    covariance: conjugated([1, 1, 1, 1, 1]), pairCovariance: conjugated([0.1, 0.9, -0.4, 0.6, 0.3]),
    weights: [1, -0.5], labelNoise: 0.4, downstreamCovariance: downstream)
}

private func harmonic(_ dimension: Int, rank: Int, strangers: Strangers = .one) throws -> SpectralPopulation {
  try SpectralPopulation(
    correlations: (1...dimension).map { 1 / Double($0) },
    weights: (1...rank).map { 1 / Double($0).squareRoot() }, labelNoise: 1, strangers: strangers)
}

private func otherCovariance() -> Matrix {
  var stream = RandomStream(seed: 502)
  return 0.1 * stream.normalMatrix(rows: 10, columns: 5).gram()
}

@Suite struct SpectralPopulationTests {
  /// TWO_STAGE reference: λ_j = 1/j, w_i = 1/sqrt(i), d = 8, k = 2.
  @Test func referenceValue() throws {
    let population = try harmonic(8, rank: 2)
    let law = try population.law()
    #expect(relativeDifference(law.interaction.mean, 70.17234481292516) < 1e-14)
    #expect(relativeDifference(law.interaction.standardDeviation, 46.84768654524215) < 1e-14)
    #expect(law.effectiveDimension == 2 && law.baseDimension == 8)
    #expect(try relativeDifference(population.corollary63AsPrinted().mean, 49.5) < 1e-14)
  }

  @Test(arguments: [false, true])
  func closedFormIsTheGeneralRoute(_ shifted: Bool) throws {
    let population = try general(downstream: shifted ? otherCovariance() : nil)
    let law = try LimitLaw(moments: population.moments(), noiseVariance: 0.16)
    expectSameLaw(try population.law(), law, 1e-8)
    // Negative control: 20 % in one correlation is another law.
    let wrong = try SpectralPopulation(
      correlations: [0.9, 0.6, 0.36, 0.1, -0.4], weights: [1, -0.5], labelNoise: 0.4)
    #expect(try relativeDifference(wrong.law().interaction.mean, law.interaction.mean) > 0.02)
  }

  /// S, H and Q annihilate the orbit's directions.
  @Test func orbitDirectionsAreNull() throws {
    let moments = try general().moments()
    let vertical = moments.verticalBasis
    #expect(vertical.columns == 1)
    for matrix in [moments.hessian, moments.scoreCovariance] {
      #expect(multiply(matrix, vertical).largestMagnitude < 1e-12 * matrix.largestMagnitude)
    }
  }

  /// The Hessian is that of the population loss tr(MΣMΣ) - 2 tr(MΣ⁺), by second differences along random lines in A.
  @Test func hessianIsTheSecondDifference() throws {
    let population = try general()
    let (sigma, pairs) = (population.covariance, population.pairCovariance)
    func loss(_ a: Matrix) -> Double {
      let product = a.gram() * sigma
      return traceOfProduct(product, product) - 2 * traceOfProduct(a.gram(), pairs)
    }
    let (a, hessian) = (population.parameters, try population.moments().hessian)
    var stream = RandomStream(seed: 503)
    for _ in 0..<10 {
      let e = stream.normalMatrix(rows: 2, columns: 5)
      // Even differences at two steps, extrapolated: error of order h^4.
      let seconds = [1e-2, 2e-2].map { h in (loss(a + h * e) + loss(a - h * e) - 2 * loss(a)) / (h * h) }
      let difference = (4 * seconds[0] - seconds[1]) / 3
      #expect(relativeDifference(difference, dot(e.storage, hessian * e.storage)) < 1e-8)
    }
  }

  /// The closed-form score covariance against 400 000 sampled scores, entry by entry in standard errors.
  @Test func scoreCovarianceIsTheSampledOne() throws {
    let population = try general()
    let expected = try population.moments().scoreCovariance
    var stream = RandomStream(seed: 507)
    let sample = population.triples(400_000, using: &stream)
    let sampled = try LinearSpectral.moments(
      sample, parameters: population.parameters, downstream: sample.anchors, head: [1, 1]
    ).scoreCovariance
    // Degree-eight moments of Gaussians: 3 % of the largest entry is some ten standard errors, 20 % far beyond.
    #expect(relativeDifference(sampled, expected) < 0.03)
    #expect(relativeDifference(sampled, 1.2 * expected) > 0.1)
  }

  /// Moments averaged over sampled triples tend to the population's closed form: 40 sets of 20 000 triples.
  @Test func momentsFromDataTendToThePopulations() throws {
    let population = try general()
    let expected = try population.law().interaction.mean
    let values = try Parallel.map(count: 40) { index in
      var stream = RandomStream(seed: 504, replicate: UInt64(index))
      let sample = population.triples(20_000, using: &stream)
      let fit = try SpectralFit(sample, rank: 2)
      // The target in the fitted span nearest to f: least squares on its own values.
      let target = sample.anchors * population.target
      let features = multiply(sample.anchors, fit.parameters, transposing: .right)
      let head = try QR(features).leastSquares(.column(target)).storage
      let moments = try LinearSpectral.moments(
        sample, parameters: fit.parameters, downstream: sample.anchors, head: head)
      return try LimitLaw(moments: moments, noiseVariance: 0.16).interaction.mean
    }
    let sample = SampleMean(values)
    // Plug-in bias of the mean: a few percent at this size.
    #expect(relativeDifference(sample.mean, expected) < 0.05)
    #expect(abs(sample.z(against: 1.2 * expected)) > 10)
  }

  /// m E Rep: the law passes, the printed corollary and 20 % are rejected. 2 000 replicates, standard error 1.05 of 70.2.
  @Test func simulationDecidesAgainstThePrintedCorollary() throws {
    let population = try harmonic(8, rank: 2)
    let (m, replicates) = (6000, 2000)
    let values = try Parallel.map(count: replicates) { index in
      var stream = RandomStream(seed: 505, replicate: UInt64(index))
      return try Double(m)
        * population.replicate(Experiment(unlabeled: m, labeled: 100), using: &stream).representation
    }
    let (sample, law) = (SampleMean(values), try population.law().interaction)
    #expect(abs(sample.z(against: law.mean)) < 5)
    #expect(abs(sample.z(against: 1.2 * law.mean)) > 5 && abs(sample.z(against: 0.8 * law.mean)) > 5)
    #expect(try abs(sample.z(against: population.corollary63AsPrinted().mean)) > 15)
    #expect(KolmogorovGate(values, cdf: law.cdf).passes)
    #expect(try !KolmogorovGate(values, cdf: population.corollary63AsPrinted().cdf).passes)
  }

  /// Any covariances, labeled rows from another world.
  @Test func simulationAgreesUnderAnotherCovariance() throws {
    let population = try general(downstream: otherCovariance())
    let m = 5000
    let values = try Parallel.map(count: 1000) { index in
      var stream = RandomStream(seed: 506, replicate: UInt64(index))
      return try Double(m)
        * population.replicate(Experiment(unlabeled: m, labeled: 100), using: &stream).representation
    }
    let (sample, mean) = (SampleMean(values), try population.law().interaction.mean)
    #expect(abs(sample.z(against: mean)) < 5)
    #expect(abs(sample.z(against: 1.3 * mean)) > 5 && abs(sample.z(against: 0.7 * mean)) > 5)
  }

  @Test func coefficientsAreWeightsOverRoots() throws {
    let weights = try SpectralPopulation.weights(coefficients: [2, 1], correlations: [0.25, 0.81, 0.1])
    #expect(relativeDifference(weights[0], 1.8) < 1e-15 && relativeDifference(weights[1], 0.5) < 1e-15)
  }

  @Test func refusals() throws {
    func key(_ correlations: [Double], _ weights: [Double]) -> String? {
      do { _ = try SpectralPopulation(correlations: correlations, weights: weights, labelNoise: 1) } catch let error
        as InvalidPopulation
      { return error.key } catch {}
      return nil
    }
    #expect(key([0.9, 0.5, 0.5], [1, 1]) == "rank")
    #expect(key([0.9, -0.5, -0.6], [1, 1]) == "rank")
    #expect(key([1.1, 0.5], [1]) == "correlations")
    #expect(key([0.9, 0.5], [1, 1]) == "downstream.weights")
    #expect(key([0.9, 0.5], [1]) == nil)
  }
}

@Suite struct AllStrangersTests {
  /// (1/2)² of all ordered pairs of views, by the definition.
  private func loss(_ a: Matrix, _ anchors: Matrix, _ positives: Matrix) -> Double {
    let (m, views) = (anchors.rows, multiply(anchors.stacked(above: positives), a, transposing: .right))
    var sum = 0.0
    for i in 0..<m { sum -= 2 * dot(views.row(i), views.row(m + i)) / Double(m) }
    for i in 0..<2 * m {
      for j in 0..<2 * m {
        let strange = dot(views.row(i), views.row(j))
        sum += strange * strange / Double(4 * m * m)
      }
    }
    return sum
  }

  /// No point nearby has a lower loss, and the slope vanishes there: extrapolated central differences are exact for a quartic.
  @Test func closedFormIsTheMinimum() throws {
    var stream = RandomStream(seed: 531)
    let sample = try general().triples(60, using: &stream)
    let found = try PairMoments(anchors: sample.anchors, positives: sample.positives).minimizers(ranks: [1, 2])
    #expect(found.map(\.rows) == [1, 2])
    for a in found {
      let value = loss(a, sample.anchors, sample.positives)
      for _ in 0..<10 {
        let e = stream.normalMatrix(rows: a.rows, columns: 5)
        for size in [1e-3, 0.1] { #expect(loss(a + size * e, sample.anchors, sample.positives) > value) }
        func slope(_ a: Matrix) -> Double {
          let slopes = [1e-2, 2e-2].map { h in
            (loss(a + h * e, sample.anchors, sample.positives) - loss(a - h * e, sample.anchors, sample.positives))
              / (2 * h)
          }
          return (4 * slopes[0] - slopes[1]) / 3
        }
        #expect(abs(slope(a)) < 1e-9 * (1 + abs(value)) * e.largestMagnitude / 1e-2)
        #expect(abs(slope(1.01 * a)) > 1e-4)
      }
    }
  }

  /// λ_j = 1/j, w_i = 1/sqrt(i), d = 8, k = 2: exact fractions, 20 digits by mpmath.
  @Test func referenceValue() throws {
    let law = try harmonic(8, rank: 2, strangers: .all).law().interaction
    #expect(relativeDifference(law.mean, 14.286875) < 1e-14)
    #expect(relativeDifference(law.standardDeviation, 9.7842140477020431955) < 1e-14)
  }

  /// m E Rep: the law passes, 20 % either way and the law of one stranger are rejected. 2 000 replicates.
  @Test func simulationAgrees() throws {
    let population = try harmonic(8, rank: 2, strangers: .all)
    let m = 6000
    let values = try Parallel.map(count: 2000) { index in
      var stream = RandomStream(seed: 532, replicate: UInt64(index))
      return try Double(m)
        * population.replicate(Experiment(unlabeled: m, labeled: 100), using: &stream).representation
    }
    let (sample, law) = (SampleMean(values), try population.law().interaction)
    #expect(abs(sample.z(against: law.mean)) < 5)
    #expect(abs(sample.z(against: 1.2 * law.mean)) > 5 && abs(sample.z(against: 0.8 * law.mean)) > 5)
    #expect(try abs(sample.z(against: harmonic(8, rank: 2).law().interaction.mean)) > 50)
    #expect(KolmogorovGate(values, cdf: law.cdf).passes)
  }

  /// Any covariances, labeled rows from another world.
  @Test func simulationAgreesUnderAnotherCovariance() throws {
    let one = try general(downstream: otherCovariance())
    let population = try SpectralPopulation(
      covariance: one.covariance, pairCovariance: one.pairCovariance, weights: [1, -0.5], labelNoise: 0.4,
      downstreamCovariance: otherCovariance(), strangers: .all)
    let m = 5000
    let values = try Parallel.map(count: 2000) { index in
      var stream = RandomStream(seed: 533, replicate: UInt64(index))
      return try Double(m)
        * population.replicate(Experiment(unlabeled: m, labeled: 100), using: &stream).representation
    }
    let (sample, mean) = (SampleMean(values), try population.law().interaction.mean)
    #expect(abs(sample.z(against: mean)) < 5)
    #expect(abs(sample.z(against: 1.2 * mean)) > 5 && abs(sample.z(against: 0.8 * mean)) > 5)
  }

  /// Views whose noise goes with the columns' deviations: the population's minimizer spans correlation principal components.
  @Test func proportionalNoiseGivesCorrelationComponents() throws {
    let sigma = try general().covariance
    let (noisy, deviations) = (
      sigma + 0.5 * .diagonal(sigma.diagonalEntries), sigma.diagonalEntries.map { $0.squareRoot() }
    )
    let a = try PairMoments(count: 1, covariance: noisy, pairCovariance: sigma).minimizers(ranks: [2])[0]
    let scales = deviations.map { 1 / $0 }
    let correlation = sigma.scalingRows(by: scales).scalingColumns(by: scales)
    let leading = try SymmetricEigen(correlation).vectors.columns(0..<2)
    let turned = a.transposed().scalingRows(by: deviations)
    let missed = turned - leading * multiply(leading, turned, transposing: .left)
    #expect(missed.largestMagnitude < 1e-12 * turned.largestMagnitude)
    // Negative control: another noise, another span.
    let other = try PairMoments(count: 1, covariance: sigma + .identity(5), pairCovariance: sigma).minimizers(ranks: [2]
    )[0]
    let away = other.transposed().scalingRows(by: deviations)
    #expect(
      (away - leading * multiply(leading, away, transposing: .left)).largestMagnitude > 1e-3 * away.largestMagnitude)
  }
}

@Suite struct SpectralFitTests {
  private func sample(_ rows: Int = 3000) throws -> SpectralTriples {
    var stream = RandomStream(seed: 511)
    return try general().triples(rows, using: &stream)
  }

  private func loss(_ a: Matrix, _ triples: SpectralTriples) -> Double {
    let maps = [triples.anchors, triples.positives, triples.negatives].map { multiply($0, a, transposing: .right) }
    return (0..<triples.count).reduce(0) { sum, row in
      let strange = dot(maps[0].row(row), maps[2].row(row))
      return sum + (strange * strange - 2 * dot(maps[0].row(row), maps[1].row(row))) / Double(triples.count)
    }
  }

  /// Against the slow loss: the value is that of the definition and no nearby point is lower.
  @Test func fitIsAMinimum() throws {
    let triples = try sample()
    let fit = try SpectralFit(triples, rank: 2)
    #expect(fit.status == .converged && fit.iterations <= 8)
    let value = loss(fit.parameters, triples)
    #expect(relativeDifference(fit.loss, value) < 1e-12)
    var stream = RandomStream(seed: 512)
    for _ in 0..<20 {
      let direction = stream.normalMatrix(rows: 2, columns: 5)
      for size in [1e-3, 0.1] { #expect(loss(fit.parameters + size * direction, triples) > value) }
    }
    // The slope vanishes, and not at a point nearby. Extrapolated central differences are exact for a quartic.
    let direction = stream.normalMatrix(rows: 2, columns: 5)
    func slope(_ a: Matrix) -> Double {
      let slopes = [1e-3, 2e-3].map {
        (loss(a + $0 * direction, triples) - loss(a - $0 * direction, triples)) / (2 * $0)
      }
      return (4 * slopes[0] - slopes[1]) / 3
    }
    #expect(abs(slope(fit.parameters)) < 1e-9)
    #expect(abs(slope(1.01 * fit.parameters)) > 1e-3)
  }

  /// Coordinates do not matter: A(xW) = A(x) W'^-1 up to a rotation, so A'A transforms.
  @Test func fitFollowsTheCoordinates() throws {
    let triples = try sample(500)
    var stream = RandomStream(seed: 513)
    let map = stream.normalMatrix(rows: 5, columns: 5)
    let moved = SpectralTriples(
      anchors: triples.anchors * map, positives: triples.positives * map, negatives: triples.negatives * map)
    let (one, other) = (try SpectralFit(triples, rank: 2).parameters, try SpectralFit(moved, rank: 2).parameters)
    let back = multiply(other, map, transposing: .right)
    #expect(relativeDifference(one.gram(), back.gram()) < 1e-9)
  }

  @Test func populationMinimizerIsTheLimit() throws {
    let population = try general()
    var stream = RandomStream(seed: 514)
    let fit = try SpectralFit(population.triples(100_000, using: &stream), rank: 2)
    // In canonical coordinates M* = diag(0.9, 0.6, 0, 0, 0): the eigenvalues of MΣ.
    let root = try Cholesky(population.triples(100_000, using: &stream).anchors.gram()).factor
    let values = try SVD((1 / 100_000.0.squareRoot()) * multiply(fit.parameters, root)).values
    #expect(abs(values[0] * values[0] - 0.9) < 0.02 && abs(values[1] * values[1] - 0.6) < 0.02)
  }

  @Test func tooHighARankIsRefused() throws {
    #expect(throws: SpectralFitError.fewPositiveCorrelations(rank: 5, positive: 4)) {
      try SpectralFit(sample(), rank: 5)
    }
    let few = try sample(4)
    #expect(throws: SpectralFitError.singularCovariance(rows: 4, columns: 5)) { try SpectralFit(few, rank: 1) }
  }
}

@Suite struct LinearSpectralTests {
  /// Views with equal noise keep the directions of the correlation matrix: here the first factor of the columns.
  @Test func noisyViewsFindTheCommonDirection() throws {
    var stream = RandomStream(seed: 521)
    let hidden = stream.normalMatrix(rows: 40_000, columns: 1)
    let rows = multiply(hidden, Matrix([[2, -2, 2, 0]])) + stream.normalMatrix(rows: 40_000, columns: 4)
    let fits = try LinearSpectral(pairing: .noisyViews(noise: 1)).fit(rows, sizes: [1, 2])
    #expect(fits.map(\.featureCount) == [1, 2])
    let loadings = (fits[0] as! LinearRepresentation).loadings.column(0)
    #expect(abs(loadings[3]) < 0.3 * abs(loadings[0]))
    #expect(loadings[0] * loadings[1] < 0 && loadings[0] * loadings[2] > 0)
  }

  /// A slow and a fast column: the slow one is predictable.
  @Test func laggedRowsFindTheSlowColumn() throws {
    var stream = RandomStream(seed: 522)
    var series = stream.normalMatrix(rows: 4000, columns: 2)
    for row in 1..<4000 { series[row, 1] = 0.95 * series[row - 1, 1] + series[row, 1] }
    let fit = try LinearSpectral(pairing: .lagged(1)).fit(series, sizes: [1])[0] as! LinearRepresentation
    let scaled = [fit.loadings[0, 0], fit.loadings[1, 0] / (1 - 0.95 * 0.95).squareRoot()]
    #expect(abs(scaled[0]) < 0.15 * abs(scaled[1]))
  }

  /// Pairs of the chosen rows only: refitting on a stretch is fitting that stretch, and given partners are taken as they are.
  @Test func refitsUseTheChosenPairs() throws {
    var stream = RandomStream(seed: 524)
    var series = stream.normalMatrix(rows: 600, columns: 3)
    for row in 1..<600 { series[row, 1] += 0.9 * series[row - 1, 1] }
    let lagged = LinearSpectral(pairing: .lagged(2, length: 500))
    let part = try lagged.refit(series, at: Array(0..<300), sizes: [1], from: [])[0] as! LinearRepresentation
    let pairs = LinearSpectral(pairing: .given(series.rows(2..<302)))
    let same = try pairs.refit(series, at: Array(0..<300), sizes: [1], from: [])[0] as! LinearRepresentation
    #expect(relativeDifference(part.loadings, same.loadings) < 1e-12)
    let whole = try lagged.fit(series, sizes: [1])[0] as! LinearRepresentation
    #expect(relativeDifference(part.loadings, whole.loadings) > 1e-3)
    #expect(lagged.isOrdered && !pairs.isOrdered)
  }

  @Test func strangersAreOtherRows() {
    var stream = RandomStream(seed: 523)
    let rows = Matrix.column((0..<50).map(Double.init))
    let triples = SpectralTriples(anchors: rows, positives: rows, using: &stream)
    #expect(zip(triples.anchors.storage, triples.negatives.storage).allSatisfy { $0 != $1 })
    #expect(triples.negatives.storage.sorted() == rows.storage)
  }
}
