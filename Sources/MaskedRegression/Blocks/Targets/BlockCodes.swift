import LinearAlgebra

/// The linear masked autoencoder of width k on blocks: codes from which every block's targets are predicted while its columns are hidden.
///
///     W = Q^-1/2 U_k,  Q = S + Lambda,   U S . the SVD of Q^-1/2 C0,  C0 = S_xt with each block's hidden columns 0
///
/// Codes are the prepared rows times W diag(s). It neglects that what is hidden is missing from Q, too: on 16 of 576 directions an R2 of
/// .768 in hidden patches where alternating to the optimum reaches .787 (GRAPH_AND_BLOCKS, section 9). (W, V) is determined up to
/// rotations (`OrthogonalSymmetry`); the sign of each direction makes its largest entry positive.
public struct BlockCodes: Sendable {
  /// W diag(s), columns x k: codes are prepared rows times it.
  public let encoder: Matrix
  /// s_1 >= ... >= s_k.
  public let singularValues: [Double]
  /// s_{k+1}; nil at full size.
  public let next: Double?
  /// Rows x k, nothing hidden.
  public let codes: Matrix
  /// 1 - mean square of what the codes of the visible columns leave of the hidden blocks' targets, over the targets' variance; as fitted.
  public let r2: Double

  /// Cost: 9 columns^3 + 2 columns^2 targets flops, and for each block 2 columns^2 k. Throws `invalidSize`, `singular`.
  init(_ data: BlockRows, _ targets: PreparedTargets, ridge: Double, size: Int) throws {
    guard size >= 1, size <= min(data.columns, targets.cross.columns) else {
      throw MaskedRegressionError.invalidSize(size: size, largest: min(data.columns, targets.cross.columns))
    }
    let penalized = data.covariance + data.penalty(ridge, odds: data.odds, of: data.covariance)
    guard let factor = try? Cholesky(penalized) else {
      throw MaskedRegressionError.singular(ridge: ridge, column: 0)
    }
    var cross = targets.cross
    for (hidden, own) in zip(targets.hidden, targets.members) {
      for i in hidden { for j in own { cross[i, j] = 0 } }
    }
    let scaled = factor.solveLower(cross)
    let eigen = try SymmetricEigen(scaled.transposed().gramByThreads(), largest: min(size + 1, data.columns))
    let strengths = eigen.values.map { max($0, 0).squareRoot() }
    var directions = factor.solveUpper(eigen.vectors.columns(0..<size))
    directions.makeLargestPositive()
    singularValues = Array(strengths.prefix(size))
    next = strengths.count > size ? strengths[size] : nil
    encoder = directions.scalingColumns(by: singularValues)
    codes = data.rows.timesByThreads(encoder)
    r2 = try Self.explained(directions, data, targets)
  }

  /// Least squares on the codes of what is visible, block by block, from second moments.
  private static func explained(_ encoder: Matrix, _ data: BlockRows, _ targets: PreparedTargets) throws -> Double {
    let squares = targets.values.columnMeanSquares(divisor: data.divisor)
    let total = squares.reduce(0, +)
    guard total > 0 else { return 0 }
    let gained = try Parallel.map(count: targets.hidden.count) { index -> Double in
      var visible = encoder
      for i in targets.hidden[index] { for j in 0..<visible.columns { visible[i, j] = 0 } }
      let moments = multiply(visible, data.covariance * visible, transposing: .left).symmetrized()
      let cross = multiply(visible, targets.cross.columns(at: targets.members[index]), transposing: .left)
      let found = try SymmetricEigen(moments).pseudoInverse(relativeTolerance: 1e-12)
      return traceOfProduct(cross.transposed(), found * cross)
    }
    return gained.reduce(0, +) / total
  }
}

extension Matrix {
  /// Changes the sign of columns whose largest entry is negative.
  fileprivate mutating func makeLargestPositive() {
    for j in 0..<columns {
      var largest = 0.0
      for i in 0..<rows where abs(self[i, j]) > abs(largest) { largest = self[i, j] }
      if largest < 0 { for i in 0..<rows { self[i, j] = -self[i, j] } }
    }
  }
}
