import Asymptotics
import Distributions
import Foundation
import LinearAlgebra
import Pretraining
import Randomness
import SpecialFunctions
import TestSupport
import Testing

/// The paper's family: centres beta e_i, coefficients (1/i) (1, ..., 1) of unit norm times `scale`.
func paperMixture(
  _ k: Int, _ d: Int, _ beta: Double, scale: Double = 1, tolerance: Double? = nil, noise: Double = 0.5
) throws -> MixturePopulation {
  let values = MixturePopulation.reciprocal(blocks: k, width: d + 1).map { scale * $0 }
  return try MixturePopulation(
    centers: beta * Matrix.identity(k), dimension: d, slopes: .constant(values), intercepts: values, labelNoise: noise,
    tolerance: tolerance)
}

/// Values of an independent program (NumPy, another quadrature): Tests/Reference/mixture.json.
struct MixtureReference: Decodable {
  let paperFamily: [PaperCase]
  let generic: [GenericCase]
  let curves: Curves

  struct PaperCase: Decodable {
    let K: Int
    let d: Int
    let beta: Double
    let meanUnit: Double
    let varUnit: Double
    let wInUnit: [Double]
    let wOutUnit: [Double]
    let dEff: Int
    let dBase: Int
  }
  struct GenericCase: Decodable {
    let name: String
    let U: [[Double]]
    let tAmbient: [[Double]]
    let b: [Double]
    let r: Int
    let mean: Double
    let wIn: [Double]
    let wOut: [Double]
    let multOut: Int
    let dEff: Int
    let dBase: Int
  }
  struct Curves: Decodable {
    let fig2aExactUnitD30Beta2: [String: Double]
    let fig2cExactCodeK4D20: [String: Double]
  }

  static func read() throws -> MixtureReference {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(MixtureReference.self, from: reference("mixture.json"))
  }

  static func world(_ item: GenericCase, tolerance: Double = 1e-9) throws -> MixturePopulation {
    try MixturePopulation(
      centers: Matrix(item.U), slopes: .ambient(Matrix(item.tAmbient)), intercepts: item.b, labelNoise: 1,
      tolerance: tolerance)
  }
}

@Suite struct MixtureLawTests {
  @Test func paperFamily() throws {
    for item in try MixtureReference.read().paperFamily {
      let tolerance = item.beta > 4 ? 1e-6 : 1e-9
      let law = try paperMixture(item.K, item.d, item.beta, tolerance: tolerance).law()
      let label = "K \(item.K) d \(item.d) beta \(item.beta)"
      #expect(relativeDifference(law.interaction.mean, item.meanUnit) < 2 * tolerance, "\(label)")
      #expect(relativeDifference(law.interaction.variance, item.varUnit) < 4 * tolerance, "\(label)")
      #expect(law.effectiveDimension == item.dEff && law.baseDimension == item.dBase, "\(label)")
      #expect(law.relativeError! < 10 * tolerance, "\(label)")
      let expected = (item.wInUnit.map { ($0, 1.0) } + item.wOutUnit.map { ($0, Double(item.d - item.K + 1)) })
        .sorted { $0.0 > $1.0 }
      for (term, value) in zip(law.interaction.terms, expected) {
        #expect(relativeDifference(term.weight, value.0) < 1e-7 && term.degreesOfFreedom == value.1, "\(label)")
      }
    }
  }

  /// Centres with a mean of their own, slopes that are not 0, and three on a line.
  @Test func genericCases() throws {
    for item in try MixtureReference.read().generic {
      let world = try MixtureReference.world(item)
      let law = try world.law()
      #expect(world.rank == item.r)
      #expect(relativeDifference(law.interaction.mean, item.mean) < 2e-9, "\(item.name)")
      let expected = (item.wIn.map { ($0, 1.0) } + item.wOut.map { ($0, Double(item.multOut)) }).sorted { $0.0 > $1.0 }
        .filter { $0.1 > 0 && $0.0 > 1e-9 }
      for (term, value) in zip(law.interaction.terms, expected) {
        #expect(relativeDifference(term.weight, value.0) < 1e-7 && term.degreesOfFreedom == value.1, "\(item.name)")
      }
      #expect(law.effectiveDimension == item.dEff && law.baseDimension == item.dBase, "\(item.name)")
    }
  }

  /// Scrambled points, r > 4: within three of their stated errors, which are small.
  @Test(arguments: [6, 8, 10, 12, 14])
  func manyComponents(_ k: Int) throws {
    let expected = try #require(try MixtureReference.read().curves.fig2aExactUnitD30Beta2["\(k)"])
    let law = try paperMixture(k, 30, 2).law()
    let error = try #require(law.relativeError)
    #expect(error < 5e-3)
    // The reference itself is good to 3e-4.
    #expect(abs(law.interaction.mean / expected - 1) < 1.5 * error + 3e-4)
  }

  /// To 1e-6, or where centres are so far apart that the work is capped first, to three stated errors of at most 1e-3.
  @Test(arguments: [0.5, 0.7, 1.0, 1.5, 2.5, 3.5, 4.5, 6.0, 10.0])
  func separations(_ beta: Double) throws {
    let expected = try #require(try MixtureReference.read().curves.fig2cExactCodeK4D20["\(beta)"])
    let law = try paperMixture(4, 20, beta, scale: 10).law()
    let error = try #require(law.relativeError)
    #expect(error < 1e-3)
    #expect(relativeDifference(law.interaction.mean, expected) < max(1e-6, 3 * error))
  }

  /// K = 2 and slopes 0: B_out = 4 delta² E[(pi_1 pi_2)²] / (1 - 4p), p = E[pi_1 pi_2], by one-dimensional quadrature.
  @Test(arguments: [0.7, 2.0, 4.0])
  func twoComponentsInClosedForm(_ distance: Double) throws {
    func mean(_ power: Double) -> Double {
      let step = 0.01
      return (-1500...1500).reduce(0) { sum, index in
        let z = Double(index) * step
        let p = 1 / (1 + exp(-distance * z))
        let density = 0.5 * (normalDensity(z - distance / 2) + normalDensity(z + distance / 2))
        return sum + step * density * pow(p * (1 - p), power)
      }
    }
    let centers = Matrix([[0, 0, 0], [distance, 0, 0]])
    let intercepts = [0.4, -0.9]
    func law(_ d: Int) throws -> LimitLaw {
      try MixturePopulation(
        centers: centers, dimension: d, slopes: .constant([0, 0]), intercepts: intercepts, labelNoise: 1,
        tolerance: 1e-10
      ).law()
    }
    let outside = try law(13).interaction.mean - law(12).interaction.mean
    #expect(relativeDifference(outside, 4 * 1.69 * mean(2) / (1 - 4 * mean(1))) < 1e-8)
  }

  /// Scaling the target by c scales the law by c², and the mean is affine in d while the reduced target stays.
  @Test func scaleAndDimension() throws {
    let item = try MixtureReference.read().generic[1]
    func law(_ extra: Int, _ scale: Double) throws -> LimitLaw {
      let padding = Matrix(rows: item.U.count, columns: extra)
      return try MixturePopulation(
        centers: Matrix(item.U).joined(leftOf: padding),
        slopes: .ambient((scale * Matrix(item.tAmbient)).joined(leftOf: padding)),
        intercepts: item.b.map { scale * $0 },
        labelNoise: 1, tolerance: 1e-8
      ).law()
    }
    let means = try [0, 1, 7].map { try law($0, 1).interaction.mean }
    #expect(relativeDifference(means[2] - means[0], 7 * (means[1] - means[0])) < 1e-11)
    #expect(relativeDifference(try law(0, 3).interaction.mean, 9 * means[0]) < 1e-12)
  }

  /// A million columns cost what twenty do, and the mean saturates as it must.
  @Test func anyDimension() throws {
    let law = try paperMixture(4, 1_000_000, 2).law()
    let (a, b) = (0.053174099206451435, 0.03309855061223038)
    #expect(relativeDifference(law.interaction.mean, (a + 999_997 * b) / 1_000_001) < 1e-6)
    #expect(law.baseDimension == 28 + 3 * 999_997)
  }

  @Test func rotationTranslationAndPermutation() throws {
    let item = try MixtureReference.read().generic[1]
    let (centers, slopes) = (Matrix(item.U), Matrix(item.tAmbient))
    var stream = RandomStream(seed: 5)
    let turn = try QR(stream.normalMatrix(rows: centers.columns, columns: centers.columns)).q
    func mean(_ centers: Matrix, _ slopes: Matrix, _ intercepts: [Double]) throws -> Double {
      try MixturePopulation(
        centers: centers, slopes: .ambient(slopes), intercepts: intercepts, labelNoise: 1, tolerance: 1e-10
      ).law().interaction.mean
    }
    let plain = try mean(centers, slopes, item.b)
    #expect(relativeDifference(plain, try mean(centers * turn, slopes * turn, item.b)) < 1e-12)
    let moved = centers.subtractingFromRows((0..<centers.columns).map { Double($0) - 3 })
    #expect(relativeDifference(plain, try mean(moved, slopes, item.b)) < 1e-12)
    let order = [2, 0, 3, 1]
    // Another first centre turns the lattice: equal to the tolerance, not to the bit.
    #expect(
      relativeDifference(plain, try mean(centers.rows(at: order), slopes.rows(at: order), order.map { item.b[$0] }))
        < 1e-9)
  }

  /// Units: rows, centres and standard deviation times 10, slopes divided by 10.
  @Test func unitsDoNotMatter() throws {
    let item = try MixtureReference.read().generic[1]
    let world = try MixturePopulation(
      centers: 10 * Matrix(item.U), standardDeviation: 10, slopes: .ambient(0.1 * Matrix(item.tAmbient)),
      intercepts: item.b, labelNoise: 1, tolerance: 1e-9)
    #expect(relativeDifference(try world.law().interaction.mean, item.mean) < 2e-9)
  }

  /// The general theorem in all K d parameters, and the information equality E[-∂² log p] = E[score score'].
  @Test func generalRoute() throws {
    for (index, item) in try MixtureReference.read().generic.enumerated() {
      let world = try MixtureReference.world(item)
      let moments = try world.moments()
      #expect(relativeDifference(moments.hessian, moments.scoreCovariance) < 1e-8, "\(item.name)")
      let general = try LimitLaw(moments: moments, noiseVariance: 1)
      let own = try world.law()
      #expect(relativeDifference(general.interaction.mean, own.interaction.mean) < 1e-7, "\(item.name)")
      #expect(relativeDifference(general.interaction.variance, own.interaction.variance) < 1e-7, "\(item.name)")
      #expect(general.effectiveDimension == own.effectiveDimension)
      // Equally spaced centres have tangents that nearly depend on each other.
      if index < 2 { #expect(general.baseDimension == own.baseDimension, "\(item.name)") }
    }
  }

  /// Constant target: nothing depends on the centres.
  @Test func constantTargetsCostNothing() throws {
    let law = try MixturePopulation(
      centers: 2 * Matrix.identity(3), slopes: .constant([0, 0, 0]), intercepts: [1, 1, 1], labelNoise: 1
    ).law()
    #expect(law.interaction.mean == 0 && law.crossoverRatio == nil)
    #expect(law.warnings.map(\.code) == ["nothing-to-save"])
  }

  /// More components than directions: rank d, no direction outside.
  @Test func manyCentersInThePlane() throws {
    let law = try MixturePopulation(
      centers: Matrix([[0, 0], [3, 0], [0, 2.5], [2, 3.5]]), slopes: .constant([0.1, 0.3, -0.2, 0.4]),
      intercepts: [1, 2, -1, 0.5], labelNoise: 1, tolerance: 1e-8
    ).law()
    #expect(law.effectiveDimension == 12 && law.baseDimension == 20)
    #expect(law.interaction.terms.allSatisfy { $0.degreesOfFreedom == 1 })
  }

  @Test func toleranceIsKept() throws {
    let exact = 0.02932616474354132
    for tolerance in [1e-2, 1e-3, 1e-5, 1e-7, 1e-10] {
      let law = try paperMixture(4, 20, 2, tolerance: tolerance).law()
      #expect(abs(law.interaction.mean / exact - 1) < tolerance && law.relativeError! <= tolerance, "\(tolerance)")
    }
    let impossible = try paperMixture(4, 20, 10, tolerance: 1e-12).law()
    #expect(impossible.warnings.contains { $0.code == "tolerance-not-reached" })
  }

  @Test func whatCannotBeAMixture() throws {
    func problem(_ centers: Matrix, weights: [Double]? = nil) -> InvalidPopulation? {
      do {
        _ = try MixturePopulation(
          centers: centers, weights: weights, slopes: .constant([0, 0, 0]), intercepts: [1, 2, 3], labelNoise: 1)
        return nil
      } catch { return error as? InvalidPopulation }
    }
    let same = problem(Matrix([[1, 2], [0, 1], [1, 2]]))
    #expect(same?.key == "centers" && same?.value == "rows 0 and 2 (counted from 0)")
    #expect(same?.problem.contains("coincide") == true)
    #expect(problem(Matrix([[1, 2], [0, .nan], [1, 3]]))?.problem.contains("row 1, column 1") == true)
    #expect(problem(Matrix([[1, 2], [0, 1], [1, 3]]), weights: [0.5, 0.4, 0.4])?.key == "weights")
    #expect(problem(Matrix([[1, 2]]))?.problem.contains("two components") == true)
    // So close that double precision cannot tell them apart.
    let close = try MixturePopulation(
      centers: Matrix([[0, 0], [1e-6, 0], [0, 1]]), slopes: .constant([0, 0, 0]), intercepts: [1, 2, 3], labelNoise: 1)
    #expect(throws: InvalidPopulation.self) { try close.law() }
  }
}
