import Foundation
import LinearAlgebra
import MaskedRegression
import Randomness
import TestSupport
import Testing

/// The spectrum of A and its outliers against simulated samples.
@Suite struct SpectrumGateTests {
  /// Kolmogorov distance between simulated eigenvalues of A and the law; with fewer rows than columns above the atom.
  @Test(arguments: [0.6, 0.0], [240, 80])
  func spectrumOfWeights(_ correlation: Double, rows n: Int) throws {
    let (d, ridge) = (120, 0.1)
    let population: MaskedPopulation =
      correlation == 0 ? .identity(columns: d) : try .autoregressive(correlation, columns: d)
    let shape = try MaskedSpectrumLaw(population, rows: n, ridge: ridge).shape(points: 160)
    let atom = shape.atom?.mass ?? 0
    #expect(abs(atom - max(0, 1 - Double(n) / Double(d))) < 2e-3)
    var cumulative = [atom]
    for (a, b) in zip(shape.points, shape.points.dropFirst()) {
      cumulative.append(cumulative.last! + 0.5 * (a.density + b.density) * (b.eigenvalue - a.eigenvalue))
    }
    #expect(abs(cumulative.last! - 1) < 2e-3, "mass \(cumulative.last!)")
    func law(_ a: Double) -> Double {
      guard let above = shape.points.firstIndex(where: { $0.eigenvalue >= a }) else { return 1 }
      if above == 0 { return atom }
      let (left, right) = (shape.points[above - 1], shape.points[above])
      let fraction = (a - left.eigenvalue) / (right.eigenvalue - left.eigenvalue)
      return cumulative[above - 1] + fraction * (cumulative[above] - cumulative[above - 1])
    }
    let values = try Parallel.map(count: 20) { replicate in
      var stream = RandomStream(seed: 46, replicate: UInt64(replicate))
      return try SampleSpectrum(rows: population.sample(rows: n, &stream), preparation: uncentered)
        .weightEigenvalues(ridge: ridge)
    }.flatMap { $0 }
    // From the top; where there is an atom, down to half of the bulk: finite samples smear it over the rest.
    let deepest = atom == 0 ? 1 : 0.5 * (1 - atom)
    let sorted = values.sorted(by: >)
    func distance(_ factor: Double) -> Double {
      sorted.prefix(Int(deepest * Double(sorted.count))).enumerated().reduce(0) {
        max($0, abs((Double($1.offset) + 0.5) / Double(sorted.count) - (1 - law($1.element * factor))))
      }
    }
    // Eigenvalues of one sample repel each other: their distribution function fluctuates by 1/d, not 1/sqrt(d).
    #expect(distance(1) < 1.5 / Double(d), "distance \(distance(1))")
    for wrong in [0.8, 1.2] { #expect(distance(wrong) > 1.5 / Double(d), "passes when \(wrong) times as large") }
  }

  /// Right eigenvectors of A, from M = D^(1/2)(S + lambda)D^(1/2): eigenvalue `number` from the top, or from the bottom.
  private struct Weights {
    let eigen: SymmetricEigen
    let roots: [Double]

    init(_ x: Matrix, ridge: Double) throws {
      let shifted = (1 / Double(x.rows)) * x.gram() + ridge * .identity(x.columns)
      roots = try Cholesky(shifted).inverse().diagonalEntries.map { $0.squareRoot() }
      eigen = try SymmetricEigen(shifted.scalingRows(by: roots).scalingColumns(by: roots))
    }

    /// The eigenvalue and the squared cosine of its vector with a direction.
    func outlier(_ number: Int, _ side: MaskedOutlier.Side, _ direction: [Double]) -> [Double] {
      let index = side == .top ? number : eigen.values.count - 1 - number
      let vector = zip(roots, eigen.vectors.column(index)).map { $0 * $1 }
      return [1 - 1 / eigen.values[index], pow(dot(vector, direction), 2) / dot(vector, vector)]
    }
  }

  /// The outliers of a population along these directions, in the order of the theory's.
  private func experiment(
    _ population: MaskedPopulation, rows: Int, ridge: Double, _ theory: [MaskedOutlier], along directions: [[Double]]
  ) -> Experiment {
    let numbers = theory.indices.map { index in theory[..<index].count { $0.side == theory[index].side } }
    return Experiment(theory: theory.flatMap { [$0.position, $0.overlap] }) { stream in
      let weights = try Weights(population.sample(rows: rows, &stream), ridge: ridge)
      return theory.indices.flatMap { weights.outlier(numbers[$0], theory[$0].side, directions[$0]) }
    }
  }

  private func names(_ outliers: Int) -> [String] { (0..<outliers).flatMap { ["position \($0)", "overlap \($0)"] } }

  /// Spread over all columns: one, two, and one that takes variance away, which shows at the bottom.
  @Test(arguments: [([3], 2), ([4, 2], 2), ([-0.8], 4), ([6], 0.5)] as [([Double], Double)])
  func delocalised(_ setting: (strengths: [Double], rowsPerColumn: Double)) throws {
    try expectGates(names(setting.strengths.count), columns: 100, replicates: 100, seed: 43) { d in
      let population = try MaskedPopulation.spiked(setting.strengths, columns: d)
      let rows = Int(setting.rowsPerColumn * Double(d))
      let theory = try MaskedSpectrumLaw(population, rows: rows, ridge: 0.2).outliers()
      #expect(theory.count == setting.strengths.count)
      return experiment(population, rows: rows, ridge: 0.2, theory, along: population.spikes.map(\.direction))
    }
  }

  /// On few columns: along the spike above and below the bulk, across it, and on one column, where there is nothing to recover.
  @Test(
    arguments: [(3, 5, 0.5, 0.2), (10, 2, 0.5, 3), (-0.8, 5, 0.25, 0.2), (10, 1, 0.2, 10)]
      as [(Double, Int, Double, Double)])
  func localised(_ setting: (strength: Double, support: Int, aspect: Double, ridge: Double)) throws {
    let (strength, support, aspect, ridge) = setting
    let closed = LocalizedSpike(strength: strength, support: support, aspect: aspect, ridge: ridge)
    let (along, across) = (closed.outliers, support == 2 ? closed.transverseOutliers : [])
    try expectGates(names((along + across).count), columns: 120, replicates: 100, seed: 44) { d in
      let population = try MaskedPopulation.localizedSpike(strength, support: support, columns: d)
      let spike = population.spikes[0].direction
      // For two columns the one direction across is their difference.
      let difference = spike.enumerated().map { $0 == 1 ? -$1 : $1 }
      return experiment(
        population, rows: Int(Double(d) / aspect), ridge: ridge, along + across,
        along: along.map { _ in spike } + across.map { _ in difference })
    }
  }

  /// The general way against the closed form, up to the finite dimension.
  @Test func generalAgreesWithClosedForm() throws {
    let population = try MaskedPopulation.localizedSpike(3, support: 5, columns: 300)
    let general = try MaskedSpectrumLaw(population, rows: 600, ridge: 0.2).outliers()[0]
    let closed = LocalizedSpike(strength: 3, support: 5, aspect: 0.5, ridge: 0.2).outliers[0]
    #expect(abs(general.position - closed.position) < 0.003)
    #expect(abs(general.overlap - closed.overlap) < 0.01)
  }

  /// Any finite rank: a spike half on four columns and half on all others, another on three columns more.
  @Test func finiteRank() throws {
    try expectGates(names(2), columns: 80, replicates: 100, seed: 54) { d in
      let rest = (0.5 / Double(d - 7)).squareRoot()
      let mixed = (0..<d).map { $0 < 4 ? (0.5 / 4.0).squareRoot() : $0 < 7 ? 0 : rest }
      let local = (0..<d).map { $0 >= 4 && $0 < 7 ? (1 / 3.0).squareRoot() : 0 }
      let population = try MaskedPopulation.spiked([
        .init(strength: 9, direction: mixed), .init(strength: 4, direction: local),
      ])
      let theory = try MaskedSpectrumLaw(population, rows: 2 * d, ridge: 0.3).outliers()
      #expect(theory.map(\.spike) == [9, 4])
      return experiment(population, rows: 2 * d, ridge: 0.3, theory, along: [mixed, local])
    }
  }
}
