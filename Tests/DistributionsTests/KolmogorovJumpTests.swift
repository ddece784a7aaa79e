import Distributions
import Foundation
import Randomness
import TestSupport
import Testing

/// Distances to distribution functions that jump.
@Suite struct KolmogorovJumpTests {
  /// Atoms at a_j of mass p_j and an exponential part of mass q, scale s.
  private struct Mixed {
    let atoms: [(place: Double, mass: Double)]
    let rest: Double
    let scale: Double

    func smooth(_ x: Double) -> Double { x > 0 ? rest * (1 - exp(-x / scale)) : 0 }
    func cdf(_ x: Double) -> Double { atoms.reduce(smooth(x)) { $1.place <= x ? $0 + $1.mass : $0 } }
    func below(_ x: Double) -> Double { atoms.reduce(smooth(x)) { $1.place < x ? $0 + $1.mass : $0 } }

    func draw(_ stream: inout RandomStream) -> Double {
      var left = stream.uniform()
      for atom in atoms {
        if left < atom.mass { return atom.place }
        left -= atom.mass
      }
      return -scale * log(1 - stream.uniform())
    }
  }

  private static func world(_ stream: inout RandomStream) -> Mixed {
    let count = stream.index(below: 4)
    let masses = (0...count).map { _ in 0.05 + stream.uniform() }
    let total = masses.reduce(0, +)
    let atoms = (0..<count).map { (place: Double(stream.index(below: 5)), mass: masses[$0] / total) }
    // Sometimes nothing but atoms.
    if count > 0 && stream.uniform() < 0.3 {
      return Mixed(atoms: atoms.map { ($0.place, $0.mass / (1 - masses[count] / total)) }, rest: 0, scale: 1)
    }
    return Mixed(atoms: atoms, rest: masses[count] / total, scale: 1 + stream.uniform())
  }

  /// The largest difference at and just below every place where either function may turn, and on a grid between, by counting.
  private static func bruteForce(_ sample: [Double], _ law: Mixed) -> Double {
    let places = sample + law.atoms.map(\.place) + (0..<200).map { Double($0) * 0.05 }
    return places.flatMap { [$0, $0.nextDown] }.map { x in
      abs(Double(sample.count { $0 <= x }) / Double(sample.count) - law.cdf(x))
    }.max()!
  }

  /// Samples of the law itself, and of another one.
  @Test(arguments: 0..<60 as Range<UInt64>)
  func atomsAndContinuousParts(replicate: UInt64) throws {
    var stream = RandomStream(seed: 31, replicate: replicate)
    let law = Self.world(&stream)
    let source = replicate % 2 == 0 ? law : Self.world(&stream)
    let sample = (0..<(1 + stream.index(below: 40))).map { _ in source.draw(&stream) }
    let found = try EmpiricalDistribution(sample).kolmogorovDistance(to: law.cdf, below: law.below)
    #expect(abs(found - Self.bruteForce(sample, law)) <= 1e-12)
    #expect(found <= 1 + 1e-15)
  }

  /// Without the left limits an atom that law and sample share looks like a difference of its whole mass.
  @Test func leftLimitsMatter() throws {
    let sample = try EmpiricalDistribution([0, 0, 0, 1])
    let cdf = { (x: Double) in x < 0 ? 0 : x < 1 ? 0.75 : 1 }
    #expect(sample.kolmogorovDistance(to: cdf, below: { $0 <= 0 ? 0 : $0 <= 1 ? 0.75 : 1 }) == 0)
    #expect(sample.kolmogorovDistance(to: cdf) == 0.75)
  }

  @Test func pointMassesAndRounding() throws {
    let mass = try GeneralizedChiSquare(weights: [], constant: 2)
    func distance(_ sample: [Double], rounding: Double = 0) throws -> Double {
      try EmpiricalDistribution(sample).kolmogorovDistance(to: mass, rounding: rounding)
    }
    #expect(try distance([2, 2, 2]) == 0)
    #expect(try distance([2, 3, 2, 2]) == 0.25 && distance([1, 1, 3, 2]) == 0.5)
    // Noise of rounding on both sides is no distance, within the size that is given, and one beyond it.
    let noisy = [2 + 1e-15, 2 - 3e-15, 2, 2 + 2e-15]
    #expect(try distance(noisy, rounding: 1e-14) == 0)
    #expect(try distance(noisy) >= 0.5)
    #expect(try distance([2 + 1e-15, 2 - 1e-13, 2, 2], rounding: 1e-14) == 0.25)
    // A law of rounding's own width is a point mass; one that is wider is not.
    let narrow = try GeneralizedChiSquare(weights: [1e-17], constant: 2)
    #expect(narrow.atom(within: 1e-14) != nil && narrow.atom() == nil)
    #expect(try EmpiricalDistribution(noisy).kolmogorovDistance(to: narrow, rounding: 1e-14) == 0)
    let wide = try GeneralizedChiSquare(weights: [1], constant: 2)
    #expect(try EmpiricalDistribution([2, 2]).kolmogorovDistance(to: wide, rounding: 1e-14) == 1)
    #expect(
      try EmpiricalDistribution([2.5, 4]).kolmogorovDistance(to: wide, rounding: 1e-14)
        == EmpiricalDistribution([2.5, 4]).kolmogorovDistance(to: wide.cdf))
  }

  @Test func observationsMoveToTheNearestAtom() throws {
    let sample = try EmpiricalDistribution([0.1, 0.4, 0.6, 2])
    #expect(sample.snapped(to: [0, 1], within: 0.45).sorted == [0, 0, 1, 2])
    #expect(sample.snapped(to: [0, 1], within: 0.2).sorted == [0, 0.4, 0.6, 2])
    #expect(sample.snapped(to: [], within: 1).sorted == sample.sorted)
  }

  /// 56 of 2^10; sums of both sides; a Poisson limit.
  @Test func binomialTails() {
    #expect(relativeDifference(binomialUpperTail(8, trials: 10, probability: 0.5), 56.0 / 1024) < 1e-13)
    #expect(binomialUpperTail(0, trials: 10, probability: 0.3) == 1)
    #expect(binomialUpperTail(11, trials: 10, probability: 0.3) == 0)
    #expect(relativeDifference(binomialUpperTail(10, trials: 10, probability: 0.3), pow(0.3, 10)) < 1e-13)
    for count in [1, 5, 40, 90, 200] {
      let upper = binomialUpperTail(count, trials: 200, probability: 0.2)
      // P(N >= c) of successes and P(N >= n - c + 1) of failures are complements.
      let lower = binomialUpperTail(200 - count + 1, trials: 200, probability: 0.8)
      #expect(abs(upper + lower - 1) < 1e-12)
    }
    let rare = 1 - exp(-2.0) * (1 + 2 + 2)
    #expect(relativeDifference(binomialUpperTail(3, trials: 1_000_000, probability: 2e-6), rare) < 1e-5)
  }
}
