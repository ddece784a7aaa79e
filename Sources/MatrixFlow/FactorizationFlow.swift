import LinearAlgebra

/// Gradient flow of a symmetric low-rank factorization, in closed form.
///
///     f(X) = ¼ ‖X X' - M‖²,   Ẋ = (M - X X') X,   P = X X'
///     P(t) = e^{Mt} X₀ K(t)⁻¹ X₀' e^{Mt},   K(t) = I + X₀' φ_t(M) X₀,   φ_t(λ) = (e^{2λt} - 1)/λ
///
/// Valid for every symmetric M (indefinite, singular, with repeated eigenvalues), every start (rank-deficient, on a saddle's
/// stable manifold) and every t in [0, ∞]; no stepping. It is evaluated in an echelon form in which every exponent is at most 0
/// and exact zeros stay zero, so it neither overflows nor leaves a saddle that the start lies on.
/// Shapes: X n x r, M n x n. Time is in units of 1/eigenvalue.
/// Source: the flow of arXiv 2411.15972; the closed form is that of the matrix Riccati equation.
/// Accuracy: P to 4e-14 of its largest entry (t = 1e-6 ... 1000, against 900-digit arithmetic).
/// Cost: one eigendecomposition (9 n³ flops) and O(n² r); then O(n ρ²) for each time, ρ the rank of the start.
public struct FactorizationFlow: Sendable {
  /// X₀, n x r.
  public let start: Matrix
  /// M, n x n.
  public let target: Matrix
  let eigenspaces: Eigenspaces
  let echelon: Echelon

  /// - Parameter rankTolerance: a part of V'X₀ below this, relative to the spectral norm of X₀, is rounding and counts as zero;
  ///   32 √n ulp unless given. What counts as zero stays zero forever, so this decides on which side of a saddle's stable
  ///   manifold a start lies; `rankMargin` tells how clear that was.
  public init(start: Matrix, target: Matrix, rankTolerance: Double? = nil) throws {
    try Self.check(start, target)
    self.start = start
    self.target = target
    eigenspaces = try Eigenspaces(target)
    let tolerance = rankTolerance ?? 32 * Double.ulpOfOne * Double(start.rows).squareRoot()
    precondition(tolerance >= 0 && tolerance < 1, "rank tolerance \(tolerance)")
    echelon = try Echelon(start, in: eigenspaces, relativeTolerance: tolerance)
  }

  private static func check(_ start: Matrix, _ target: Matrix) throws(MatrixFlowError) {
    guard start.rows == target.rows, target.isSquare else {
      throw .sizesDiffer(startRows: start.rows, targetRows: target.rows, targetColumns: target.columns)
    }
    guard start.rows > 0, start.columns > 0 else { throw .empty(rows: start.rows, columns: start.columns) }
    for (name, matrix) in [("start", start), ("target", target)] {
      if let index = matrix.storage.firstIndex(where: { !$0.isFinite }) {
        throw .nonFinite(
          matrix: name, row: index / matrix.columns, column: index % matrix.columns, value: matrix.storage[index])
      }
    }
    // The start's products are inverted, the target is squared.
    for (name, matrix, range) in [("start", start, 1e-140...1e140), ("target", target, 1e-151...1e151)] {
      let size = matrix.largestMagnitude
      guard size == 0 || range.contains(size) else {
        throw .outOfRange(matrix: name, size: size)
      }
    }
    let slack = 1e-12 * target.largestMagnitude
    for i in 0..<target.rows {
      for j in 0..<i where abs(target[i, j] - target[j, i]) > slack {
        throw .notSymmetric(row: i, column: j, difference: target[i, j] - target[j, i])
      }
    }
  }

  /// n.
  public var order: Int { start.rows }
  /// Eigenvalues of M, λ_1 >= ... >= λ_n; those that rounding cannot tell apart are equal.
  public var eigenvalues: [Double] { eigenspaces.values }
  /// Eigenvectors of M in columns, in the order of `eigenvalues`.
  public var eigenvectors: Matrix { eigenspaces.vectors }
  /// ρ, the rank of X₀; the flow keeps it at every finite time.
  public var rank: Int { echelon.rank }
  /// How clear the rank decisions were.
  public var rankMargin: RankMargin { echelon.margin }

  // MARK: formula

  /// n x ρ with P(t) = F F'. Equal to X(t) up to a rotation from the right. Cost: 2 n² ρ + 6 n ρ² flops.
  public func factor(at time: Double) throws -> Matrix { echelon.original(try rows(at: time)) }

  /// P(t), symmetric to the bit. Cost: 4 n² ρ + 6 n ρ² flops.
  public func product(at time: Double) throws -> Matrix { try factor(at: time).transposed().gram() }

  /// What `body` makes of P at each time, on all cores and in the order of the times; no more than one P a core is held.
  public func products<Value: Sendable>(
    at times: [Double], _ body: @Sendable (_ time: Double, _ product: Matrix) throws -> Value
  ) throws -> [Value] {
    try Parallel.map(count: times.count) { try body(times[$0], try product(at: times[$0])) }
  }

  /// The factor in the echelon's coordinates: one row for each basis and dependent row, ρ columns.
  ///
  ///     [C_B; C_D A] R⁻¹,  R'R = I + A'A + W'W,  A = φ_D^½ T φ_B^-½,  W = B₁⁻¹ φ_B^-½,  C = e^{λt} φ^-½
  func rows(at time: Double) throws -> Matrix {
    precondition(time >= 0, "time \(time)")
    let form = echelon
    if form.rank == 0 { return Matrix(rows: form.rowCount, columns: 0) }
    if time == 0 { return form.basis.stacked(above: form.coupling * form.basis) }
    if time == .infinity { return limitRows }
    let dependent = scaledCoupling(at: time)
    let inverse = form.basisInverse.scalingColumns(
      by: form.basisValues.map { ExponentialScale.inverseRoot($0, time) })
    let triangle = try QR.triangle(
      of: Matrix.identity(form.rank).stacked(above: dependent).stacked(above: inverse))
    let signs = triangle.diagonalEntries.map { $0 < 0 ? -1.0 : 1 }
    let top = Matrix.diagonal(form.basisValues.map { ExponentialScale.amplitude($0, time) })
    let bottom = dependent.scalingRows(by: form.dependentValues.map { ExponentialScale.amplitude($0, time) })
    return solveTriangular(
      triangle.scalingRows(by: signs), lower: false, transposed: true, top.stacked(above: bottom).transposed()
    ).transposed()
  }

  /// √λ on the basis rows of positive eigenvalues, zeros elsewhere.
  private var limitRows: Matrix {
    var result = Matrix(rows: echelon.rowCount, columns: echelon.rank)
    for (i, value) in echelon.basisValues.enumerated() where value > 0 { result[i, i] = value.squareRoot() }
    return result
  }

  /// A = φ_D^½ T φ_B^-½. Only where both eigenvalues are positive does an entry need an exponential of its own.
  private func scaledCoupling(at time: Double) -> Matrix {
    let columns = echelon.rank
    let columnScales = echelon.basisValues.map { ExponentialScale.inverseRoot($0, time) }
    let boundedRoots = echelon.basisValues.map { ExponentialScale.bounded($0, time).squareRoot() }
    var result = echelon.coupling
    result.storage.withUnsafeMutableBufferPointer { entries in
      for (j, small) in echelon.dependentValues.enumerated() {
        let root = ExponentialScale.bounded(small, time).squareRoot()
        let row = j * columns
        for i in 0..<columns where entries[row + i] != 0 {
          entries[row + i] *=
            small <= 0
            ? root * columnScales[i]
            : exponential((small - echelon.basisValues[i]) * time) * (root / boundedRoots[i])
        }
      }
    }
    return result
  }
}
