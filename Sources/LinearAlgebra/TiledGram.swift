/// The upper triangle of a Gram matrix grows by a panel of rows: C += X'X, all threads.
///
/// `panel`: rows x order, row-major; `entries`: order x order. Cost: rows order^2 flops. The result does not depend on the
/// number of threads, to the bit.
package func addGram<Scalar: BLASScalar>(
  of panel: UnsafePointer<Scalar>, rows: Int, to entries: UnsafeMutableBufferPointer<Scalar>, order: Int
) {
  if rows == 0 || order == 0 { return }
  BLAS.prepare()
  nonisolated(unsafe) let (panel, target) = (panel, entries.baseAddress!)
  precondition(entries.count == order * order, "\(entries.count) entries for order \(order)")
  let (ld, operations, blocks) = (Int32(order), Scalar.tiles, gramBlocks(order: order))
  Parallel.forEach(count: blocks.count) { index in
    let (i, j) = (blocks[index].rows.lowerBound, blocks[index].columns.lowerBound)
    let (height, width) = (Int32(blocks[index].rows.count), Int32(blocks[index].columns.count))
    if i == j {
      operations.syrk(false, true, height, Int32(rows), 1, panel + i, ld, 1, target + (i * order + i), ld)
    } else {
      operations.gemm(
        true, false, height, width, Int32(rows), 1, panel + i, ld, panel + j, ld, 1, target + (i * order + j), ld)
    }
  }
}

/// Blocks that cover the upper triangle, the largest first: wide ones (faster) right of squares along the diagonal, then the
/// squares' upper halves, each as one block between two smaller squares.
private func gramBlocks(order: Int) -> [(rows: Range<Int>, columns: Range<Int>)] {
  let largest = order < 3072 ? 512 : order < 8192 ? 800 : 1024
  let count = (order + largest - 1) / largest
  let squares = (0..<order).parts(of: (order + count - 1) / count)
  let right = squares.flatMap { square in
    (square.upperBound..<order).parts(of: 2 * square.count).map { (rows: square, columns: $0) }
  }
  let halves = squares.map { $0.parts(of: ($0.count + 1) / 2) }
  return right.sorted { $0.columns.count > $1.columns.count }
    + halves.filter { $0.count == 2 }.map { (rows: $0[0], columns: $0[1]) } + halves.joined().map { ($0, $0) }
}

/// The end of a Gram matrix: its upper triangle times `scale`, copied onto the lower one; all threads.
package func finishGram<Scalar: BLASScalar>(
  _ entries: UnsafeMutableBufferPointer<Scalar>, order: Int, scale: Scalar
) {
  precondition(entries.count == order * order, "\(entries.count) entries for order \(order)")
  let tile = 64
  nonisolated(unsafe) let s = entries
  Parallel.forEach(count: (order + tile - 1) / tile) { index in
    let rows = index * tile..<min((index + 1) * tile, order)
    for j0 in stride(from: rows.lowerBound, to: order, by: tile) {
      for i in rows {
        for j in max(i, j0)..<max(max(i, j0), min(j0 + tile, order)) {
          s[i * order + j] *= scale
          s[j * order + i] = s[i * order + j]
        }
      }
    }
  }
}
