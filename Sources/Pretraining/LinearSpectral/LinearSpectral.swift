import LinearAlgebra
import Randomness

/// Linear spectral contrastive learning: features A x with A minimizing -2 x'A'A x⁺ + (x'A'A x⁻)², every other view of the
/// sample a stranger x⁻.
///
/// In the population the span is that of the leading canonical correlations between a row and its partner:
/// A'A = Σ^-½ (k leading positive part of Σ^-½ Σ⁺ Σ^-½) Σ^-½. Symmetry O(k), acting from the left. With views whose noise is
/// proportional to each column's deviation that is the span of correlation principal components, up to the views' noise.
/// Source: arXiv 2603.27631, section 6.1; HaoChen et al. (2021).
/// Cost: 4 m d² flops and two eigenproblems of order d for all sizes together.
public struct LinearSpectral: PretrainingMethod {
  /// Where partners come from when the data have none.
  public enum Pairing: Sendable, Equatable {
    /// Two views of a row, each with its own noise of this size relative to the column's standard deviation.
    case noisyViews(noise: Double)
    /// Rows of a series and the rows this much later; the series is the first `length` rows, all of them if nil.
    case lagged(Int, length: Int? = nil)
    /// The first rows have these partners, one each.
    case given(Matrix)
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

  /// Throws `SpectralFitError`.
  public func fit(_ rows: Matrix, sizes: [Int]) throws -> [any Representation] {
    try refit(rows, at: Array(0..<rows.rows), sizes: sizes, from: [])
  }

  /// Pairs whose first row is among the indices. Throws `SpectralFitError`.
  public func refit(
    _ rows: Matrix, at indices: [Int], sizes: [Int], from found: [any Representation]
  ) throws -> [any Representation] {
    let mean = rows.rows(at: indices).columnMeans()
    let found = try moments(rows, indices, mean: mean).minimizers(ranks: sizes)
    return found.map { LinearRepresentation(center: mean, loadings: $0.transposed()) }
  }

  private func moments(_ rows: Matrix, _ indices: [Int], mean: [Double]) -> PairMoments {
    func centered(_ chosen: [Int], of matrix: Matrix) -> Matrix { matrix.rows(at: chosen).subtractingFromRows(mean) }
    switch pairing {
    case .noisyViews(let noise):
      var stream = RandomStream(seed: seed)
      let views = NoisyViews(of: centered(indices, of: rows), noise: noise, using: &stream)
      return PairMoments(anchors: views.first, positives: views.second)
    case .lagged(let lag, let length):
      precondition(lag > 0 && lag < (length ?? rows.rows) - 1, "lag \(lag) in a series of \(length ?? rows.rows) rows")
      let anchors = indices.filter { $0 + lag < length ?? rows.rows }
      return PairMoments(
        anchors: centered(anchors, of: rows), positives: centered(anchors.map { $0 + lag }, of: rows))
    case .given(let partners):
      let anchors = indices.filter { $0 < partners.rows }
      return PairMoments(anchors: centered(anchors, of: rows), positives: centered(anchors, of: partners))
    }
  }
}

/// Two views of each row, each with its own noise of standard deviation `noise` times the column's.
struct NoisyViews {
  let first: Matrix
  let second: Matrix

  init(of rows: Matrix, noise: Double, using stream: inout RandomStream) {
    precondition(noise > 0, "noise of relative size \(noise)")
    let scales = RowMoments(rows: rows).covariance.diagonalEntries.map { noise * $0.squareRoot() }
    func view() -> Matrix {
      rows + stream.normalMatrix(rows: rows.rows, columns: rows.columns).scalingColumns(by: scales)
    }
    (first, second) = (view(), view())
  }
}
