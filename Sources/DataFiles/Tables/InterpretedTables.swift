import LinearAlgebra

/// A labeled file, with or without an unlabeled one, as numbers, and what was made of their columns.
public struct InterpretedTables: Sendable {
  public let labeled: LabeledTable
  /// Of the unlabeled file.
  public let unlabeled: DataTable?
  public var interpretation: TableInterpretation { numbers.interpretation }
  private let numbers: NumbersOfTable
  /// Names of the target's classes, in the order of the labels 0, 1, ...; nil where the target is numbers.
  public let classes: [String]?
  /// What was made of each column of the labeled file, in its order, the target among them.
  public let uses: [ColumnUse]
  public let warnings: [DataFileWarning]
  /// Rows of the labeled file, and of the other, that are left.
  public let keptRows: (labeled: [Int], unlabeled: [Int])
  /// The group of each row that is left, where groups were asked for.
  public let groups: (labeled: [String], unlabeled: [String])?
  /// The node that each row is, where names were asked for.
  public let nodes: (labeled: [String], unlabeled: [String])?
  /// Some rows were left out.
  public let hasDropped: Bool

  /// Reads, interprets and turns into numbers. A blank target marks an unlabeled row of the labeled file.
  ///
  /// The meaning of the columns is found on the features of all rows together, never on the target. Columns are matched by name.
  /// Memory: 8 bytes a cell. Throws `DataFileError`.
  public init(labeled path: String, unlabeled other: String?, target: String, options: TableOptions) throws {
    let raw = try RawTable(path)
    guard let label = try raw.positions([target]).first else {
      throw DataFileError.noSuchColumn(path, target, names: raw.names, count: raw.columns)
    }
    let labels = try TargetColumn(raw, label)
    let other = try other.map { try RawTable($0) }
    let groups = try options.groups.map { try TableGroups($0, labeled: raw, unlabeled: other) }
    let nodes = try options.nodes.map { try TableGroups($0, labeled: raw, unlabeled: other) }
    for column in [groups?.column, nodes?.column] where column == label {
      throw DataFileError.groupsAreTarget(path, raw.label(label))
    }
    let excluded = Set(try raw.positions(options.exclude)).union([groups?.column, nodes?.column].compactMap(\.self))
    let categories = Set(try raw.positions(options.categories))
    let chosen = try options.columns.map { Set(try raw.positions($0)) } ?? Set(0..<raw.columns)
    let features = (0..<raw.columns).filter { $0 != label && chosen.contains($0) && !excluded.contains($0) }
    guard !features.isEmpty else { throw DataFileError.noFeatures(path) }
    try raw.checkFinite(features)
    var pool = raw.choosing(features)
    var second: RawTable?
    if var table = other {
      // A table without names is as wide as the features.
      let keys = [groups?.unlabeledColumn, nodes?.unlabeledColumn].compactMap(\.self)
      if table.names == nil || raw.names == nil, !keys.isEmpty {
        table = table.choosing((0..<table.columns).filter { !keys.contains($0) })
      }
      let unwanted = Set(excluded.union([label]).map { raw.name($0) })
      let places = try Self.places(
        of: pool, in: table, isWhole: chosen.count == raw.columns, target: raw.name(label), unwanted)
      try table.checkFinite(places)
      second = table.choosing(places)
    }
    if options.missing == .refuse {
      try pool.refuseGaps()
      try second?.refuseGaps()
    }
    let all = second.map { pool.stacked(above: $0) } ?? pool
    let named = Set(features.indices.filter { categories.contains(features[$0]) })
    func interpreted(_ all: RawTable, _ labels: [Double], marksGaps: Bool) throws -> TableInterpretation {
      let found = TableInterpretation(
        all, isLabeled: labels.map { !$0.isNaN } + [Bool](repeating: false, count: all.rows - labels.count),
        parts: [0..<labels.count, labels.count..<all.rows].filter { !$0.isEmpty }, categories: named,
        isChosen: options.columns != nil, marksGaps: marksGaps)
      if found.names.isEmpty { throw DataFileError.noUsableFeatures(path) }
      return found
    }
    var found = try interpreted(all, labels.values, marksGaps: options.missing != .drop)
    if options.missing == .refuse {
      try found.refuseWordsForGaps(pool)
      if let second { try found.refuseWordsForGaps(second) }
    }
    var keptLabeled = Array(0..<pool.rows), keptUnlabeled = Array(0..<(second?.rows ?? 0))
    if options.missing == .drop {
      let used = found.rules.indices.filter { found.rules[$0].use.isUsed }
      let isComplete = found.rowsWithGaps(all).map { !$0 }
      keptLabeled = keptLabeled.filter { isComplete[$0] }
      keptUnlabeled = keptUnlabeled.filter { isComplete[pool.rows + $0] }
      let complete = all.rows(at: isComplete.indices.filter { isComplete[$0] })
      if complete.rows == 0 { throw DataFileError.noCompleteRow(all, used) }
      // What varies among the rows that are left; gaps are counted among all.
      found = try interpreted(complete, keptLabeled.map { labels.values[$0] }, marksGaps: false).counting(found)
    }
    let dropped = pool.rows - keptLabeled.count + (second?.rows ?? 0) - keptUnlabeled.count
    keptRows = (keptLabeled, keptUnlabeled)
    self.groups = groups.map { groups in
      (keptLabeled.map { groups.labeled[$0] }, keptUnlabeled.map { groups.unlabeled[$0] })
    }
    self.nodes = nodes.map { nodes in
      (keptLabeled.map { nodes.labeled[$0] }, keptUnlabeled.map { nodes.unlabeled[$0] })
    }
    hasDropped = dropped > 0
    if dropped > 0 {
      pool = pool.rows(at: keptLabeled)
      second = second?.rows(at: keptUnlabeled)
    }
    classes = labels.classes
    let reader = options.missing == .impute ? NumbersOfTable(found, on: all) : NumbersOfTable(found)
    numbers = reader
    found = reader.interpretation
    let names = found.names
    labeled = LabeledTable(
      features: try reader.values(of: pool).values,
      labels: keptLabeled.map { labels.values[$0].isNaN ? nil : labels.values[$0] }, featureNames: names,
      hasNames: raw.names != nil, targetName: raw.names?[label] ?? target, source: path, warnings: [])
    unlabeled = try second.map {
      DataTable(
        values: try reader.values(of: $0).values, columnNames: raw.names == nil ? nil : names,
        source: other?.source ?? path,
        warnings: [])
    }
    uses = (0..<raw.columns).map { column in
      if let position = features.firstIndex(of: column) { return found.rules[position].use }
      let missing = (0..<raw.rows).count { raw.isMissing($0, column) }
      if column == label { return labels.use(raw.name(column), missing: missing) }
      return ColumnUse(
        column: raw.name(column), kind: .excluded, becomes: [], missing: missing,
        note: column == groups?.column
          ? "left out: says which rows belong together"
          : column == nodes?.column ? "left out: names the nodes" : "left out: as asked")
    }
    warnings =
      (labels.isMade ? [.columnsMade([uses[label]])] : [])
      + Self.warnings(raw, second, found, dropped: dropped, options)
  }

  /// Rows of another file of the same columns, read in the same way. Throws `DataFileError`.
  public func read(_ path: String) throws -> DataTable { try numbers.read(path) }

  private static func places(
    of pool: RawTable, in table: RawTable, isWhole: Bool, target: String, _ unwanted: Set<String>
  ) throws -> [Int] {
    guard let names = table.names, let wanted = pool.names else {
      guard table.columns == pool.columns else {
        throw DataFileError.differentWidths(
          table.source, columns: table.columns, other: pool.source, otherColumns: pool.columns)
      }
      return Array(0..<table.columns)
    }
    let missing = wanted.filter { !names.contains($0) }
    let extra = isWhole ? names.filter { !wanted.contains($0) && $0 != target && !unwanted.contains($0) } : []
    guard missing.isEmpty, extra.isEmpty else {
      throw DataFileError.differentColumns(table.source, missing: missing, extra: extra, other: pool.source)
    }
    return try table.places(of: wanted, hasNames: true)
  }

  private static func warnings(
    _ raw: RawTable, _ second: RawTable?, _ found: TableInterpretation, dropped: Int, _ options: TableOptions
  ) -> [DataFileWarning] {
    var result = raw.warnings + (second?.warnings ?? []).filter { !raw.warnings.contains($0) }
    let uses = found.uses
    let left = uses.filter { !$0.isUsed && $0.kind != .constant }
    if !left.isEmpty { result.append(.columnsLeftOut(left)) }
    let made = uses.filter {
      $0.isUsed && ($0.kind != .number || $0.isUnusual)
    }
    if !made.isEmpty { result.append(.columnsMade(made)) }
    let filled = uses.filter { $0.isUsed && $0.missing > 0 }
    if options.missing == .impute, !filled.isEmpty { result.append(.gapsFilled(filled)) }
    if dropped > 0 { result.append(.droppedRows(raw.source, count: dropped)) }
    return result
  }
}

extension DataFileError {
  static func noUsableFeatures(_ file: String) -> DataFileError {
    DataFileError(
      file: file, problem: "no column but the target holds anything to predict from",
      remedy: "'pretell data describe' says what was made of each; give numbers, or words that repeat")
  }
}

extension InterpretedTables {
  /// Whether the target is a column of the file, as opposed to an array or a file of its own.
  public static func suits(_ path: String, target: String) throws -> Bool {
    let source = try DataSource(path)
    if source.text != nil { return true }
    return try Int(target) != nil && !source.arrayNames().contains(target)
  }
}
