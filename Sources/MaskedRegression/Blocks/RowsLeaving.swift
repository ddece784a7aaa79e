import LinearAlgebra

/// What one row takes with it where the mask penalty is made of the rows, too: in sums of squares K = P/m loses u u' and r u_k u_k' for
/// every block k, and becomes K + W (I - V'W)^-1 W' = K + C'C by the pieces u, sqrt(r) u_k.
struct RowUpdate {
  /// C, 1 + blocks rows.
  let change: Matrix
  /// The row about the mean of the others is this times the row about the mean of all: n/(n - 1) with centring.
  let growth: Double

  /// nil where the fit without the row is singular.
  init?(_ base: BlockPrecision, _ row: Int) {
    let data = base.data
    let (d, n) = (data.columns, Double(data.count))
    growth = data.transform.preparation.centers ? n / (n - 1) : 1
    // The sum of squares loses growth x x'.
    let u = data.rows.row(row).map { [growth] in growth.squareRoot() * $0 }
    var pieces = Matrix(rows: data.blocks.count + 1, columns: d)
    let (root, scale) = (base.odds.squareRoot(), 1 / data.divisor)
    for (k, block) in data.members.enumerated() {
      for j in block {
        pieces[0, j] = u[j]
        pieces[k + 1, j] = root * u[j]
      }
    }
    let moved = scale * multiply(pieces, base.matrix)
    let core = Matrix.identity(pieces.rows) - multiply(pieces, moved, transposing: .right)
    guard let factor = try? Cholesky(core.symmetrized()) else { return nil }
    change = factor.solveLower(moved)
  }
}

/// The fit to all rows but some, from the sums of squares of the others about their own mean.
struct RemainingRows {
  /// (sums of squares + Lambda)^-1, the penalty on the sum of squares kept and the mask's own refitted.
  let precision: Matrix
  /// The rows left out, about the others' mean.
  let left: Matrix
  /// Of the others' mean from that of all, with its sign turned; zeros without centring.
  let shift: [Double]
  /// Rows left.
  let count: Double

  /// nil where it is singular. Cost: columns^3.
  init?(_ base: BlockPrecision, without rows: [Int]) {
    let data = base.data
    let own = data.rows.rows(at: rows)
    count = Double(data.count - rows.count)
    let total = own.columnMeans().map { $0 * Double(rows.count) }
    var sums = data.divisor * data.covariance - own.gram()
    let centers = data.transform.preparation.centers
    if centers {
      let column = Matrix.column(total)
      sums = sums - (1 / count) * multiply(column, column, transposing: .right)
    }
    let penalty = data.penalty(data.divisor * base.ridge, odds: base.odds, of: sums)
    guard let found = (try? Cholesky(sums + penalty))?.inverse() else { return nil }
    precision = found
    shift = total.map { [count] in centers ? $0 / count : 0 }
    left = centers ? own.subtractingFromRows(shift.map { -$0 }) : own
  }
}
