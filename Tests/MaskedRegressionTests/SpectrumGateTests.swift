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

  /// The outermost eigenvalues, which lie inside the ends by some n^(-2/3).
  @Test func edges() throws {
    try expectGates(["lower", "upper"], columns: 80, replicates: 150, seed: 56, biasOrder: 2.0 / 3) { d in
      let population = try MaskedPopulation.autoregressive(0.6, columns: d)
      let shape = try MaskedSpectrumLaw(population, rows: 3 * d, ridge: 0.1).shape(points: 2)
      return Experiment(theory: [shape.lowerEdge, shape.upperEdge]) { stream in
        let values = try SampleSpectrum(rows: population.sample(rows: 3 * d, &stream), preparation: uncentered)
          .weightEigenvalues(ridge: 0.1)
        return [values.last!, values[0]]
      }
    }
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

  /// The general way against the closed forms, up to the finite dimension; with fewer rows than columns, too.
  @Test(
    arguments: [
      (3, 5, 0.5, 0.2), (10, 2, 0.5, 3), (-0.8, 5, 0.25, 0.2), (10, 1, 0.2, 10), (6, 2, 2, 0.5), (0.3, 5, 0.5, 0.2),
    ]
      as [(Double, Int, Double, Double)])
  func generalAgreesWithClosedForm(_ setting: (strength: Double, support: Int, aspect: Double, ridge: Double)) throws {
    let (strength, support, aspect, ridge) = setting
    let population = try MaskedPopulation.localizedSpike(strength, support: support, columns: 400)
    let law = try MaskedSpectrumLaw(population, rows: Int(400 / aspect), ridge: ridge)
    let closed = LocalizedSpike(strength: strength, support: support, aspect: aspect, ridge: ridge)
    let expected = (closed.outliers + closed.transverseOutliers).sorted { $0.mu > $1.mu }
    let general = try law.outliers().sorted { $0.mu > $1.mu }
    #expect(general.map(\.side) == expected.map(\.side) && general.map(\.isTransverse) == expected.map(\.isTransverse))
    for (found, wanted) in zip(general, expected) {
      #expect(abs(found.position - wanted.position) < 0.004, "\(found) \(wanted)")
      #expect(abs(found.overlap - wanted.overlap) < 0.002, "\(found) \(wanted)")
    }
    // The bulk is that of the identity: no outlier passes for its end.
    let (shape, bulk) = try (
      law.shape(points: 8), MaskedSpectrumLaw(.identity(columns: 400), rows: law.rows, ridge: ridge).shape(points: 8)
    )
    #expect(abs(shape.lowerEdge - bulk.lowerEdge) < 0.01 && abs(shape.upperEdge - bulk.upperEdge) < 0.01)
  }

  /// One column shows outliers from just these strengths on.
  @Test func singleColumnThresholds() {
    let (aspect, ridge) = (0.5, 3.0)
    let thresholds = LocalizedSpike.singleColumnThresholds(aspect: aspect, ridge: ridge)
    for (side, threshold) in [(MaskedOutlier.Side.top, thresholds.top!), (.bottom, thresholds.bottom!)] {
      for factor in [0.99, 1.01] {
        let spike = LocalizedSpike(strength: factor * threshold, support: 1, aspect: aspect, ridge: ridge)
        #expect(spike.outliers.contains { $0.side == side } == (factor > 1))
      }
    }
  }

  /// Spikes over all columns beside the atom of fewer rows than columns: nothing below the bulk.
  @Test func atomIsNoOutlier() throws {
    let outliers = try MaskedSpectrumLaw(.spiked([6, 4], columns: 200), rows: 100, ridge: 0.5).outliers()
    #expect(outliers.map(\.side) == [.top, .top] && outliers.map(\.spike) == [6, 4])
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
      let found = try MaskedSpectrumLaw(population, rows: 2 * d, ridge: 0.3).outliers()
      let theory = found.filter { $0.side == .top }
      #expect(theory.map(\.spike) == [9, 4] && theory.allSatisfy { !$0.isTransverse })
      return experiment(population, rows: 2 * d, ridge: 0.3, theory, along: [mixed, local])
    }
  }
}
