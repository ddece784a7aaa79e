/// The upper triangle of a Gram matrix grows by a panel of rows: C += X'X, all threads.
///
/// `panel`: rows x order, row-major; `entries`: order x order. Cost: rows order^2 flops. The result does not depend on the
/// number of threads, to the bit.
public func addGram<Scalar: BLASScalar>(
  of panel: UnsafePointer<Scalar>, rows: Int, to entries: UnsafeMutableBufferPointer<Scalar>, order: Int
) {
  if rows == 0 || order == 0 { return }
  BLAS.prepare()
  nonisolated(unsafe) let (panel, target) = (panel, entries.baseAddress!)
  precondition(entries.count == order * order, "\(entries.count) entries for order \(order)")
  let (ld, operations, blocks) = (Int32(order), Scalar.tiles, gramBlocks(order: order))
  Parallel.forEach(count: blocks.count) { index in
    let (i, j, height, width) = blocks[index]
    if i == j {
      operations.syrk(false, true, height, Int32(rows), 1, panel + i, ld, 1, target + (i * order + i), ld)
    } else {
      operations.gemm(
        true, false, height, width, Int32(rows), 1, panel + i, ld, panel + j, ld, 1, target + (i * order + j), ld)
    }
  }
}

/// Squares along the diagonal, wider blocks right of them (faster), the largest first.
private func gramBlocks(order: Int) -> [(row: Int, column: Int, height: Int32, width: Int32)] {
  let tile = order < 3072 ? 512 : order < 8192 ? 768 : 1024
  let wide = 2 * tile
  let starts = stride(from: 0, to: order, by: tile)
  let blocks = starts.flatMap { i in
    stride(from: i + tile, to: order, by: wide).map { (i, $0, Int32(tile), Int32(min(wide, order - $0))) }
  }
  return blocks.filter { $0.3 == wide } + blocks.filter { $0.3 < wide }
    + starts.map { ($0, $0, Int32(min(tile, order - $0)), Int32(min(tile, order - $0))) }
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
