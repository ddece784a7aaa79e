import LinearAlgebra
import Synchronization

/// Moments of random halves of the pool, each computed once for all methods that ask no more of the rows.
final class HalfMoments: Sendable {
  private let known = Mutex([Int: RowMoments]())

  /// Of half number `index`, whose rows are `rows`.
  func callAsFunction(_ index: Int, of pool: any RowSource, at rows: [Int]) throws -> RowMoments {
    if let found = known.withLock({ $0[index] }) { return found }
    let moments = try RowMoments(reading: RowSelection(pool, at: rows))
    known.withLock { $0[index] = moments }
    return moments
  }
}
