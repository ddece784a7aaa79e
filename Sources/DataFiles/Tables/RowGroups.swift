import LinearAlgebra

/// Which rows of a table belong together: a word or a number for each, from one of its columns or from a file of their own.
public struct RowGroups: Sendable {
  /// One for each row.
  public let partition: Partition
  /// Where the column that they stand in is, nil for a file of their own: it is no feature.
  let column: Int?

  /// - Parameter groups: name or number (from 1) of a column of `table`; else a file of one column, a row for each row.
  /// Throws `DataFileError` for a row without a group, for another number of rows, where there is neither such a column nor such a file.
  init(_ groups: String, of table: RawTable) throws {
    if Self.isColumn(groups, of: table) {
      let found = try table.positions([groups])[0]
      self.init(try Self.labels(table, found), column: found)
      return
    }
    guard DataSource.exists(groups) else { throw DataFileError.noSuchGroups(table, groups) }
    self.init(try Self.labels(ofFile: groups, rows: table.rows, of: table.source), column: nil)
  }

  private init(_ labels: [String], column: Int?) {
    (partition, self.column) = (Partition(labels), column)
  }

  /// A file of one column: an array, or a line for each row, below a heading or none. Throws `DataFileError`.
  static func labels(ofFile path: String, rows: Int, of other: String, _ things: String = "rows") throws -> [String] {
    let file = try FileBytes(path: DataSource.split(path).file).unpacked()
    if file.starts(with: NPYHeader.magic) || file.starts(with: [0x50, 0x4B]) || Safetensors.isPlausible(file) {
      let table = try RawTable(path)
      guard table.columns == 1 else { throw DataFileError.groupsInColumns(path, columns: table.columns) }
      guard table.rows == rows else {
        throw DataFileError.groupCount(path, given: table.rows, other: other, rows: rows, things)
      }
      return try labels(table, 0)
    }
    try ForeignFormat.refuse(file)
    var (lines, labels) = (TextLines(file), [String]())
    while let line = lines.next() {
      let delimiter = TextLines.delimiter(of: line)
      let cells = delimiter == " " ? [line.trimmingBlanks] : TextLines.cells(line, delimiter: delimiter)
      guard cells.count == 1 else { throw DataFileError.groupsInColumns(path, columns: cells.count) }
      labels.append(cells[0])
    }
    while labels.last == "" { labels.removeLast() }
    let heading = labels.count == rows + 1 && isHeading(labels) ? 1 : 0
    guard labels.count == rows + heading else {
      throw DataFileError.groupCount(path, given: labels.count, other: other, rows: rows, things)
    }
    if let blank = labels.firstIndex(of: "") { throw DataFileError.noGroup(path, row: blank + 1, column: nil) }
    return Array(labels[heading...])
  }

  /// The first line is a word that no other is: a number, or the name of some group, would be a row too many.
  private static func isHeading(_ lines: [String]) -> Bool {
    Double(lines[0]) == nil && !lines.dropFirst().contains(lines[0])
  }

  /// The column's cells as words. Throws where one is blank.
  static func labels(_ table: RawTable, _ column: Int) throws -> [String] {
    try (0..<table.rows).map { row in
      guard let cell = table.cell(row, column) else {
        throw DataFileError.noGroup(table.source, row: row + table.firstRow, column: table.label(column))
      }
      return cell
    }
  }
}

extension DataFileError {
  static func noSuchGroups(_ table: RawTable, _ groups: String) -> DataFileError {
    let columns =
      table.names.map { "Its columns are \($0.prefix(20).joined(separator: ", "))" } ?? "Give a column's number"
    return DataFileError(
      file: table.source, column: "'\(groups)'",
      problem: "there is no such column, nor a file of this name, to take groups or names of nodes from",
      remedy: "\(columns); or give a file with one a row")
  }

  static func groupsAreTarget(_ file: String, _ column: String) -> DataFileError {
    DataFileError(
      file: file, column: column, problem: "the target cannot say which rows belong together, nor which nodes they are",
      remedy: "Give another column, or a file with one group or name a row")
  }

  static func groupsInColumns(_ file: String, columns: Int) -> DataFileError {
    DataFileError(
      file: file, problem: "\(columns) columns where one is needed that says what belongs together",
      remedy: "Keep that column alone")
  }

  static func groupCount(_ file: String, given: Int, other: String, rows: Int, _ things: String) -> DataFileError {
    DataFileError(
      file: file, problem: "\(given) lines for the \(rows) \(things) of \(other)",
      remedy: "Give one for each of the \(things), in their order")
  }

  static func noGroup(_ file: String, row: Int, column: String?) -> DataFileError {
    DataFileError(
      file: file, row: row, column: column, problem: "the cell that says what it belongs to is blank",
      remedy: "Write a name in; what belongs to no other gets a name of its own")
  }
}

/// The groups of a labeled table's rows and of an unlabeled one's, which are of one people: a name that both have is one group.
struct TableGroups: Sendable {
  /// By row.
  let labeled: [String]
  /// By row; empty without an unlabeled table.
  let unlabeled: [String]
  /// Position of the column of the labeled table that they stand in; nil for a file of their own.
  let column: Int?
  /// The same of the unlabeled table.
  let unlabeledColumn: Int?

  /// - Parameter groups: name or number (from 1) of a column of both tables; else a file of one column, a row for each row of the unlabeled
  ///   table, then of the labeled one. Throws `DataFileError`.
  init(_ groups: String, labeled table: RawTable, unlabeled other: RawTable?) throws {
    if RowGroups.isColumn(groups, of: table) {
      let place = try table.positions([groups])[0]
      column = place
      labeled = try RowGroups.labels(table, place)
      let places = try other.map { other in
        try other.positions([table.names.map { $0[place] } ?? "\(place + 1)"])[0]
      }
      unlabeledColumn = places
      unlabeled = try other.flatMap { other in try places.map { try RowGroups.labels(other, $0) } } ?? []
      return
    }
    guard DataSource.exists(groups) else { throw DataFileError.noSuchGroups(table, groups) }
    let count = other?.rows ?? 0
    let all = try RowGroups.labels(
      ofFile: groups, rows: count + table.rows,
      of: [other?.source, table.source].compactMap(\.self).joined(separator: " and "))
    (labeled, unlabeled, column, unlabeledColumn) = (Array(all[count...]), Array(all[..<count]), nil, nil)
  }
}

extension RowGroups {
  /// A group for each row, from a file of one column: of `count` rows (or what the `things` are) of `source`. Throws `DataFileError`.
  public static func labels(
    ofFile path: String, count: Int, of source: String, things: String = "rows"
  ) throws -> [String] {
    try labels(ofFile: path, rows: count, of: source, things)
  }

  static func isColumn(_ groups: String, of table: RawTable) -> Bool {
    table.names?.contains(groups) ?? false || Int(groups).map { (1...table.columns).contains($0) } ?? false
  }
}
