import Asymptotics
import LinearAlgebra
import Pretraining

/// Prepared rows as each method sees them: the same for all, but where there are no more rows than columns.
///
/// There, methods that rest on inner products see rows in coordinates of their own span (`LQ`): N x N in the place of N x d and of
/// d x d. Every prediction is the same to rounding: least squares, a penalty of one size and eigenvectors turn with the rows.
struct DataViews: Sendable {
  /// What everything sees that rests on inner products of the rows as they are.
  let plain: PreparedData
  /// Columns that vary.
  let columns: Int
  /// The columns that do, among the request's.
  let varying: [Int]
  /// Labeled rows for a ridge on raw columns.
  let ridge: RidgeRows
  private let wide: Wide?

  /// Columns x columns takes little up to here.
  private static let fewColumns = 1024

  private struct Wide: Sendable {
    /// Coordinates of standardized rows.
    let standardized: PreparedData
    /// Rows x columns, for methods that need them.
    let original: PreparedData?
  }

  /// Throws `PlanError`.
  init(_ request: PlanRequest) throws {
    let all = try PreparedData.checked(request)
    let rows = request.unlabeledCount + request.features.rows
    guard let pool = all.inMemory, rows <= pool.columns else {
      plain = try PreparedData(checked: request, all)
      (columns, varying, wide) = (plain.columns, plain.varying, nil)
      let deviations = plain.moments.covariance.diagonalEntries.map { $0.squareRoot() }
      ridge = RidgeRows(plain.labeled, deviations: deviations)
      return
    }
    varying = PreparedData.varyingColumns(pool)
    guard !varying.isEmpty else { throw PlanError.noVaryingColumn(columns: pool.columns) }
    let count = varying.count
    columns = count
    let coordinates = try SpanCoordinates(varying.count == pool.columns ? pool : pool.columns(at: varying))
    let known = Array(request.unlabeledCount..<rows)
    let warnings = PreparedData.warnings(
      constant: pool.columns - varying.count, deviations: coordinates.deviations)
    func prepared(_ rows: Matrix) -> PreparedData {
      PreparedData(
        pool: rows, labeled: rows.rows(at: known), labels: request.labels, warnings: warnings,
        groups: request.groups)
    }
    plain = prepared(coordinates.plain)
    let standardized = prepared(coordinates.standardized)
    let needsColumns =
      request.pairs != nil || request.lag != nil
      || request.methods.contains { method in
        if method.ownRows != nil { return false }
        return switch method.innerProducts {
        case .ofRows: false
        case .ofStandardizedRows: count <= Self.fewColumns
        case nil: true
        }
      }
    wide = Wide(standardized: standardized, original: needsColumns ? try PreparedData(checked: request, all) : nil)
    ridge = RidgeRows(plain: plain.labeled, standardized: standardized.labeled)
  }

  /// `ridge` with the rows that have no label, by which its curve knows of tails.
  var ridgeAmongUnlabeled: RidgeRows { ridge.amongst(plain.moments, standardized: wide?.standardized.moments) }

  /// What a method fits, and what fits it there.
  func callAsFunction(_ method: any PretrainingMethod) -> (data: PreparedData, method: any PretrainingMethod) {
    if let rows = method.ownRows {
      let known = Array(rows.rows - plain.labeledCount..<rows.rows)
      return (
        PreparedData(pool: rows, labeled: rows.rows(at: known), labels: plain.labels, groups: plain.groups), method
      )
    }
    guard let wide else { return (plain, method) }
    return switch method.innerProducts {
    case .ofRows: (plain, method)
    case .ofStandardizedRows(let inner):
      // Parts of few columns' rows have scales of their own, which are part of what is estimated.
      wide.original.map { ($0, method) } ?? (wide.standardized, inner)
    case nil: (wide.original ?? plain, method)
    }
  }

  /// Rows are in coordinates of their span.
  var isInSpan: Bool { wide != nil }

  /// L of centred rows = L Q, and of standardized ones. Precondition: `isInSpan`.
  var spanTriangles: (plain: Matrix, standardized: Matrix) {
    (plain.pool.inMemory!, wide!.standardized.pool.inMemory!)
  }

  /// In whose coordinates the method sees rows; nil where it sees their columns.
  func triangle(of method: any PretrainingMethod) -> (matrix: Matrix, isStandardized: Bool)? {
    guard let wide else { return nil }
    return switch method.innerProducts {
    case .ofRows: (spanTriangles.plain, false)
    case .ofStandardizedRows: wide.original == nil ? (spanTriangles.standardized, true) : nil
    case nil: wide.original == nil ? (spanTriangles.plain, false) : nil
    }
  }

  /// Whether principal directions of `plain` mean anything in what the method sees.
  func sharesDirections(_ method: any PretrainingMethod) -> Bool {
    if method.ownRows != nil { return false }
    if case .ofRows = method.innerProducts { return true }
    return wide == nil
  }

  /// Raw columns, standardized, with an intercept.
  var rawDesign: PoolDesign {
    wide.map { PoolDesign(coordinates: $0.standardized) } ?? PoolDesign(raw: plain)
  }

  /// Some labeled row decides a direction of the raw columns all but alone.
  var hasDecisiveRow: Bool { PoolDesign(raw: plain).hasDecisiveRow }

  /// Of least squares on the raw columns, with an intercept.
  var rawParameters: Int { columns + 1 }
}

/// Rows, no more of them than columns, in orthonormal coordinates of their span: about their mean, as they are and with every column
/// divided by its standard deviation.
package struct SpanCoordinates: Sendable {
  /// rows x rows.
  package let plain: Matrix
  /// rows x rows.
  package let standardized: Matrix
  /// Of the columns, divisor rows.
  package let deviations: [Double]

  /// Cost: 4 rows^2 columns flops; memory: two copies of the rows.
  /// - Parameter reference: rows whose standard deviations divide the columns, all where nil.
  package init(_ rows: Matrix, reference: Range<Int>? = nil) throws {
    let centered = rows.subtractingFromRows(rows.columnMeans())
    deviations = (reference.map { rows.rows($0) } ?? rows).columnDeviations()
    plain = try LQ.triangle(of: centered)
    standardized = try LQ.triangle(of: centered.scalingColumns(by: deviations.map { $0 > 0 ? 1 / $0 : 0 }))
  }
}

extension Matrix {
  /// Standard deviation of each column, divisor rows, from two passes.
  package func columnDeviations() -> [Double] {
    let squares = columnSquares(about: columnMeans())
    return squares.map { ($0 / Double(max(rows, 1))).squareRoot() }
  }
}
