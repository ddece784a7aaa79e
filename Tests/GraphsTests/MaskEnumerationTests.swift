import Graphs
import LinearAlgebra
import TestSupport
import Testing

/// Closed forms against every mask of six nodes, on graphs, features and rates of their own.
@Suite struct MaskEnumerationTests {
  private struct Mean {
    var q: Matrix
    var c: Matrix
  }

  /// Mean of regressors' moments over masks; `latent` masks too where there is a decoder.
  private func mean(
    _ x: Matrix, hideRate p: Double, encoder: Matrix, decoder: Matrix? = nil, kept: Double? = nil,
    targets: Matrix? = nil
  ) -> Mean {
    let (n, d) = (x.rows, x.columns)
    let t = targets ?? x
    var result = Mean(q: Matrix(rows: d, columns: d), c: Matrix(rows: d, columns: t.columns))
    func chance(_ bits: Int, _ rate: Double) -> Double {
      (0..<n).reduce(1) { $0 * (bits >> $1 & 1 == 1 ? rate : 1 - rate) }
    }
    for hidden in 0..<1 << n {
      let seen = x.scalingRows(by: (0..<n).map { hidden >> $0 & 1 == 1 ? 0 : 1 })
      let latents = encoder * seen
      let weight = chance(hidden, p)
      let remasks: [(Int, Double)] =
        decoder == nil
        ? [(0, 1)] : kept == nil ? [(hidden, 1)] : (0..<1 << n).map { ($0, chance($0, 1 - kept!)) }
      for (zeroed, chance) in remasks {
        let shown = latents.scalingRows(by: (0..<n).map { zeroed >> $0 & 1 == 1 ? 0 : 1 })
        let output = decoder.map { $0 * shown } ?? latents
        for l in 0..<n where hidden >> l & 1 == 1 {
          let factor = weight * chance / (p * Double(n))
          for i in 0..<d {
            for j in 0..<d { result.q[i, j] += factor * output[l, i] * output[l, j] }
            for j in 0..<t.columns { result.c[i, j] += factor * output[l, i] * t[l, j] }
          }
        }
      }
    }
    return result
  }

  @Test(arguments: [
    (GraphFilter.sgc(hops: 2), GraphNormalization.symmetric), (.sgc(hops: 3), .rows),
    (.appnp(steps: 4, alpha: 0.2), .rows), (.heat(time: 0.7), .symmetric),
  ])
  func hidingIsARidge(_ filter: GraphFilter, _ normalization: GraphNormalization) throws {
    let graph = try SmallGraphs.random(6, share: 0.4, seed: 3)
    let x = SmallGraphs.features(6, 3, seed: 4)
    let moments = try SmallGraphs.moments(graph, x, filter, normalization)
    let p = 0.37
    let listed = mean(x, hideRate: p, encoder: try moments.propagation.explicit().dense())
    let loss = try moments.loss(.rate(p))
    #expect(relativeDifference(loss.q, listed.q) < 1e-14)
    #expect(relativeDifference(loss.c, listed.c) < 1e-14)
    // Without the penalty of hiding, or with one 20 % off, it is another matrix.
    let front = (1 - p) / 6
    for factor in [0, 0.8, 1.2] {
      let wrong = (front * (1 - p)) * moments.visibleGram + (factor * front * p) * moments.hiddenGram
      #expect(relativeDifference(wrong, listed.q) > 1e-3)
    }
  }

  @Test func remasks() throws {
    let graph = try SmallGraphs.random(6, share: 0.5, seed: 8)
    let x = SmallGraphs.features(6, 2, seed: 9)
    let encoder = try Propagation(graph, filter: .heat(time: 0.9)).explicit()
    let decoder = try Propagation(graph, filter: .sgc(hops: 1), normalization: .rows).explicit()
    let remasked = try RemaskedLoss(encoder: encoder, decoder: decoder, rows: x, hideRate: 0.3)
    for (loss, kept) in [(remasked.same(), nil), (remasked.independent(kept: 0.6), 0.6 as Double?)] {
      let listed = mean(x, hideRate: 0.3, encoder: encoder.dense(), decoder: decoder.dense(), kept: kept)
      #expect(relativeDifference(loss.q, listed.q) < 1e-13)
      #expect(relativeDifference(loss.c, listed.c) < 1e-13)
    }
    // Everything kept is no re-mask.
    let plain = try GraphMoments(
      Propagation(graph, filter: .sgc(hops: 2)), rows: GraphRows(x, unitRows: false, centred: false)
    ).loss(.rate(0.3))
    let step = try Propagation(graph, filter: .sgc(hops: 1)).explicit()
    let all = try RemaskedLoss(encoder: step, decoder: step, rows: x, hideRate: 0.3).independent(kept: 1)
    #expect(relativeDifference(all.q, plain.q) < 1e-14)
    // The unit of the ridge penalty is that of the mean latents, which keep a share s of themselves.
    #expect(relativeDifference(all.meanTrace, plain.meanTrace) < 1e-14)
    let whole = remasked.independent(kept: 1).meanTrace
    #expect(relativeDifference(remasked.independent(kept: 0.6).meanTrace, 0.36 * whole) < 1e-14)
  }

  /// Codes with latent targets: all squared singular values together are tr Q^-1 C C' + w tr Q^-1 C2 Syy^-1 C2', each moment a
  /// mean over listed masks. With C2 20 % off it is another number.
  @Test func latentTargets() throws {
    let graph = try SmallGraphs.random(6, share: 0.5, seed: 8)
    let settings = GraphSettings(hideRate: 0.4, unitRows: false, latentWeight: 0.7)
    let masked = try MaskedGraph(graph, features: SmallGraphs.features(6, 3, seed: 9), settings: settings)
    let x = masked.moments.rows.values
    let filter = try masked.moments.propagation.explicit().dense()
    let teacher = filter * x
    let listed = mean(x, hideRate: 0.4, encoder: filter)
    let latent = mean(x, hideRate: 0.4, encoder: filter, targets: teacher).c
    let factor = try Cholesky(listed.q.symmetrized())
    let own = traceOfProduct(listed.c.transposed(), factor.solve(listed.c))
    let whitened = try Cholesky(((1 / 6.0) * teacher.gram()).symmetrized()).solve(latent.transposed())
    let weight = 0.7 * (x.squaredFrobeniusNorm / 6) / 3
    let second = weight * traceOfProduct(whitened, factor.solve(latent))
    func total(_ scale: Double) -> Double { own + scale * scale * second }
    let found = try masked.codes(size: 3, ridge: 0).singularValues.reduce(0) { $0 + $1 * $1 }
    #expect(relativeDifference(found, total(1)) < 1e-11)
    for wrong in [0.8, 1.2] { #expect(relativeDifference(found, total(wrong)) > 1e-3) }
  }

  /// Shares of the features' energy: what the closed form of θ leaves of them with everything visible.
  @Test func shareExplained() throws {
    let graph = try SmallGraphs.random(12, share: 0.4, seed: 10)
    let masked = try MaskedGraph(
      graph, features: SmallGraphs.features(12, 2, seed: 11), settings: GraphSettings(hideRate: 0.5, unitRows: false))
    let (x, moments) = (masked.moments.rows.values, masked.moments)
    let theta = try Cholesky(moments.normalMatrix(hideRate: 0.5, ridge: 0.2)).solve(moments.cross)
    let kept = (x - moments.visible * theta).squaredFrobeniusNorm / x.squaredFrobeniusNorm
    let errors = try masked.fit(ridge: .given(0.2)).errors
    #expect(abs(errors.trainingR2 - (1 - kept)) < 1e-13)
    for wrong in [0.8, 1.2] { #expect(abs(errors.trainingR2 - (1 - wrong * kept)) > 1e-3) }
  }

  @Test func lossIsTheQuadratic() throws {
    let graph = try SmallGraphs.random(6, share: 0.4, seed: 3)
    let x = SmallGraphs.features(6, 3, seed: 4)
    let loss = try SmallGraphs.moments(graph, x).loss(.rate(0.5))
    let best = try loss.optimum(shift: 0)
    #expect(loss.loss(best) < loss.loss(1.01 * best) && loss.loss(best) < loss.loss(0.99 * best))
    let codes = try GraphCodes(loss, shift: 0, size: 3)
    #expect(relativeDifference(codes.loss, loss.loss(best)) < 1e-12)
    let one = try GraphCodes(loss, shift: 0, size: 1)
    #expect(relativeDifference(one.loss, loss.loss(one.encoder * one.decoder)) < 1e-12)
    let white = multiply(codes.encoder, loss.q * codes.encoder, transposing: .left)
    #expect(relativeDifference(white, .identity(3)) < 1e-12)
  }
}
