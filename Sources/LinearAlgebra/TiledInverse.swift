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
  /// as solving. Right-looking, a barrier after each column of tiles.
  func factorWithInverseDiagonal() throws(LinearAlgebraError) {
    for k in 0..<tiles {
      let info = operations.potrf(size(k), at(k, k), ld)
      if info > 0 { throw .notPositiveDefinite(leadingMinor: k * Self.tile + Int(info)) }
      _ = operations.trtri(size(k), at(k, k), ld)
      let below = k + 1..<tiles
      Parallel.forEach(count: below.count) {
        let i = below.lowerBound + $0
        operations.trmm(true, true, size(i), size(k), 1, at(k, k), ld, at(i, k), ld)
      }
      let pairs = Self.lowerPairs(below)
      Parallel.forEach(count: pairs.count) { subtractOuter(pairs[$0], panel: k) }
    }
  }

  private func subtractOuter(_ pair: (Int, Int), panel k: Int) {
    let (i, j) = pair
    if i == j {
      operations.syrk(true, false, size(i), size(k), -1, at(i, k), ld, 1, at(i, i), ld)
    } else {
      update(i, j, -1, (i, k), transposed: false, (j, k), transposed: true, inner: k)
    }
  }

  /// L <- L^-1 in the lower triangle; the diagonal tiles are inverted already.
  func invertFactor() {
    for k in 0..<tiles {
      let below = k + 1..<tiles
      Parallel.forEach(count: below.count) {
        let i = below.lowerBound + $0
        operations.trmm(true, false, size(i), size(k), -1, at(k, k), ld, at(i, k), ld)
      }
      Parallel.forEach(count: below.count * k) {
        let (i, j) = (below.lowerBound + $0 / k, $0 % k)
        update(i, j, 1, (i, k), transposed: false, (k, j), transposed: false, inner: k)
      }
      Parallel.forEach(count: k) { j in
        operations.trmm(false, false, size(k), size(j), 1, at(k, k), ld, at(k, j), ld)
      }
    }
  }

  /// M <- M'M of the lower triangular M, in the lower triangle.
  func multiplyFactor() {
    for k in 0..<tiles {
      let pairs = k == 0 ? [] : Self.lowerPairs(0..<k)
      Parallel.forEach(count: pairs.count) {
        let (i, j) = pairs[$0]
        if i == j {
          operations.syrk(true, true, size(i), size(k), 1, at(k, i), ld, 1, at(i, i), ld)
        } else {
          update(i, j, 1, (k, i), transposed: true, (k, j), transposed: false, inner: k)
        }
      }
      Parallel.forEach(count: k) { j in
        operations.trmm(false, true, size(k), size(j), 1, at(k, k), ld, at(k, j), ld)
      }
      _ = operations.lauum(size(k), at(k, k), ld)
    }
  }

  /// Copies the lower triangle onto the upper one.
  func mirrorLowerTriangle() {
    let pairs = Self.lowerPairs(0..<tiles)
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
public func invertPositiveDefinite<Scalar: BLASScalar>(
  _ entries: UnsafeMutableBufferPointer<Scalar>, order: Int
) throws(LinearAlgebraError) {
  if order == 0 { return }
  BLAS.prepare()
  try TiledMatrix(entries, order: order).invert()
}
