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

extension DataTable {
  /// The columns in the order of another table's: by name when both files have names, else as they stand.
  /// Throws `DataFileError` for columns that only one of them has.
  public func aligned(with table: DataTable) throws -> Matrix {
    let wanted = WantedColumns(
      names: table.columnNames, count: table.values.columns, source: table.source, targetName: nil)
    return try wanted.order(of: columnNames, columns: values.columns, source).map { values.columns(at: $0) } ?? values
  }
}

extension LabeledTable {
  fileprivate func order(of columnNames: [String]?, columns: Int, _ source: String) throws -> [Int]? {
    try WantedColumns(
      names: hasNames ? featureNames : nil, count: features.columns, source: self.source, targetName: targetName
    ).order(of: columnNames, columns: columns, source)
  }
}

/// The columns of one file that are looked for in another.
private struct WantedColumns {
  let names: [String]?
  let count: Int
  let source: String
  /// May be there or not.
  let targetName: String?

  /// Which of another file's columns are these; nil for all of them as they stand.
  func order(of columnNames: [String]?, columns: Int, _ other: String) throws -> [Int]? {
    guard let columnNames, let names else {
      guard columns == count else {
        throw DataFileError.differentWidths(other, columns: columns, other: source, otherColumns: count)
      }
      return nil
    }
    let wanted = Set(names)
    let missing = names.filter { !columnNames.contains($0) }
    let extra = columnNames.filter { !wanted.contains($0) && $0 != targetName }
    guard missing.isEmpty, extra.isEmpty else {
      throw DataFileError.differentColumns(other, missing: missing, extra: extra, other: source)
    }
    for name in names {
      let count = columnNames.count { $0 == name }
      if count > 1 { throw DataFileError.ambiguousColumn(other, name, count: count) }
    }
    return names.map { columnNames.firstIndex(of: $0)! }
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
