import LinearAlgebra

/// What happens to the latents between encoder F and decoder G, P = G F (GraphMAE, arXiv 2205.10803; GraphMAE2, 2304.04779).
public enum Remask: Sendable, Equatable {
  case none
  /// Each latent is zeroed with this probability, whatever was hidden; any number of such re-masks has the same mean.
  case independent(rate: Double)
  /// The hidden nodes' latents are zeroed.
  case same

  /// `none`, `independent:0.5` or `same`; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    switch (parts[0], parts.count) {
    case ("none", 1): self = .none
    case ("same", 1): self = .same
    case ("independent", 2):
      guard let rate = Double(parts[1]), rate > 0, rate < 1 else { return nil }
      self = .independent(rate: rate)
    default: return nil
    }
  }
}

/// The loss with re-masked decoding, from the sparse patterns of encoder and decoder alone.
///
/// Cost: products of sparse matrices of the patterns of F, G and G F, and a dozen d x d moments of N rows.
public struct RemaskedLoss {
  package let encoder: SparseRows
  package let decoder: SparseRows
  package let x: Matrix
  private let p: Double
  private var q: Double { 1 - p }

  /// - Parameters:
  ///   - encoder: F, nodes x nodes.
  ///   - decoder: G.
  ///   - rows: X.
  /// Throws `invalidHideRate`.
  public init(encoder: SparseRows, decoder: SparseRows, rows: Matrix, hideRate: Double) throws(GraphError) {
    try GraphRanges.check(hideRate: hideRate)
    (self.encoder, self.decoder, x, p) = (encoder, decoder, rows, hideRate)
  }

  /// Latents kept with probability s, independently of what is hidden.
  ///
  ///     Q = s² Q_plain + s(1-s)/N { q² [U'diag(g2)U - U'N1 X - X'N1'U + X'diag(n2)X] + p q X'diag((F∘F)'g2 - n2)X }
  ///
  /// U = F X, g2_j = Σ_l G_lj², N1 = (G∘G)'∘F, n2_l = Σ_j G_lj² F_jl²; C = s C_plain.
  public func independent(kept s: Double) -> HiddenLoss {
    let n = Double(x.rows)
    let joint = decoder.times(encoder).withoutDiagonal
    let visible = joint.times(x)
    let plainGram = visible.gramByThreads()
    let hiddenGram = x.gramByThreads(weights: joint.squared.columnSums())
    let u = encoder.times(x)
    let g2 = decoder.squared.columnSums()
    let n1 = decoder.squared.transposed().entrywise(encoder)
    let n2 = decoder.squared.entrywise(encoder.squared.transposed()).rowSums()
    let reached = encoder.squared.transposed().times(g2)
    let mixed = u.transposedTimesByThreads(n1.times(x))
    let visiblePart =
      u.gramByThreads(weights: g2) - mixed - mixed.transposed() + x.gramByThreads(weights: n2)
    let hiddenPart = x.gramByThreads(weights: zip(reached, n2).map { $0 - $1 })
    let second =
      (s * s * q * q / n) * plainGram + (s * s * q * p / n) * hiddenGram
      + (s * (1 - s) * q * q / n) * visiblePart + (s * (1 - s) * p * q / n) * hiddenPart
    return HiddenLoss(
      q: second.symmetrized(), c: (s * q / n) * visible.transposedTimesByThreads(x),
      energy: x.squaredFrobeniusNorm / n, meanTrace: s * s * q * q / n * plainGram.trace)
  }

  /// The hidden nodes' latents zeroed.
  ///
  ///     Q = [(KX)'(KX) + p q lin + (p q)² quad] / N,   C = (KX)'X / N,   K = q² T0 + q G0 diag(f)
  ///
  /// G0, F0 without their diagonals, f = diag F, T0 = G0 F0 without its own.
  public func same() -> HiddenLoss {
    let n = Double(x.rows)
    let (g0, f0, f) = (decoder.withoutDiagonal, encoder.withoutDiagonal, encoder.diagonalEntries)
    let t0 = g0.times(f0).withoutDiagonal
    let back = f0.transposed()
    let own = x.scalingRows(by: f)
    let mean = (q * q) * t0.times(x) + q * g0.times(own)
    let a = own + q * f0.times(x)
    let g2 = g0.squared.columnSums()
    let n2 = g0.squared.entrywise(back.squared).rowSums()
    let z1 = g0.squared.entrywise(back).transposed().times(x)
    let z2 = x.scalingRows(by: g0.entrywise(t0).columnSums())
    let z3 = g0.entrywise(back).entrywise(t0).times(x)
    let direct = zip(n2, t0.squared.columnSums()).map { $0 + $1 }
    func both(_ left: Matrix, _ right: Matrix) -> Matrix {
      let product = left.transposedTimesByThreads(right)
      return product + product.transposed()
    }
    let linear =
      a.gramByThreads(weights: g2) + (q * q) * x.gramByThreads(weights: direct)
      - q * both(a, z1) + q * both(a, z2) - (q * q) * both(x, z3)
    let reached = f0.squared.transposed().times(g2)
    let pairs = g0.transposed().times(g0).entrywise(f0).entrywise(f0)
    let quadratic =
      x.gramByThreads(weights: zip(reached, n2).map { $0 - $1 })
      + x.transposedTimesByThreads(pairs.times(x))
    let gram = mean.gramByThreads()
    let second = (1 / n) * gram + (p * q / n) * linear + (p * q * p * q / n) * quadratic
    return HiddenLoss(
      q: second.symmetrized(), c: (1 / n) * mean.transposedTimesByThreads(x),
      energy: x.squaredFrobeniusNorm / n, meanTrace: gram.trace / n)
  }
}
