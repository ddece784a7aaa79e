import LinearAlgebra
import Synchronization

/// Moments of random halves of the pool, computed once for all methods that ask no more of the rows.
final class HalfMoments: Sendable {
  private let known = Mutex<[RowMoments]?>(nil)

  /// Of `2 splits` halves. Memory: 4 bytes a row while they are computed.
  func callAsFunction(of data: PreparedData, seed: UInt64) throws -> [RowMoments] {
    if let found = known.withLock({ $0 }) { return found }
    let count = 2 * DeleteHalf.splits(rows: data.rowCount, columns: data.columns)
    var halves = [UInt32](repeating: 0, count: data.rowCount)
    for index in 0..<count {
      for row in data.half(index, seed: seed) { halves[row] |= 1 << UInt32(index) }
    }
    let moments = try RowMoments.ofParts(data.pool, count: count) { [halves] in halves[$0] }
    known.withLock { $0 = moments }
    return moments
  }
}
