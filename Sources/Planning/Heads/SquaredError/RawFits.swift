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
  /// Parameters of least squares on the raw columns, with the intercept.
  let parameterCount: Int

  init(_ views: DataViews, seed: UInt64) throws {
    let data = views.plain
    parameterCount = views.rawParameters
    design = PoolDesign(raw: data)
    let isDetermined = data.labeledCount > parameterCount + 1
    head = isDetermined ? try LeastSquaresHead(design.labeled, labels: data.labels, groups: data.labeledGroups) : nil
    ridge = try RidgeHead(views.ridgeAmongUnlabeled, labels: data.labels, groups: data.labeledGroups)
    let isLongEnough = data.labeledCount >= 3 * parameterCount
    if let head, isLongEnough {
      part = LabelsPart(
        head: head, rows: design.labeled, design: try DesignCurve.curves(of: [design], data.pool, seed: seed)[0],
        moment: design.secondMoment)
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
