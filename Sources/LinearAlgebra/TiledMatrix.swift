/// A square row-major matrix seen as tiles that threads share. Every tile is written by one thread at a time and always by
/// the same sequence of BLAS calls, so results do not depend on the number of threads, to the bit.
struct TiledMatrix<Scalar: BLASScalar>: @unchecked Sendable {
  static var tile: Int { 256 }

  let order: Int
  let base: UnsafeMutablePointer<Scalar>
  let operations = Scalar.tiles

  init(_ entries: UnsafeMutableBufferPointer<Scalar>, order: Int) {
    precondition(entries.count == order * order && order > 0, "\(entries.count) entries for order \(order)")
    precondition(order <= Int(Int32.max), "order \(order)")
    self.order = order
    base = entries.baseAddress!
  }

  var tiles: Int { (order + Self.tile - 1) / Self.tile }
  var ld: Int32 { Int32(order) }

  func size(_ index: Int) -> Int32 { Int32(min(Self.tile, order - index * Self.tile)) }

  func at(_ i: Int, _ j: Int) -> UnsafeMutablePointer<Scalar> { base + (i * Self.tile * order + j * Self.tile) }

  /// Rows or columns of these tiles.
  func size(_ tiles: Range<Int>) -> Int32 {
    Int32(min(tiles.upperBound * Self.tile, order) - tiles.lowerBound * Self.tile)
  }

  func at(_ block: TileBlock) -> UnsafeMutablePointer<Scalar> { at(block.rows.lowerBound, block.columns.lowerBound) }

  /// C += alpha op(A_left) op(B_right), C a block of tiles.
  func update(
    _ block: TileBlock, _ alpha: Scalar, _ left: (Int, Int), transposed leftTransposed: Bool, _ right: (Int, Int),
    transposed rightTransposed: Bool, inner: Int
  ) {
    operations.gemm(
      leftTransposed, rightTransposed, size(block.rows), size(block.columns), size(inner),
      alpha, at(left.0, left.1), ld, at(right.0, right.1), ld, 1, at(block), ld)
  }

  /// C += alpha A_k A_k', the tiles A_k of column k below C; with `transposed` C += alpha A_k' A_k, those of row k.
  func updateSymmetrically(_ block: TileBlock, _ alpha: Scalar, _ k: Int, transposed: Bool) {
    let (i, j) = (block.rows.lowerBound, block.columns.lowerBound)
    let (left, right) = transposed ? ((k, i), (k, j)) : ((i, k), (j, k))
    if block.isDiagonal {
      operations.syrk(true, transposed, size(block.rows), size(k), alpha, at(left.0, left.1), ld, 1, at(block), ld)
    } else {
      update(block, alpha, left, transposed: transposed, right, transposed: !transposed, inner: k)
    }
  }
}

/// Tiles that one call of BLAS multiplies into: wide ones are up to a third faster than single tiles.
struct TileBlock: Sendable {
  let rows: Range<Int>
  let columns: Range<Int>

  private static let height = 2
  private static let width = 4

  /// On the diagonal only the lower triangle counts.
  var isDiagonal: Bool { rows == columns }

  /// All of these tiles.
  static func rectangle(rows: Range<Int>, columns: Range<Int>) -> [TileBlock] {
    rows.parts(of: height).flatMap { row in columns.parts(of: width).map { TileBlock(rows: row, columns: $0) } }
  }

  /// The tiles (i, j) of a range with j <= i, squares along the diagonal last; or, if the first tile is wanted alone, that one first.
  static func lowerTriangle(_ range: Range<Int>, firstAlone: Bool) -> [TileBlock] {
    let rest = firstAlone ? range.dropFirst() : range
    let squares = rest.parts(of: height)
    let first = rest == range ? [] : [range.lowerBound..<rest.lowerBound]
    return first.map { TileBlock(rows: $0, columns: $0) }
      + squares.flatMap { rectangle(rows: $0, columns: range.lowerBound..<$0.lowerBound) }
      + squares.map { TileBlock(rows: $0, columns: $0) }
  }
}
