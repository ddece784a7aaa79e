import CMPI
import LinearAlgebra

/// A symmetric matrix that no rank holds: blocks of rows and columns are dealt out to a grid of ranks, and ScaLAPACK works on them.
///
/// Every member must be called by all ranks, in the same order. BLAS runs on one thread: start one rank a core.
package final class DistributedSymmetric {
  package let order: Int
  package let ranks: RankGroup
  private let handle: OpaquePointer
  /// Rows and columns of a block.
  private let block: Int

  /// All zeros. Throws `RankError` without enough memory.
  package init(order: Int, ranks: RankGroup) throws(RankError) {
    precondition(order > 0 && order <= Int(Int32.max), "a matrix of order \(order)")
    BLAS.prepareForOtherLibraries()
    self.order = order
    self.ranks = ranks
    block = min(64, max(1, order / (2 * ranks.count)))
    var failed = [0.0]
    let made = pmpi_square_make(Int32(order), Int32(block))
    if made == nil { failed[0] = 1 }
    try ranks.sum(&failed)
    guard let made, failed[0] == 0 else { throw .noMemory(bytes: Self.bytes(order: order, ranks: ranks.count)) }
    handle = made
  }

  deinit { pmpi_square_free(handle) }

  /// What one of `ranks` holds: its blocks, two more such parts and the factorization's workspace with `eigenvectors`, buffers of the
  /// exchange, a block of rows on its way in and one on its way out.
  package static func bytes(order: Int, ranks: Int, eigenvectors: Bool = false) -> Int {
    let d = Double(order)
    let parts = 8 * d * d / Double(ranks) * (eigenvectors ? 4 : 1)
    return Int(min(parts + 8 * 64 * d * 2 + 5 * 33_554_432, 1e18))
  }

  /// Rows that every rank may add at once.
  package var roundRows: Int { pmpi_square_round(handle) }

  /// A += X'X of the rows that all ranks bring, at most `roundRows` of this one, possibly none. Cost: rows order^2 / ranks flops;
  /// every rank sends and receives about 2 rows order / sqrt(ranks) numbers, `rows` those of all ranks.
  package func add(_ rows: UnsafeBufferPointer<Double>) throws(RankError) {
    precondition(rows.count % order == 0 && rows.count / order <= roundRows, "\(rows.count) entries for order \(order)")
    try RankGroup.check(pmpi_square_add(handle, rows.baseAddress, rows.count / order))
  }

  /// A_ij <- (scale A_ij + weight u_i u_j) f_i f_j, then A_ii += ridge.
  package func adjust(scale: Double = 1, weight: Double = 0, _ u: [Double], factors: [Double]? = nil, ridge: Double = 0)
  {
    precondition(u.count == order && (factors?.count ?? order) == order, "\(u.count) entries for order \(order)")
    pmpi_square_adjust(handle, scale, weight, u, factors ?? [Double](repeating: 1, count: order), ridge)
  }

  /// On every rank.
  package func diagonal() throws(RankError) -> [Double] {
    var diagonal = [Double](repeating: 0, count: order)
    try RankGroup.check(pmpi_square_diagonal(handle, &diagonal))
    return diagonal
  }

  /// A <- A^-1: pdpotrf and pdpotri. Returns the order of a leading minor that is not positive, nil for success.
  /// Cost: order^3 / ranks flops.
  package func invert() throws(RankError) -> Int? {
    var info: Int32 = 0
    try RankGroup.check(pmpi_square_invert(handle, &info))
    return info == 0 ? nil : Int(info)
  }

  /// Eigenvalues, largest first, on every rank, and the leading `count` eigenvectors as rows on rank 0 (nil elsewhere); A is
  /// spoiled. pdsyevd. Cost: about 9 order^3 / ranks flops.
  package func eigenvectors(_ count: Int) throws -> (values: [Double], vectors: Matrix?) {
    precondition(count >= 0 && count <= order, "\(count) eigenvectors of a matrix of order \(order)")
    var values = [Double](repeating: 0, count: order)
    var info: Int32 = 0
    try RankGroup.check(pmpi_square_eigen(handle, &values, &info))
    if info <= -1000 {
      throw RankError.noMemory(bytes: Self.bytes(order: order, ranks: ranks.count, eigenvectors: true))
    }
    guard info == 0 else { throw LinearAlgebraError.noConvergence(routine: "pdsyevd", info: Int(info)) }
    var storage: [Double] = []
    try forEachPanel(of: count) { first, width, panel in
      let position = order - first - width
      try RankGroup.check(pmpi_square_vectors(handle, Int32(position), Int32(width), panel.baseAddress!))
      guard ranks.isFirst else { return }
      for k in (0..<width).reversed() { storage += panel[k * order..<(k + 1) * order] }
    }
    return (values.reversed(), ranks.isFirst ? Matrix(rows: count, columns: order, storage: storage) : nil)
  }

  /// Calls `body` on rank 0 with all rows of A, a block after the other, row-major; on other ranks they only come from here.
  package func forEachRows(_ body: (_ first: Int, _ rows: UnsafeMutableBufferPointer<Double>) throws -> Void) throws {
    try forEachPanel(of: order) { first, width, panel in
      try RankGroup.check(pmpi_square_rows(handle, Int32(first), Int32(width), panel.baseAddress!))
      if ranks.isFirst { try body(first, UnsafeMutableBufferPointer(rebasing: panel[..<(width * order)])) }
    }
  }

  private func forEachPanel(
    of count: Int, _ body: (_ first: Int, _ width: Int, UnsafeMutableBufferPointer<Double>) throws -> Void
  ) throws {
    let panel = UnsafeMutableBufferPointer<Double>.allocate(capacity: block * order)
    defer { panel.deallocate() }
    for first in stride(from: 0, to: count, by: block) { try body(first, min(block, count - first), panel) }
  }
}
