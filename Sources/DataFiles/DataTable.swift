import LinearAlgebra

/// Rows and columns of numbers, with the names of the columns where the file has them.
public struct DataTable: Sendable {
  public let values: Matrix
  public let columnNames: [String]?
  /// Where it came from.
  public let source: String
  public let warnings: [DataFileWarning]

  /// The columns in the order of `table`'s features: by name when both files have names, else as they stand.
  /// A column with the target's name is left out.
  public func aligned(with table: LabeledTable) throws -> Matrix {
    let order = try table.order(of: columnNames, columns: values.columns, source)
    return order.map { values.columns(at: $0) } ?? values
  }
}

extension RowStream {
  /// The same for rows that are read in blocks.
  public func aligned(with table: LabeledTable) throws -> any RowSource {
    let order = try table.order(of: columnNames, columns: columns, source)
    return order.map { choosing($0) } ?? self
  }
}

extension LabeledTable {
  /// Which of another file's columns are this table's features; nil for all of them as they stand.
  fileprivate func order(of columnNames: [String]?, columns: Int, _ source: String) throws -> [Int]? {
    let table = self
    guard let columnNames, table.hasNames else {
      guard columns == table.features.columns else {
        throw DataFileError.differentWidths(
          source, columns: columns, other: table.source, otherColumns: table.features.columns)
      }
      return nil
    }
    let wanted = Set(table.featureNames)
    let missing = table.featureNames.filter { !columnNames.contains($0) }
    let extra = columnNames.filter { !wanted.contains($0) && $0 != table.targetName }
    guard missing.isEmpty, extra.isEmpty else {
      throw DataFileError.differentColumns(source, missing: missing, extra: extra, other: table.source)
    }
    for name in table.featureNames {
      let count = columnNames.count { $0 == name }
      if count > 1 { throw DataFileError.ambiguousColumn(source, name, count: count) }
    }
    return table.featureNames.map { columnNames.firstIndex(of: $0)! }
  }
}

/// Rows with a target; nil labels mark unlabeled rows.
public struct LabeledTable: Sendable {
  public let features: Matrix
  public let labels: [Double?]
  /// Made up (x1, x2, ...) when the file has none; `hasNames` tells.
  public let featureNames: [String]
  public let hasNames: Bool
  public let targetName: String
  public let source: String
  public let warnings: [DataFileWarning]
}

/// What to read of a file.
public struct ReadOptions: Sendable {
  /// Names of columns to leave out where the file has them.
  public var leavingOut: [String]
  /// Rows with missing or infinite features.
  public var incompleteRows: IncompleteRows

  public enum IncompleteRows: Sendable { case refuse, drop }

  public init(leavingOut: [String] = [], incompleteRows: IncompleteRows = .refuse) {
    self.leavingOut = leavingOut
    self.incompleteRows = incompleteRows
  }
}
