import Asymptotics
import LinearAlgebra
import Pretraining
import Randomness
import TestSupport
import Testing

@Suite struct NearTieTests {
  /// Warned below m = tilt / 0.05 rows, and not above: a change of 1 % in the tilt or in the bound is seen.
  private func expectBoundary(_ world: any TwoStagePopulation, tilt: Double) {
    let needed = tilt / 0.05
    let few = world.warnings(unlabeled: Int(0.99 * needed))
    #expect(few.map(\.code) == ["near-closed-eigengap"])
    #expect(world.warnings(unlabeled: Int(1.01 * needed)).isEmpty)
    #expect(few.first?.remedy.description.contains("Take \(Int(needed.rounded(.up))) unlabeled rows or more") == true)
    // sqrt(0.05 / 0.99) is 12.9 degrees; at a quarter of the rows it is twice that.
    #expect(few.first?.message.contains("about 13 degrees") == true)
    #expect(world.warnings(unlabeled: Int(0.25 * needed)).first?.message.contains("about 26 degrees") == true)
  }

  /// By hand: pca 5 (4.5)/.25 + 5/16, factor 8 (1.5)/.25, spectral (1 + .25 + .25 + .81)/2 (1/.01 + 1/.16).
  @Test func boundaries() throws {
    expectBoundary(
      try PrincipalComponentsPopulation(eigenvalues: [9, 5, 4.5, 1], weights: [1, 1], labelNoise: 1),
      tilt: 5 * 4.5 / 0.25 + 5 / 16.0)
    expectBoundary(
      try FactorPopulation(dimension: 10, strengths: [4, 0.5], coefficients: [1, 1], labelNoise: 1),
      tilt: 8 * 1.5 / 0.25)
    expectBoundary(
      try SpectralPopulation(correlations: [0.9, 0.5, 0.4, 0.1], weights: [1, 1], labelNoise: 1),
      tilt: (1 + 0.25 + (0.81 + 0.25)) / 2 * (1 / 0.01 + 1 / 0.16))
  }

  /// The tilt is what samples do: E ||B e_k||² of sample eigenvectors, 4 000 replicates, 20 % is 20 standard errors.
  @Test func theTiltIsTheSamples() throws {
    let (eigenvalues, m) = ([9, 5, 2, 1.0], 20_000)
    let roots = eigenvalues.map { $0.squareRoot() }
    let tilts = try Parallel.map(count: 4000) { index in
      var stream = RandomStream(seed: 680, replicate: UInt64(index))
      let sources = RowDistribution.gaussian.secondMoment(dimension: 4, count: m, using: &stream)
      let second = try SymmetricEigen(sources.scalingRows(by: roots).scalingColumns(by: roots)).vectors.column(1)
      return Double(m) * (second[2] * second[2] + second[3] * second[3])
    }
    let (sample, tilt) = (SampleMean(tilts), 5 * 2 / 9.0 + 5 / 16.0)
    #expect(abs(sample.z(against: tilt)) < 5)
    #expect(abs(sample.z(against: 1.2 * tilt)) > 10 && abs(sample.z(against: 0.8 * tilt)) > 10)
  }

  /// Earlier bounds, by hand.
  @Test func priorBounds() throws {
    let factor = try FactorPopulation(dimension: 10, strengths: [4, 0.5], coefficients: [1, 1], labelNoise: 0.5)
    // B = 2: 16 · 2, and 2^12 (16 + 4) · 10.
    #expect(relativeDifference(factor.priorBound.labelTerm, 32) < 1e-14)
    #expect(relativeDifference(factor.priorBound.interaction, 4096 * 20 * 10) < 1e-14)
    #expect(relativeDifference(factor.priorBound.scaledExcessRisk(ratio: 2), 32 + 409_600) < 1e-14)
    let spectral = try SpectralPopulation(correlations: [0.8, 0.5, 0.1], weights: [1, 2], labelNoise: 2)
    #expect(relativeDifference(spectral.priorBound.labelTerm, 8) < 1e-14)
    #expect(relativeDifference(spectral.priorBound.interaction, 2 * (1 / 0.64 + 16)) < 1e-14)
  }
}
