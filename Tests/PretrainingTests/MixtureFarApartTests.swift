import Asymptotics
import Foundation
import LinearAlgebra
import Pretraining
import SpecialFunctions
import TestSupport
import Testing

/// Clusters so far apart that their posteriors hardly meet.
@Suite struct MixtureFarApartTests {
  /// Ranks are algebra: the tangents depend on each other at no separation.
  @Test(arguments: [2.0, 5, 12, 14, 25, 50, 200, 1000 / 1.5])
  func dimensionsDoNotDependOnTheSeparation(_ separation: Double) throws {
    let law = try paperMixture(4, 20, separation, scale: 10).law()
    #expect(law.effectiveDimension == 16 && law.baseDimension == 16 + 12 + 3 * 17)
  }

  /// Two pairs of near clusters, far from each other: K (2 r + 1) + (d - r) r in general position.
  @Test(arguments: [3.0, 12, 30, 50])
  func nearPairsFarApart(_ distance: Double) throws {
    let centers = Matrix([[0, 0], [1, 0.2], [distance, 0.3], [distance + 0.4, 1.5]])
    let world = try MixturePopulation(
      centers: centers, dimension: 6, slopes: .ambient(Matrix((0..<4).map { i in (0..<6).map { Double(i * $0 % 5) } })),
      intercepts: [1, -2, 0.5, 3], labelNoise: 1)
    #expect(try world.law().baseDimension == 4 * 5 + 4 * 2)
  }

  /// A target that is linear everywhere turns with one direction, one that is constant with none, near or far.
  @Test(arguments: [3.0, 30])
  func targetsThatNeedFewerDirections(_ separation: Double) throws {
    let centers = separation * Matrix([[0, 0], [1, 0], [0, 1]])
    func world(_ slope: [Double], _ shift: Double) throws -> MixturePopulation {
      let intercepts = (0..<3).map { row in shift + slope[0] * centers[row, 0] + slope[1] * centers[row, 1] }
      let slopes = Matrix((0..<3).map { _ in slope + [0, 0] })
      return try MixturePopulation(
        centers: centers, dimension: 4, slopes: .ambient(slopes), intercepts: intercepts, labelNoise: 1)
    }
    #expect(try world([1, 2], 1).law().baseDimension == 9 + 2)
    #expect(try world([0, 0], 1).law().baseDimension == 9)
  }

  /// Two clusters, a target of two constants: all that counts lies between them. The integrals on a fine line, by QR.
  @Test(arguments: [11.0, 14, 16, 20, 26])
  func whatCountsMayLieBetweenTheClusters(_ distance: Double) throws {
    let world = try MixturePopulation(
      centers: Matrix([[0], [distance]]), dimension: 3, slopes: .constant([0, 0]), intercepts: [0, 1], labelNoise: 1)
    let law = try world.law()
    let half = 0.5 * distance
    let step = 0.002
    let points = stride(from: -half - 12, through: half + 12, by: step).map { $0 }
    var rows: [[Double]] = []
    var (gradient, scores) = (0.0, 0.0)
    for z in points {
      let density = 0.5 * (normal(z + half) + normal(z - half))
      let (left, right) = (1 / (1 + exp(distance * z)), 1 / (1 + exp(-distance * z)))
      let weight = (density * step).squareRoot()
      let steps = [left * (z + half), right * (z - half)]
      rows.append(([left, right] + steps + [-steps[0] * right, steps[1] * left]).map { weight * $0 })
      gradient += density * step * (distance * left * right) * (distance * left * right)
      scores += density * step * steps[0] * steps[0]
    }
    // What the features do not explain of the two tangents; F is diagonal, posteriors do not meet beside the density.
    let triangle = try QR(Matrix(rows)).r
    let unexplained = (4..<6).reduce(0) { sum, column in
      (4..<6).reduce(sum) { $0 + triangle[$1, column] * triangle[$1, column] }
    }
    let expected = unexplained / scores + 2 * (4 / (distance * distance)) * gradient
    let bound = max(2 * law.relativeError!, 1e-5)
    #expect(relativeDifference(law.interaction.mean, expected) < bound, "\(law.interaction.mean) \(expected)")
    #expect(law.relativeError! < 0.01)
    #expect(relativeDifference(law.interaction.mean, 1.2 * expected) > bound)
  }

  private func normal(_ z: Double) -> Double { exp(-0.5 * z * z) / (2 * Double.pi).squareRoot() }

  /// Farther apart than squares of doubles reach, nothing is left of it.
  @Test func nothingIsLeft() throws {
    let world = try MixturePopulation(
      centers: Matrix([[0], [500]]), dimension: 3, slopes: .constant([0, 0]), intercepts: [0, 1], labelNoise: 1)
    let law = try world.law()
    #expect(law.interaction.mean < 1e-100)
    #expect(law.baseDimension == 4 + 2 + 2)
  }

  /// A tolerance below rounding stops where rounding does.
  @Test func toleranceBelowRounding() throws {
    let law = try paperMixture(3, 6, 2, tolerance: 1e-300).law()
    #expect(law.relativeError! < 1e-9)
    #expect(law.warnings.contains { $0.code == "tolerance-not-reached" })
  }
}
