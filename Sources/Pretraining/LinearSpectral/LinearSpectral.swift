import LinearAlgebra

/// Linear spectral contrastive learning: features A x with A minimizing -2 x'A'A x⁺ + (x'A'A x⁻)², every other view of the
/// sample a stranger x⁻.
///
/// In the population the span is that of the leading canonical correlations between a row and its partner:
/// A'A = Σ^-½ (k leading positive part of Σ^-½ Σ⁺ Σ^-½) Σ^-½. Symmetry O(k), acting from the left. With views whose noise is
/// proportional to each column's deviation that is the span of correlation principal components, up to the views' noise.
/// Source: arXiv 2603.27631, section 6.1; HaoChen et al. (2021).
/// Both views are centered. Cost: 4 m d² flops and two eigenproblems of order d for all sizes together.
public struct LinearSpectral: PretrainingMethod {
  /// Where partners come from when the data have none.
  public enum Pairing: Sendable {
    /// Two views of a row, each with its own noise of this size relative to the column's standard deviation.
    case noisyViews(noise: Double)
    /// Rows of a series and the rows this much later; the series is the first `length` rows, all of them if nil.
    case lagged(Int, length: Int? = nil)
    /// The first rows have these partners, one each: a matrix, or rows that need not fit into memory. A pass asks for them a block
    /// at a time (`RowSource.rows(at:)`), so a source of their own should have a quick way to rows that lie together.
    case given(any RowSource)
  }

  /// `spectral`, `spectral-lagged` or `spectral-pairs`.
  public var name: String {
    switch pairing {
    case .noisyViews: "spectral"
    case .lagged: "spectral-lagged"
    case .given: "spectral-pairs"
    }
  }
  public let pairing: Pairing
  /// Of the views' noise.
  public let seed: UInt64

  public init(pairing: Pairing, seed: UInt64 = 0) {
    self.pairing = pairing
    self.seed = seed
  }

  public func largestSize(rows: Int, columns: Int) -> Int { rows > 2 * columns ? columns - 1 : 0 }

  public var isOrdered: Bool { if case .lagged = pairing { true } else { false } }

  /// One pass over the rows, two for noisy views. Memory: 64 d^2 numbers at most and blocks. Throws `SpectralFitError`.
  public func fit(_ rows: some RowSource, sizes: [Int]) throws -> [any Representation] {
    try fit(PairedRows(rows: rows, indices: nil, pairing: pairing, seed: seed), sizes: sizes)
  }

  /// Pairs whose first row is among the indices. Throws `SpectralFitError`.
  public func refit(
    _ rows: some RowSource, at indices: [Int], sizes: [Int], from found: [any Representation]
  ) throws -> [any Representation] {
    try fit(PairedRows(rows: rows, indices: indices, pairing: pairing, seed: seed), sizes: sizes)
  }

  private func fit(_ pairs: PairedRows, sizes: [Int]) throws -> [any Representation] {
    let d = pairs.rows.columns
    var accumulator = GramAccumulator(columns: 2 * d)
    try pairs.forEachBlock { accumulator.add($0) }
    guard accumulator.count > 1 else { throw SpectralFitError.singularCovariance(rows: accumulator.count, columns: d) }
    let joint = accumulator.finish()
    return try PairMoments(joint: joint).minimizers(ranks: sizes).map {
      LinearRepresentation(center: Array(joint.mean[..<d]), loadings: $0.transposed())
    }
  }
}
