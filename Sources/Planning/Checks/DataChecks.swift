import Asymptotics
import LinearAlgebra
import MaskedRegression
import Randomness
import SpecialFunctions

/// What about the rows themselves makes a forecast unsafe: drift, heavy rows, columns that give the target away.
package enum DataChecks {
  private static let largestLevel = 1e-3
  private static let fewestRows = 40

  /// - Parameter hasDecisiveRow: columns that hardly vary are named only where one row decides what least squares
  /// makes of one.
  static func warnings(_ request: PlanRequest, hasDecisiveRow: Bool) throws -> [Warning] {
    leaks(request) + (hasDecisiveRow ? try nearConstant(request) : []) + (try drift(request)) + (try heavyRows(request))
  }

  /// So many rows, or as many as are 4 million numbers where these are fewer, but more than 10 a column.
  private static func most(_ rows: Int, _ source: any RowSource) -> Int {
    min(rows, max((1 << 22) / max(1, source.columns), 10 * source.columns))
  }

  // MARK: leaking columns

  /// A column that is the target up to scale on the labeled rows.
  private static func leaks(_ request: PlanRequest) -> [Warning] {
    let target = standardized(request.labels)
    return (0..<request.features.columns).compactMap { column in
      let values = standardized(request.features.column(column))
      guard abs(dot(values, target)) > 0.999 else { return nil }
      let name = self.name(of: column, request)
      return Warning(
        code: "leaking-column",
        message: "Column \(name) is the target itself up to scale (correlation above 0.999 on the labeled rows).",
        remedy: "Leave it out if it is not known where you will predict.")
    }
  }

  private static func name(of column: Int, _ request: PlanRequest) -> String {
    request.featureNames.map { "'\($0[column])'" } ?? "\(column + 1)"
  }

  // MARK: nearly constant columns

  /// Columns whose variance on the labeled rows rests on a few of them.
  private static func nearConstant(_ request: PlanRequest) throws -> [Warning] {
    let columns = try NearConstantColumns(request.features).nearConstant
    if columns.isEmpty { return [] }
    let names = columns.prefix(10).map { name(of: $0, request) }.joined(separator: ", ")
    return [
      Warning(
        code: "near-constant-columns",
        message:
          "\(columns.count) column(s) hardly vary on the labeled rows (\(names)\(columns.count > 10 ? ", ..." : "")): a "
          + "few rows decide what least squares makes of them.",
        remedy: "Leave them out, or prefer ridge and few components.")
    ]
  }

  /// Centred, of length 1; zeros where constant.
  private static func standardized(_ values: [Double]) -> [Double] {
    let mean = values.reduce(0, +) / Double(values.count)
    let centered = values.map { $0 - mean }
    let length = dot(centered, centered).squareRoot()
    return length > 0 ? centered.map { $0 / length } : centered
  }

  // MARK: drift

  /// Do labeled and unlabeled rows come from one population? A linear classifier learns to tell them apart on one half
  /// of each and is scored on the other, both ways round; the p-value is that of its ranks (Mann-Whitney), doubled for
  /// two tries. Assumes nothing of the rows' law. Cost: (m + n) d^2 flops.
  private static func drift(_ request: PlanRequest) throws -> [Warning] {
    // Ranks of rows that come in groups are not independent: any few groups differ from others.
    guard request.groups == nil,
      let level = try driftLevel(
        labeled: request.features, unlabeled: request.unlabeled, count: request.unlabeledCount, seed: request.seed)
    else { return [] }
    return [
      Warning(
        code: "drift",
        message:
          "A classifier can tell labeled from unlabeled rows (two-sample test, p = \(Warning.rounded(level))): they do not come "
          + "from one population, and forecasts that treat them as one may be off.",
        remedy: "Label rows drawn at random from the unlabeled ones, or leave out those that differ.")
    ]
  }

  /// The p-value of that test where it is small enough to speak of.
  static func driftLevel(labeled rows: Matrix, unlabeled source: any RowSource, count: Int, seed: UInt64) throws
    -> Double?
  {
    let (m, n) = (min(count, most(50_000, source)), rows.rows)
    guard m >= fewestRows, n >= fewestRows else { return nil }
    var stream = RandomStream(seed: seed, purpose: 77)
    let own = Array(0..<n).shuffled(using: &stream)
    let chosen = Array(Array(0..<count).shuffled(using: &stream).prefix(m))
    let unlabeledRows = try source.rows(at: chosen)
    var levels: [Double] = []
    for isSwapped in [false, true] {
      func halves(_ order: [Int]) -> (train: [Int], test: [Int]) {
        let (first, second) = (Array(order[..<(order.count / 2)]), Array(order[(order.count / 2)...]))
        return isSwapped ? (second, first) : (first, second)
      }
      let (labeled, unlabeled) = (halves(own), halves(Array(0..<m)))
      let direction = try classifier(
        rows.rows(at: labeled.train), unlabeledRows.rows(at: unlabeled.train))
      levels.append(
        rankLevel(
          rows.rows(at: labeled.test) * direction, unlabeledRows.rows(at: unlabeled.test) * direction))
    }
    let level = min(2 * (levels.min() ?? 1), 1)
    return level < largestLevel ? level : nil
  }

  /// Fisher's discriminant with a little ridge, by rows where these are fewer than columns:
  /// (W'W/n + ρ I)⁻¹ δ = (δ - W'(W W' + ρ n I)⁻¹ W δ)/ρ.
  package static func classifier(_ one: Matrix, _ other: Matrix) throws -> [Double] {
    if one.rows + other.rows < one.columns { return try wideClassifier(one, other) }
    let (a, b) = (RowMoments(rows: one), RowMoments(rows: other))
    let within =
      (Double(one.rows) / Double(one.rows + other.rows)) * a.covariance
      + (Double(other.rows) / Double(one.rows + other.rows)) * b.covariance
    let scales = within.correlationScales
    let correlation = within.scalingBothSides(by: scales) + 0.1 * .identity(within.rows)
    let difference = zip(zip(a.mean, b.mean), scales).map { ($0.0 - $0.1) * $1 }
    return zip(try Cholesky(correlation.symmetrized()).solve(difference), scales).map { $0 * $1 }
  }

  private static func wideClassifier(_ one: Matrix, _ other: Matrix) throws -> [Double] {
    let (a, b) = (one.columnMeans(), other.columnMeans())
    var within = one.subtractingFromRows(a).stacked(above: other.subtractingFromRows(b))
    let scales = within.columnDeviations().map { $0 > 0 ? 1 / $0 : 0 }
    within = within.scalingColumns(by: scales)
    let difference = zip(zip(a, b), scales).map { ($0.0 - $0.1) * $1 }
    let penalty = 0.1 * Double(within.rows)
    let gram = multiply(within, within, transposing: .right) + penalty * .identity(within.rows)
    let inner = try Cholesky(gram.symmetrized()).solve(within * difference)
    return zip(zip(difference, within.transposedTimes(inner)), scales).map { ($0.0 - $0.1) / 0.1 * $1 }
  }

  /// One-sided level of 'scores of `high` exceed those of `low`', by the normal approximation of the rank sum with
  /// ties.
  package static func rankLevel(_ high: [Double], _ low: [Double]) -> Double {
    let all = (high.map { ($0, true) } + low.map { ($0, false) }).sorted { $0.0 < $1.0 }
    var (sum, tieTerm, index) = (0.0, 0.0, 0)
    while index < all.count {
      var end = index
      while end < all.count, all[end].0 == all[index].0 { end += 1 }
      let (size, rank) = (Double(end - index), Double(index + end + 1) / 2)
      sum += rank * Double(all[index..<end].count { $0.1 })
      tieTerm += size * size * size - size
      index = end
    }
    let (n, m) = (Double(high.count), Double(low.count))
    let total = n + m
    let variance = n * m / 12 * (total + 1 - tieTerm / (total * (total - 1)))
    guard variance > 0 else { return 1 }
    return normalCDF(-(sum - n * (total + 1) / 2) / variance.squareRoot())
  }

  // MARK: heavy rows

  /// Mardia's kurtosis over the Gaussian value d (d + 2): forecasts of heavy-tailed rows are right less often.
  private static func heavyRows(_ request: PlanRequest) throws -> [Warning] {
    let isLonger = request.unlabeledCount > request.features.rows
    let rows: any RowSource = isLonger ? request.unlabeled : request.features
    let count = min(isLonger ? request.unlabeledCount : request.features.rows, most(20_000, rows))
    guard count > 5 * rows.columns, count >= fewestRows else { return [] }
    let sample = try rows.rows(at: Array(0..<count))
    let moments = RowMoments(rows: sample)
    let eigen = try SymmetricEigen(moments.covariance)
    let kept = eigen.values.count { $0 > 1e-9 * eigen.values[0] }
    let whitening = eigen.vectors.columns(0..<kept).scalingColumns(
      by: eigen.values[0..<kept].map { 1 / $0.squareRoot() })
    let whitened = multiply(sample.subtractingFromRows(moments.mean), whitening)
    let fourth = (0..<count).reduce(0.0) { sum, row in
      let square = dot(whitened.row(row), whitened.row(row))
      return sum + square * square
    }
    let ratio = fourth / Double(count) / Double(kept * (kept + 2))
    guard ratio > 2 else { return [] }
    return [
      Warning(
        code: "heavy-rows",
        message:
          "Some rows are far larger than the rest (kurtosis \(Warning.rounded(ratio)) times that of Gaussian rows): forecasts are "
          + "within 1.5 times of the truth about half of the time only.",
        remedy: "Transform skewed columns (logarithm, ranks), or cut off the largest rows.")
    ]
  }
}
