import Foundation
import LinearAlgebra
import MaskedRegression
import RandomMatrices
import Testing
import TestSupport

/// Against Tests/Reference/masked_regression.json.
@Suite struct ReferenceTests {
  private let values = ReferenceValues.shared

  @Test func fixtures() throws {
    for fixture in values.list("fixtures") {
      let (n, d) = (fixture.integer("n"), fixture.integer("d"))
      let x = ReferenceValues.fixtureRows(n, d)
      let path = MaskedPath(
        try SampleSpectrum(rows: x, preparation: ColumnPreparation(centers: fixture.flag("center"))))
      #expect(largestDifference(path.spectrum.values.reversed(), fixture.numbers("eig_nonzero")) < 1e-12)
      for row in fixture.list("rows") {
        let errors = try path.errors(.shared(row.number("lam")))
        #expect(relativeDifference(errors.trainingError, row.number("train")) < 1e-11)
        #expect(relativeDifference(errors.degreesOfFreedom, row.number("df")) < 1e-11)
        #expect(relativeDifference(errors.kappa!, row.number("kappa")) < 1e-11)
        #expect(relativeDifference(errors.oneMinusGamma!, row.number("one_m_gamma")) < 1e-11)
        #expect(relativeDifference(errors.generalizedCrossValidationError!, row.number("gcv")) < 1e-11)
        #expect(relativeDifference(errors.columnwiseCrossValidationError!, row.number("gcvj")) < 1e-11)
        #expect(relativeDifference(errors.leaveOneOutError!, row.number("loo")) < 1e-11)
        let weights = try path.model(.shared(row.number("lam"))).weights()
        #expect(largestDifference(weights.row(0), row.numbers("A_first_row")) < 1e-11)
        let forecaster = MaskedForecaster(path.spectrum, [errors], .crossValidation)
        let carried = forecaster.curve(rows: 50 + Double(n) - path.spectrum.divisor)[0]
        let expected = row.numbers("extrapolate_m50")
        #expect(largestDifference([carried.ridge, carried.error], [expected[0], expected[1]]) < 1e-11)
      }
      let variances = path.spectrum.directionVariances()
      // The reference lists one number for all directions never seen; it is the sum of ours.
      let expected = fixture.numbers("phi_data")
      let computed = variances.prefix(expected.count - 1) + [variances[(expected.count - 1)...].reduce(0, +)]
      #expect(largestDifference(computed.reversed(), expected) < 1e-10)
    }
  }

  private func expectRisk(_ entry: ReferenceValues.Entry, _ population: MaskedPopulation) throws {
    let risk = MaskedRisk(population, rows: entry.integer("n"))
    let errors = try risk.errors(ridge: entry.number("lam"))
    #expect(relativeDifference(errors.kappa, entry.number("kappa")) < 1e-13)
    #expect(relativeDifference(errors.gamma, entry.number("gamma")) < 1e-12)
    #expect(relativeDifference(errors.bias, entry.number("N")) < 1e-12)
    #expect(relativeDifference(errors.generalizationError, entry.number("gen")) < 1e-12)
    #expect(relativeDifference(errors.trainingError, entry.number("train")) < 1e-12)
    let diagonal = try risk.precisionDiagonal(ridge: entry.number("lam"))
    let d = diagonal.count
    let expected = entry.numbers("Dbar_first3_mid")
    #expect(largestDifference([diagonal[0], diagonal[1], diagonal[2], diagonal[d / 2]], expected) < 1e-11)
    let finite = try risk.finiteSizeErrors(ridge: entry.number("lam"))
    let reference = entry.entry("finite_d_minus_1")
    #expect(relativeDifference(finite.generalization, reference.number("gen")) < 1e-10)
    #expect(relativeDifference(finite.training, reference.number("train")) < 1e-10)
    let optimum = try risk.optimum()
    let best = entry.entry("opt")
    // Near its minimum the error is flat: the place is found to the square root of the precision of the value.
    #expect(relativeDifference(optimum.errors.generalizationError, best.number("gen")) < 1e-10)
    #expect(relativeDifference(optimum.errors.ridge, best.number("lam")) < 1e-4)
    #expect(optimum.isAtBoundary == best.flag("at_boundary"))
    let pca = entry.keyed("pca").sorted { $0.key < $1.key }
    let law = PCAErrorLaw(population, rows: entry.integer("n"))
    let computed = law.unmaskedErrors(directions: pca.map(\.key))
    for (value, expected) in zip(computed, pca) {
      #expect(relativeDifference(value, expected.value) < 1e-10, "q = \(expected.key)")
    }
  }

  @Test func autoregressive() throws {
    for entry in values.list("ar1") {
      let population = try MaskedPopulation.autoregressive(entry.number("rho"), columns: entry.integer("d"))
      try expectRisk(entry, population)
      let law = SampleCovarianceLaw(eigenvalues: population.eigenvalues, rows: entry.integer("n"))
      #expect(largestDifference([law.edges.lower, law.edges.upper], entry.numbers("sample_edges")) < 1e-11)
      let directions = PCAErrorLaw(population, rows: entry.integer("n")).directions()
      for (position, expected) in zip([0, 100, 199], entry.pairs("phi_first_mid_last")) where position != 100 {
        #expect(
          relativeDifference(directions[position].sample, expected[0]) < 1e-9,
          "\(position) \(directions[position]) \(expected)")
        #expect(relativeDifference(directions[position].variance, expected[1]) < 1e-9)
      }
      let spectral = SpectralPredictor(directions: directions)
      let risks = spectral.maskedPPCARisks()
      for (q, risk) in entry.keyed("masked_ppca_spectral") {
        #expect(relativeDifference(risks[q], risk) < 1e-9, "q = \(q)")
      }
      #expect(relativeDifference(spectral.optimalShrinkageRisk, entry.number("masked_optimal_shrinkage")) < 1e-9)
      #expect(
        relativeDifference(
          MaskedRisk(population, rows: 1_000_000_000).errors(kappa: 0).bias, entry.number("population_masked"))
          < 1e-10)
    }
  }

  /// Densities and w at five points each, inside the range where some m are negative too.
  @Test func autoregressiveSpectrum() throws {
    for entry in values.list("ar1") {
      let population = try MaskedPopulation.autoregressive(entry.number("rho"), columns: entry.integer("d"))
      let law = try MaskedSpectrumLaw(population, rows: entry.integer("n"), ridge: entry.number("lam"))
      for (point, w) in zip(entry.pairs("density_mu"), entry.pairs("w_at_density_mu")) {
        let computed = try law.equivalent(mu: point[0])
        #expect(relativeDifference(computed.density, point[1]) < 1e-7, "mu = \(point[0])")
        #expect(largestDifference([computed.w.re, computed.w.im], w) < 1e-7)
      }
      let shape = try law.shape(points: 4)
      #expect(largestDifference([shape.lowerEdge, shape.upperEdge], entry.numbers("a_edges")) < 1e-6)
    }
  }

  @Test func spikedDelocalised() throws {
    for entry in values.list("spiked_delocalised") {
      try expectRisk(entry, try .spiked([entry.number("s")], columns: entry.integer("d")))
    }
  }

  @Test func isotropic() throws {
    for entry in values.list("isotropic") {
      let d = 400
      let rows = Int((Double(d) / entry.number("c")).rounded())
      guard Double(d) / Double(rows) == entry.number("c") else { continue }
      let errors = try MaskedRisk(.identity(columns: d), rows: rows).errors(ridge: entry.number("lam"))
      #expect(relativeDifference(errors.kappa, entry.number("kappa")) < 1e-13)
      #expect(relativeDifference(errors.gamma, entry.number("gamma")) < 1e-12)
      #expect(relativeDifference(errors.generalizationError, entry.number("gen")) < 1e-12)
      #expect(relativeDifference(errors.trainingError, entry.number("train")) < 1e-12)
    }
  }

  @Test func isotropicSpectrum() throws {
    for entry in values.list("isotropic") {
      let d = 400
      let rows = Int((Double(d) / entry.number("c")).rounded())
      let law = try MaskedSpectrumLaw(.identity(columns: d), rows: rows, ridge: entry.number("lam"))
      #expect(relativeDifference(law.precisionDiagonal[7], entry.number("D0")) < 1e-12)
      let shape = try law.shape(points: 8)
      #expect(
        largestDifference([shape.lowerEdge, shape.upperEdge], [entry.number("a_lo"), entry.number("a_hi")]) < 1e-10)
      #expect((shape.atom == nil) == (entry.optional("a_atom") == nil))
      if let atom = shape.atom {
        #expect(relativeDifference(atom.eigenvalue, entry.number("a_atom")) < 1e-10)
        #expect(relativeDifference(atom.mass, 1 - 1 / entry.number("c")) < 1e-12)
      }
      for point in entry.pairs("density_a") {
        #expect(relativeDifference(try law.density(at: point[0]), point[1]) < 1e-9)
      }
      #expect(
        relativeDifference(
          DelocalizedSpike.precisionDiagonal(ridge: entry.number("lam"), aspect: entry.number("c")), entry.number("D0"))
          < 1e-12)
    }
  }

  @Test func delocalisedOutliers() throws {
    for entry in values.list("spiked_delocalised") {
      let (d, n, ridge) = (entry.integer("d"), entry.integer("n"), entry.number("lam"))
      let spike = DelocalizedSpike(strength: entry.number("s"), columns: d, rows: n)
      #expect(relativeDifference(DelocalizedSpike.threshold(aspect: spike.aspect), entry.number("threshold")) < 1e-14)
      #expect(abs(spike.overlap - entry.number("overlap2_asymptotic")) < 1e-13)
      let limit = DelocalizedSpike.precisionDiagonal(ridge: ridge, aspect: spike.aspect)
      let asymptotic = spike.outlier(ridge: ridge, precisionDiagonal: limit)
      #expect(
        asymptotic.map { relativeDifference($0.position, entry.number("outlier_A_asymptotic")) < 1e-12 } ?? !spike
          .isVisible)
      let law = try MaskedSpectrumLaw(
        .spiked([entry.number("s")], columns: d), rows: n, ridge: ridge)
      let outlier = try law.outliers().first
      #expect((outlier == nil) == (entry.optional("outlier_A_with_finite_D0") == nil))
      if let outlier {
        #expect(relativeDifference(outlier.position, entry.number("outlier_A_with_finite_D0")) < 1e-10)
        // The general way, with the bulk told apart, sees the same outlier up to the finite dimension.
        let general = try law.generalOutliers()[0]
        #expect(relativeDifference(general.position, outlier.position) < 1e-3)
        #expect(abs(general.overlap - outlier.overlap) < 0.01)
      }
    }
  }

  @Test func localisedOutliers() throws {
    for entry in values.list("spiked_localised") {
      let spike = LocalizedSpike(
        strength: entry.number("s"), support: entry.integer("support"), aspect: entry.number("c"),
        ridge: entry.number("lam"))
      let computed = spike.outliers + spike.transverseOutliers
      let expected = entry.list("outliers")
      #expect(computed.count == expected.count)
      for outlier in expected {
        let match = computed.min { abs($0.mu - outlier.number("mu")) < abs($1.mu - outlier.number("mu")) }!
        #expect(relativeDifference(match.mu, outlier.number("mu")) < 1e-12)
        #expect(relativeDifference(match.position, outlier.number("a")) < 1e-12)
        #expect(relativeDifference(match.overlap, outlier.number("overlap_u")) < 1e-12)
        #expect(match.side.rawValue == outlier.text("side"))
      }
      if entry.integer("support") == 1, entry.values["thresholds_top_bottom"] is [Any] {
        let thresholds = LocalizedSpike.singleColumnThresholds(aspect: entry.number("c"), ridge: entry.number("lam"))
        let pair = entry.values["thresholds_top_bottom"] as! [Any]
        for (value, reference) in zip([thresholds.top, thresholds.bottom], pair) {
          let number = (reference as? NSNumber)?.doubleValue
          #expect((value == nil) == (number == nil))
          if let value, let number { #expect(relativeDifference(value, number) < 1e-12) }
        }
      }
    }
  }

  @Test func heavyRows() throws {
    let entry = values.entry("elliptical")
    let population = try MaskedPopulation.autoregressive(entry.number("rho"), columns: entry.integer("d"))
    let scales = (0..<200).map { 2 * (1 - (Double($0) + 0.5) / 200) }
    let errors = try MaskedRisk(population, rows: entry.integer("n")).errors(
      ridge: entry.number("lam"), rowScales: scales)
    #expect(relativeDifference(errors.kappa, entry.number("kappa")) < 1e-11)
    #expect(relativeDifference(errors.gamma, entry.number("gamma")) < 1e-11)
    #expect(relativeDifference(errors.generalizationError, entry.number("gen")) < 1e-11)
    #expect(relativeDifference(errors.trainingError, entry.number("train")) < 1e-11)
    #expect(relativeDifference(errors.crossValidationLimit, entry.number("gcv")) < 1e-11)
  }

  @Test func spikeCrossing() {
    for entry in values.list("masked_ppca1_vs_ssr_spike_crossing") {
      #expect(relativeDifference(SingleSpikeComparison.crossing(aspect: entry.number("c")), entry.number("s")) < 1e-12)
    }
    let golden = SingleSpikeComparison.crossing(aspect: 1)
    #expect(relativeDifference(golden, (1 + 5.0.squareRoot()) / 2) < 1e-14)
    #expect(relativeDifference(SingleSpikeComparison(strength: golden, aspect: 1).maskedPPCA, golden) < 1e-12)
  }

  @Test func phaseDiagram() throws {
    for entry in values.list("phase_ar1") {
      let d = entry.integer("d")
      let population = try MaskedPopulation.autoregressive(entry.number("rho"), columns: d)
      let comparison = try MaskedVersusPCA(population, rows: Int((entry.number("alpha") * Double(d)).rounded()))
      #expect(relativeDifference(comparison.masked.errors.generalizationError, entry.number("ssr_opt")) < 1e-9)
      #expect(
        comparison.unmaskedCrossing.map { Double($0) / Double(d) } == entry.optional("pca_unmasked_crossing_q_over_d"))
      #expect(relativeDifference(comparison.bestPPCA.risk, entry.number("best_masked_ppca")) < 1e-8)
      #expect(comparison.bestPPCA.directions == entry.integer("best_q"))
      let bound = try #require(comparison.optimalShrinkageRisk)
      #expect(relativeDifference(bound, entry.number("optimal_shrinkage_bound")) < 1e-8)
    }
  }
}
