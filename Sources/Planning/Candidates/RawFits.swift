import LinearAlgebra

/// Least squares and ridge on the raw columns.
struct RawFits: Sendable {
  let design: PoolDesign
  /// nil when there are not more labels than independent columns.
  let head: LeastSquaresHead?
  let part: LabelsPart?
  let ridge: RidgeHead
  /// nil without a head.
  let poolLeverage: Double?

  init(_ data: PreparedData, seed: UInt64) throws {
    design = PoolDesign(raw: data)
    let isDetermined = data.labeledCount > design.parameterCount + 1
    head = isDetermined ? try LeastSquaresHead(design.labeled, labels: data.labels) : nil
    let deviations = data.moments.covariance.diagonalEntries.map { $0.squareRoot() }
    ridge = try RidgeHead(data.labeled, labels: data.labels, deviations: deviations)
    let isLongEnough = data.labeledCount >= 3 * design.parameterCount
    if let head, isLongEnough {
      part = LabelsPart(
        head: head, rows: design.labeled, design: try DesignCurve.curves(of: [design], data.pool, seed: seed)[0])
    } else {
      part = nil
    }
    if let head {
      poolLeverage = try PoolLeverage.ratios([design], [head], over: data.pool)[0]
    } else {
      poolLeverage = nil
    }
  }
}
