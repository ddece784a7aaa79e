import LinearAlgebra

/// Units in which features neither overflow nor vanish when they are squared: powers of two, which cost no digit.
///
/// Where the largest spread of a column over the labeled rows lies outside 2^±100, all columns are multiplied by one power of two that
/// brings it to [1, 2). A column that varies by less than 2^-100 of the widest one, which no inner product of rows would notice in either
/// unit, is brought to just that: its squares are numbers, and least squares, which has no units, sees it.
struct PlanUnits: Sendable {
  /// Of each feature.
  let features: [Double]
  /// Of each column of an embedding.
  let embedding: [Double]?
  /// Of all features but those that hardly vary.
  let common: Double

  private static let reach = 100

  /// nil where everything can stay as it is.
  init?(_ request: PlanRequest) throws {
    let found = Self.factors(request.features)
    features = found.all
    common = found.common
    embedding = try request.embedding.map { rows in
      let count = request.unlabeledCount + request.features.rows
      return Self.factors(try rows.rows(at: Array(request.unlabeledCount..<count))).all
    }
    if (features + (embedding ?? [])).allSatisfy({ $0 == 1 }) { return nil }
  }

  /// One for each column.
  private static func factors(_ rows: Matrix) -> (all: [Double], common: Double) {
    let exponents = spreads(rows).map { $0 > 0 && $0.isFinite ? Int($0.exponent) : nil }
    guard let widest = exponents.compactMap(\.self).max() else {
      return ([Double](repeating: 1, count: rows.columns), 1)
    }
    let shift = abs(widest) > reach ? -widest : 0
    let all = exponents.map { own -> Double in
      guard let own, own < widest - reach else { return power(shift) }
      return power(widest - reach - own + shift)
    }
    return (all, power(shift))
  }

  private static func power(_ exponent: Int) -> Double {
    Double(sign: .plus, exponent: min(max(exponent, -1022), 1023), significand: 1)
  }

  /// Largest less smallest of each column, halved first so that it is a number.
  private static func spreads(_ rows: Matrix) -> [Double] {
    if rows.rows == 0 { return [Double](repeating: 0, count: rows.columns) }
    var (low, high) = (rows.row(0), rows.row(0))
    for i in 1..<max(rows.rows, 1) {
      for j in 0..<rows.columns {
        low[j] = min(low[j], rows[i, j])
        high[j] = max(high[j], rows[i, j])
      }
    }
    return zip(low, high).map { $1 / 2 - $0 / 2 }
  }

  /// The same request in these units.
  func applied(to request: PlanRequest) -> PlanRequest {
    PlanRequest(
      unlabeled: scaled(request.unlabeled, features), unlabeledCount: request.unlabeledCount,
      features: request.features.scalingColumns(by: features), labels: request.labels, methods: request.methods,
      sizes: request.sizes, purchase: request.purchase, seed: request.seed, featureNames: request.featureNames,
      embedding: request.embedding.map { scaled($0, embedding ?? []) }, head: request.head,
      classNames: request.classNames, pairs: request.pairs.map { scaled($0, features) }, lag: request.lag,
      backtestRepeats: request.backtestRepeats, groups: request.groups, encoders: request.encoders)
  }

  private func scaled(_ rows: any RowSource, _ factors: [Double]) -> any RowSource {
    if rows.columns != factors.count { return rows }
    if let matrix = rows.inMemory { return matrix.scalingColumns(by: factors) }
    return ScaledRows(rows, by: factors)
  }

  /// The plan with what has units in the features' own. Variances that are too small for a number are 0.
  func restored(_ plan: Plan) -> Plan {
    var result = plan
    result.eigenvalues = restored(plan.eigenvalues)
    result.fitted = plan.fitted?.restored(by: common)
    return result
  }

  private func restored(_ variances: [Double]) -> [Double] { variances.map { $0 / common / common } }

  func restored(part: String, row: Int, column: Int, value: Double) -> PlanError {
    let factor = part == "labels" || !features.indices.contains(column) ? 1 : features[column]
    return .tooLarge(part: part, row: row, column: column, value: value / factor)
  }
}

extension BacktestRequest {
  /// The same in such units.
  func inUnits() throws -> BacktestRequest {
    let plain = PlanRequest(
      unlabeled: Matrix(rows: 0, columns: features.columns), features: features, labels: labels, methods: [], sizes: [])
    guard let units = try PlanUnits(plain) else { return self }
    return try BacktestRequest(
      features: features.scalingColumns(by: units.features), labels: labels, methods: methods, sizes: sizes, hide: hide,
      repeats: repeats, seed: seed, head: head, classNames: classNames, groups: groups)
  }
}
