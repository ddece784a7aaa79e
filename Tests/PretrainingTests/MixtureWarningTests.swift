import Asymptotics
import Foundation
import LinearAlgebra
import Pretraining
import SpecialFunctions
import TestSupport
import Testing

/// What a mixture's law says of itself: accuracy missed, centers that depend on each other, centers that m rows do not resolve.
@Suite struct MixtureWarningTests {
  private func world(
    _ centers: [[Double]], dimension: Int? = nil, tolerance: Double? = nil
  ) throws -> MixturePopulation {
    try MixturePopulation(
      centers: Matrix(centers), dimension: dimension,
      slopes: .constant((0..<centers.count).map { 0.2 * Double($0) }),
      intercepts: (0..<centers.count).map { Double($0 * $0) - 1 }, labelNoise: 0.5, tolerance: tolerance)
  }

  private func codes(_ world: MixturePopulation) throws -> [String] { try world.law().warnings.map(\.code) }

  /// By default too: an error above the tolerance that holds is said, one below is not.
  @Test func accuracyIsReachedOrSaid() throws {
    let line = [[0.0, 0, 0, 0, 0], [2.5, 0, 0, 0, 0]]
    let many = line + [[0.0, 2, 0, 0, 0], [0, 0, 2, 0, 0], [0, 0, 0, 2, 0], [0, 0, 0, 0, 2]]
    for (centers, tolerance, goal) in [(line, nil, 1e-6), (line, 1e-9, 1e-9), (many, nil, 1e-3), (many, 1e-2, 1e-2)]
      as [([[Double]], Double?, Double)]
    {
      let world = try world(centers, tolerance: tolerance)
      #expect(world.notReached(0.95 * goal).isEmpty)
      let said = world.notReached(1.05 * goal).first
      #expect(said?.code == "tolerance-not-reached" && said?.message.contains((1.05 * goal).inWords(2)) == true)
      let law = try world.law()
      #expect(law.warnings.map(\.code).contains("tolerance-not-reached") == (law.relativeError! > goal))
    }
  }

  /// Three centers on a line, four in a plane, and the same in general position or in too few columns for it.
  @Test func dependentCenters() throws {
    #expect(try codes(world([[0, 0, 0], [2, 0, 0], [4.5, 0, 0]])) == ["dependent-centers"])
    #expect(try codes(world([[0, 0, 0], [2, 0, 1], [0, 3, 0], [2, 3, 1]])) == ["dependent-centers"])
    #expect(try codes(world([[0, 0, 0], [2, 0, 0], [4.5, 1, 0]])).isEmpty)
    #expect(try codes(world([[0, 0], [3, 0], [0, 2.5], [2, 3.5]])).isEmpty)
    let message = try world([[0, 0, 0], [2, 0, 0], [4.5, 0, 0]]).law().warnings[0].message
    #expect(message.contains("dimension 1 about their mean, not 2"))
  }

  /// A center that leaves the line by e: below 1e-9 the law of the line, above it a part that grows like 1/e², and each says so.
  @Test func theLawJumpsWhereItSaysSo() throws {
    func mean(_ e: Double) throws -> Double {
      try world([[0, 0, 0], [2, e, 0], [4.5, 0, 0]]).law().interaction.mean
    }
    let line = try mean(0)
    #expect(try relativeDifference(mean(1e-11), line) < 1e-6)
    let (near, nearer) = (try mean(1e-3), try mean(1e-4))
    #expect(nearer > 1e6 * line && abs(nearer / near / 100 - 1) < 0.01)
    #expect(try codes(world([[0, 0, 0], [2, 1e-11, 0], [4.5, 0, 0]])) == ["dependent-centers"])
    #expect(try codes(world([[0, 0, 0], [2, 1e-5, 0], [4.5, 0, 0]])) == ["near-rank-deficient"])
    #expect(try codes(world([[0, 0, 0], [2, 1e-8, 0], [4.5, 0, 0]])) == ["near-rank-deficient"])
    #expect(try codes(world([[0, 0, 0], [2, 1e-2, 0], [4.5, 0, 0]])).isEmpty)
  }

  /// K = 2 at distance D: C⁺ F_out⁻¹ C⁺' = 4 / (D² (1 - 4 p)), p = E π_1 π_2; the warning ends where (d - 1) times it over m is 0.05.
  @Test(arguments: [(1.5, 8), (3.0, 40)])
  func resolutionOfTwoCenters(_ distance: Double, _ dimension: Int) throws {
    let step = 0.01
    let p = (-1500...1500).reduce(0.0) { sum, index in
      let z = Double(index) * step
      let posterior = 1 / (1 + exp(-distance * z))
      let density = 0.5 * (normalDensity(z - distance / 2) + normalDensity(z + distance / 2))
      return sum + step * density * posterior * (1 - posterior)
    }
    let needed = Double(dimension - 1) * 4 / (distance * distance * (1 - 4 * p)) / 0.05
    let world = try world([[0, 0], [distance, 0]], dimension: dimension)
    #expect(world.warnings(unlabeled: Int(0.97 * needed)).map(\.code) == ["unresolved-centers"])
    #expect(world.warnings(unlabeled: Int(1.03 * needed)).isEmpty)
    #expect(try world.law().warnings.isEmpty)
    // No direction outside, nothing to miss.
    #expect(try self.world([[0], [1]]).warnings(unlabeled: 1).isEmpty)
  }

  /// A centre off the line by far less than m rows tell, by far more than rounding.
  @Test func nearlyCollinearCentersAreUnresolved() throws {
    let near = try world([[0, 0, 0], [2, 0.03, 0], [4.5, 0, 0]])
    #expect(near.warnings(unlabeled: 20_000).map(\.code) == ["unresolved-centers"])
    #expect(near.warnings(unlabeled: 20_000_000).isEmpty)
    #expect(try codes(near).isEmpty)
  }

  @Test func numbersInWords() {
    #expect(0.00314159.inWords() == "0.00314" && (-2.5e-7).inWords(2) == "-2.5e-07")
    #expect(857.4.inWords() == "857" && 97_512.0.inWords() == "97500" && 0.0.inWords() == "0")
    #expect([Double.infinity, -.infinity, .nan].map { $0.inWords() } == ["inf", "-inf", "nan"])
    for value in [Double.leastNonzeroMagnitude, 1e-300, .greatestFiniteMagnitude, 9.996, 0.3] {
      #expect(Double(value.inWords(17)) == value && Double(value.inWords()).map { abs($0 / value - 1) < 5e-3 } == true)
    }
  }
}
