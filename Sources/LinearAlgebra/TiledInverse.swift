import Synchronization

extension TiledMatrix {
  /// A <- A^-1 for a symmetric positive definite matrix given by its lower triangle; both triangles are filled.
  /// A = L L', then L^-1, then L'^-1 L^-1 in the place of A. Cost: order^3 flops, no memory besides A.
  /// Throws `notPositiveDefinite`.
  func invert() throws(LinearAlgebraError) {
    try factorWithInverseDiagonal()
    invertFactor()
    multiplyFactor()
    mirrorLowerTriangle()
  }

  /// The lower triangle becomes the Cholesky factor, its diagonal tiles their inverses, which others are multiplied by: twice as fast
  /// as solving. Right-looking, a barrier after each column of tiles; the next diagonal tile is factored beside the updates.
  func factorWithInverseDiagonal() throws(LinearAlgebraError) {
    var info = factorDiagonalTile(0)
    for k in 0..<tiles {
      if info > 0 { throw .notPositiveDefinite(leadingMinor: k * Self.tile + Int(info)) }
      let below = k + 1..<tiles
      Parallel.forEach(count: below.count) {
        let i = below.lowerBound + $0
        operations.trmm(true, true, size(i), size(k), 1, at(k, k), ld, at(i, k), ld)
      }
      let blocks = TileBlock.lowerTriangle(below, firstAlone: true)
      let next = Atomic<Int32>(0)
      Parallel.forEach(count: blocks.count) {
        updateSymmetrically(blocks[$0], -1, k, transposed: false)
        if $0 == 0 { next.store(factorDiagonalTile(k + 1), ordering: .relaxed) }
      }
      info = next.load(ordering: .relaxed)
    }
  }

  private func factorDiagonalTile(_ k: Int) -> Int32 {
    let info = operations.potrf(size(k), at(k, k), ld)
    if info == 0 { _ = operations.trtri(size(k), at(k, k), ld) }
    return info
  }

  /// L <- L^-1 in the lower triangle; the diagonal tiles are inverted already.
  func invertFactor() {
    for k in 0..<tiles {
      let below = k + 1..<tiles
      Parallel.forEach(count: below.count) {
        let i = below.lowerBound + $0
        operations.trmm(true, false, size(i), size(k), -1, at(k, k), ld, at(i, k), ld)
      }
      let blocks = TileBlock.rectangle(rows: below, columns: 0..<k)
      Parallel.forEach(count: blocks.count) {
        let (i, j) = (blocks[$0].rows.lowerBound, blocks[$0].columns.lowerBound)
        update(blocks[$0], 1, (i, k), transposed: false, (k, j), transposed: false, inner: k)
      }
      Parallel.forEach(count: k) { j in
        operations.trmm(false, false, size(k), size(j), 1, at(k, k), ld, at(k, j), ld)
      }
    }
  }

  /// M <- M'M of the lower triangular M, in the lower triangle.
  func multiplyFactor() {
    for k in 0..<tiles {
      let blocks = TileBlock.lowerTriangle(0..<k, firstAlone: false)
      Parallel.forEach(count: blocks.count) { updateSymmetrically(blocks[$0], 1, k, transposed: true) }
      Parallel.forEach(count: k) { j in
        operations.trmm(false, true, size(k), size(j), 1, at(k, k), ld, at(k, j), ld)
      }
      _ = operations.lauum(size(k), at(k, k), ld)
    }
  }

  /// Copies the lower triangle onto the upper one.
  func mirrorLowerTriangle() {
    let pairs = (0..<tiles).flatMap { i in (0...i).map { (i, $0) } }
    Parallel.forEach(count: pairs.count) { index in
      let (i, j) = pairs[index]
      let (source, target) = (at(i, j), at(j, i))
      for row in 0..<Int(size(i)) {
        for column in 0..<(i == j ? row : Int(size(j))) {
          target[column * order + row] = source[row * order + column]
        }
      }
    }
  }
}

/// A^-1 of a symmetric positive definite matrix in its own place, all threads; reads the lower triangle, fills both.
///
/// `entries`: row-major, order x order. Cost: order^3 flops, no further memory. Throws `notPositiveDefinite`, after which the
/// entries are spoiled.
package func invertPositiveDefinite<Scalar: BLASScalar>(
  _ entries: UnsafeMutableBufferPointer<Scalar>, order: Int
) throws(LinearAlgebraError) {
  if order == 0 { return }
  BLAS.prepare()
  try TiledMatrix(entries, order: order).invert()
}
