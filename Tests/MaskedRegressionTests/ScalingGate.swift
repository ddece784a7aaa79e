import Foundation
import LinearAlgebra
import MaskedRegression
import Randomness
import TestSupport
import Testing

extension ScalingGate {
  /// A gate counts only with a standard error of at most 2 %: a formula that is 20 % off, either way, then lies 10 of them off.
  func expect(_ name: String, _ location: SourceLocation) {
    for problem in problems(name, largestError: 0.02) { Issue.record("\(problem)", sourceLocation: location) }
  }
}

/// What theory says about a population and one sample's numbers, in the same order.
struct Experiment: Sendable {
  let theory: [Double]
  let sample: @Sendable (inout RandomStream) throws -> [Double]
}

/// A gate for each number of an experiment at d and at 2d columns.
func expectGates(
  _ names: [String], columns d: Int, replicates: Int, seed: UInt64, biasOrder: Double = 1,
  location: SourceLocation = #_sourceLocation, _ experiment: (Int) throws -> Experiment
) throws {
  let sizes = try [d, 2 * d].map { columns in
    let experiment = try experiment(columns)
    let samples = try Parallel.map(count: replicates) { replicate in
      var stream = RandomStream(seed: seed, cell: UInt64(columns), replicate: UInt64(replicate))
      return try experiment.sample(&stream)
    }
    return names.indices.map { index in (SampleMean(samples.map { $0[index] }), experiment.theory[index]) }
  }
  for (name, (small, large)) in zip(names, zip(sizes[0], sizes[1])) {
    ScalingGate(small.0, theory: small.1, large.0, theory: large.1, biasOrder: biasOrder).expect(name, location)
  }
}

/// Rows as they are.
let uncentered = ColumnPreparation(centers: false)

extension MaskedPopulation {
  /// Gaussian rows, uncentred.
  func sample(rows: Int, _ stream: inout RandomStream) -> Matrix {
    let noise = stream.normalMatrix(rows: rows, columns: columns)
    guard let vectors else { return noise }
    let roots = eigenvalues.map { $0.squareRoot() }
    return multiply(noise, vectors.scalingColumns(by: roots), transposing: .right)
  }

  /// Error per entry of fresh rows predicted with weights A: exact, (1/d) tr (I - A)' Sigma (I - A).
  func error(of weights: Matrix) -> Double {
    let map = .identity(columns) - weights
    return multiply(map, multiply(covariance, map), transposing: .left).trace / Double(columns)
  }
}

extension MaskedPath {
  init(uncentered rows: Matrix) throws { self.init(try SampleSpectrum(rows: rows, preparation: uncentered)) }
}
