import Foundation
import LinearAlgebra
import MaskedRegression
import Randomness
import TestSupport
import Testing

/// Simulated means at two sizes, d and 2d columns, against the theory of each: 2 E(2d) - E(d), both relative to their theory, is free
/// of finite-size bias of order 1/d; 2^p in place of 2 takes off a bias of order d^-p.
///
/// Power: a gate counts only with a standard error of at most 2 %. A formula that is wrong by 20 %, either way, then lies 10 standard
/// errors off and passes |z| <= 5 with a probability below 3e-7; that it is rejected is asserted for every gate.
struct ScalingGate {
  let ratio: Double
  let standardError: Double

  init(_ small: SampleMean, theory a: Double, _ large: SampleMean, theory b: Double, biasOrder: Double) {
    let factor = pow(2, biasOrder)
    ratio = (factor * large.mean / b - small.mean / a) / (factor - 1)
    let (first, second) = (small.standardError / a, factor * large.standardError / b)
    standardError = (first * first + second * second).squareRoot() / (factor - 1)
  }

  /// Of the simulation against `factor` times the theory.
  func z(factor: Double = 1) -> Double { (ratio / factor - 1) * factor / standardError }

  func expect(_ name: String, _ location: SourceLocation) {
    #expect(abs(z()) < 5, "\(name): \(ratio) of the theory, z = \(z())", sourceLocation: location)
    #expect(standardError < 0.02, "\(name): no power, standard error \(standardError)", sourceLocation: location)
    for wrong in [0.8, 1.2] {
      #expect(abs(z(factor: wrong)) > 5, "\(name): passes when \(wrong) times as large", sourceLocation: location)
    }
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
