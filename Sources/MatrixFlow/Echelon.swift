import LinearAlgebra

/// A start in coordinates in which the flow can neither overflow nor leave a saddle it lies on.
///
/// Going through the eigenspaces from the largest eigenvalue, the rows that are independent of all earlier ones are kept as
/// basis rows B; the others, D, depend on basis rows of *larger* eigenvalues only:
///
///     X₀ = [V_B V_D] [I; T] B₁ Z',     B₁ lower triangular,  T_ji ≠ 0 only where λ_j < λ_i
///
/// Zeros of T are exact. ρ is the rank of the start. Of an eigenspace with both kinds, D keeps all its rows, less their basis part.
struct Echelon: Sendable {
  /// One for each basis row, descending.
  let basisValues: [Double]
  let dependentValues: [Double]
  /// n x ρ and n x |D|.
  let basisVectors: Matrix
  let dependentVectors: Matrix
  /// B₁, ρ x ρ.
  let basis: Matrix
  let basisInverse: Matrix
  /// T, |D| x ρ.
  let coupling: Matrix
  /// Z, r x ρ with orthonormal columns.
  let frame: Matrix
  /// Smallest row kept and largest left out, relative to the start's norm; how clear the rank decisions were.
  let margin: RankMargin

  var rank: Int { basisValues.count }

  /// Cost: 2 n² r + O(n r²) flops.
  init(_ start: Matrix, in eigen: Eigenspaces, relativeTolerance: Double) throws(LinearAlgebraError) {
    var builder = EchelonBuilder(start, eigen, relativeTolerance: relativeTolerance)
    for space in eigen.spaces { try builder.add(space) }
    let (basis, dependent) = builder.rows()
    self.basis = basis
    basisValues = builder.basisValues
    dependentValues = builder.dependentValues
    basisVectors = builder.basisVectors()
    dependentVectors = eigen.vectors.columns(at: builder.dependentColumns)
    basisInverse = solveTriangular(basis, lower: true, .identity(basis.rows))
    coupling = solveTriangular(basis, lower: true, transposed: true, dependent.transposed()).transposed()
    frame = builder.frame.transposed()
    margin = builder.margin
  }

  /// diag(1, ..., 1) over T, times a ρ-column matrix: from basis coordinates to all rows.
  var rowCount: Int { basisValues.count + dependentValues.count }
  var rowValues: [Double] { basisValues + dependentValues }

  /// [V_B V_D] Y for Y with one row for each basis and dependent row. Cost: 2 n² columns flops.
  func original(_ rows: Matrix) -> Matrix {
    let count = rank
    return basisVectors * rows.rows(0..<count) + dependentVectors * rows.rows(count..<rows.rows)
  }
}

/// How clear the decisions were which rows of a start are independent.
public struct RankMargin: Sendable, Equatable {
  /// A part of a row that is smaller than this counts as rounding; relative to the spectral norm of the start.
  public let tolerance: Double
  /// Smallest part that counted; nil for a start of zeros.
  public let smallestKept: Double?
  /// Largest part that did not; 0 where every left-out part was an exact zero.
  public let largestDropped: Double

  /// A kept part below 1000 tolerances or a dropped one above 1/8 of it: rounding may have decided.
  public var isNarrow: Bool {
    (smallestKept ?? .infinity) < 1000 * tolerance || largestDropped > tolerance / 8
  }
}

/// Builds an `Echelon` eigenspace by eigenspace.
private struct EchelonBuilder {
  let rotated: Matrix
  let eigen: Eigenspaces
  let tolerance: Double
  let norm: Double
  /// Z', one row for each basis row so far.
  var frame: Matrix
  var basisValues: [Double] = []
  var dependentValues: [Double] = []
  var dependentColumns: [Int] = []
  /// Coordinates of basis and dependent rows on the frame, as far as it went then.
  private var basisRows: [[Double]] = []
  private var dependentRows: [[Double]] = []
  private var turns: [(range: Range<Int>, turn: Matrix)] = []
  private var smallestKept = Double.infinity
  private var largestDropped = 0.0

  init(_ start: Matrix, _ eigen: Eigenspaces, relativeTolerance: Double) {
    self.eigen = eigen
    rotated = multiply(eigen.vectors, start, transposing: .left)
    norm = ((try? SymmetricEigen.values(of: start.gram()))?.first ?? 0).squareRoot()
    tolerance = relativeTolerance
    frame = Matrix(rows: 0, columns: start.columns)
  }

  var margin: RankMargin {
    RankMargin(
      tolerance: tolerance, smallestKept: smallestKept.isFinite ? smallestKept / norm : nil,
      largestDropped: norm > 0 ? largestDropped / norm : 0)
  }

  mutating func add(_ space: Eigenspaces.Space) throws(LinearAlgebraError) {
    let rows = rotated.rows(space.range)
    let known = frame.rows
    let turn = try independentDirections(rows)
    if let turn {
      turns.append((space.range, turn))
      let kept = multiply(turn, rows, transposing: .left)
      let coordinates = multiply(kept, frame, transposing: .right)
      for i in 0..<turn.columns {
        // Entries beyond the diagonal are rounding: the new frame rows are the singular vectors of these rows.
        basisRows.append(Array(coordinates.row(i)[...(known + i)]))
        basisValues.append(space.value)
      }
      if turn.columns < rows.rows { addDependent(rows - turn * kept, space, known: known) }
    } else {
      addDependent(rows, space, known: known)
    }
  }

  private mutating func addDependent(_ rows: Matrix, _ space: Eigenspaces.Space, known: Int) {
    let coordinates = multiply(rows, frame.rows(0..<known), transposing: .right)
    for i in 0..<rows.rows { dependentRows.append(coordinates.row(i)) }
    dependentColumns += Array(space.range)
    dependentValues += [Double](repeating: space.value, count: rows.rows)
  }

  /// Left singular vectors of the rows' parts outside the frame, which grows by the right ones; nil where there are none.
  private mutating func independentDirections(_ rows: Matrix) throws(LinearAlgebraError) -> Matrix? {
    guard frame.rows < frame.columns, norm > 0 else { return nil }
    let svd = try SVD(outsideFrame(rows))
    let count = svd.values.count { $0 > tolerance * norm }
    for value in svd.values[count...] { largestDropped = max(largestDropped, value) }
    if count == 0 { return nil }
    smallestKept = min(smallestKept, svd.values[count - 1])
    // Dividing a small part by its norm brings frame directions back: take them out again.
    let directions = outsideFrame(svd.right.columns(0..<count).transposed())
    let qr = try QR(directions.transposed())
    let signs = qr.r.diagonalEntries.map { $0 < 0 ? -1.0 : 1 }
    frame = frame.stacked(above: qr.q.scalingColumns(by: signs).transposed())
    return svd.left.columns(0..<count)
  }

  /// rows (I - Z Z'), twice for rounding.
  private func outsideFrame(_ rows: Matrix) -> Matrix {
    if frame.rows == 0 { return rows }
    var result = rows
    for _ in 0..<2 { result = result - multiply(result, frame, transposing: .right) * frame }
    return result
  }

  func rows() -> (basis: Matrix, dependent: Matrix) { (padded(basisRows), padded(dependentRows)) }

  private func padded(_ rows: [[Double]]) -> Matrix {
    var result = Matrix(rows: rows.count, columns: frame.rows)
    for (i, row) in rows.enumerated() { for (j, value) in row.enumerated() { result[i, j] = value } }
    return result
  }

  func basisVectors() -> Matrix {
    var result = Matrix(rows: rotated.rows, columns: 0)
    for (range, turn) in turns { result = result.joined(leftOf: eigen.vectors.columns(range) * turn) }
    return result
  }
}
