import LinearAlgebra

/// Targets of every block regressed on the columns that are not hidden with it, at one penalty.
///
///     B_g = R_g - P_:h P_hh^-1 R_hg,   R = P S_xt,   rows h of it 0       h the columns hidden with block g
///
/// With a block's own columns as targets and nothing else hidden this is `BlockFit`.
/// Cost: that of `BlockPrecision`, 2 columns (columns + rows) targets flops, and for each block |h|^3 + rows |h|^2.
/// Source: GRAPH_AND_BLOCKS, section 8.
struct TargetFit: Sendable {
  let base: BlockPrecision
  let targets: PreparedTargets
  /// P_hh^-1, block by block.
  let inverses: [Matrix]
  /// P_hh^-1 R_hg, |h| x targets of the block.
  let corrections: [Matrix]
  /// Columns x targets, zeros where hidden.
  let weights: Matrix
  /// Of the training rows.
  let residuals: Matrix

  var data: BlockRows { base.data }

  /// Throws `singular`.
  init(_ data: BlockRows, _ targets: PreparedTargets, ridge: Double, odds: Double) throws {
    base = try BlockPrecision(data, ridge: ridge, odds: odds)
    self.targets = targets
    let precision = base.matrix
    let all = precision.timesByThreads(targets.cross)
    inverses = try targets.hidden.map { try Cholesky(precision.block($0)).inverse() }
    var (found, weights) = ([Matrix](), all)
    for (index, hidden) in targets.hidden.enumerated() {
      let own = targets.members[index]
      let correction = multiply(inverses[index], all.rows(at: hidden).columns(at: own))
      var part = all.columns(at: own) - multiply(precision.columns(at: hidden), correction)
      for i in hidden { for j in 0..<own.count { part[i, j] = 0 } }
      weights.set(columns: own, to: part)
      found.append(correction)
    }
    (corrections, self.weights) = (found, weights)
    residuals = targets.values - data.rows.timesByThreads(weights)
  }
}

/// Targets about their means, with what is regressed on.
struct PreparedTargets: Sendable {
  /// Rows x targets, centred where the rows are.
  let values: Matrix
  let means: [Double]
  /// S_xt, columns x targets, divisor m.
  let cross: Matrix
  /// Targets of each block.
  let members: [[Int]]
  let hidden: [[Int]]

  init(_ targets: BlockTargets, _ data: BlockRows) {
    let centers = data.transform.preparation.centers
    means = centers ? targets.values.columnMeans() : [Double](repeating: 0, count: targets.count)
    values = centers ? targets.values.subtractingFromRows(means) : targets.values
    cross = (1 / data.divisor) * data.rows.transposedTimesByThreads(values)
    (members, hidden) = (targets.members, targets.hidden)
  }
}
