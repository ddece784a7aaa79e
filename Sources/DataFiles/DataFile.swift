import Foundation
import LinearAlgebra

/// Reads tables of numbers: .csv and .tsv, .npy, .npz, .safetensors, recognized by content.
///
/// `path[name]` chooses an array of a .npz or .safetensors file. Memory: 8 bytes a number; so at most 8 times the file, and
/// 8 · 1032 times where it is deflated.
public enum DataFile {
  /// All columns. Throws `DataFileError` for anything but finite numbers.
  public static func read(_ path: String, options: ReadOptions = ReadOptions()) throws -> DataTable {
    try read(DataSource(path), options: options)
  }

  /// The same from bytes in memory.
  package static func read(_ file: FileBytes, options: ReadOptions = ReadOptions()) throws -> DataTable {
    try read(DataSource(file), options: options)
  }

  /// Features and target. `target` names a column, counts it from 1, names another array of the same .npz, or is the path of a
  /// file with one number for each row.
  public static func readLabeled(_ path: String, target: String, options: ReadOptions = ReadOptions()) throws
    -> LabeledTable
  {
    try readLabeled(DataSource(path), target: target, options: options)
  }

  /// The same from bytes in memory.
  package static func readLabeled(_ file: FileBytes, target: String, options: ReadOptions = ReadOptions()) throws
    -> LabeledTable
  {
    try readLabeled(DataSource(file), target: target, options: options)
  }

  // MARK: features

  private static func read(_ source: DataSource, options: ReadOptions) throws -> DataTable {
    let rows = try Rows(source, target: nil, options: options)
    return DataTable(
      values: rows.features, columnNames: rows.names, source: source.name, warnings: rows.warnings)
  }

  // MARK: targets

  private static func readLabeled(_ source: DataSource, target: String, options: ReadOptions) throws -> LabeledTable {
    let separate = try labels(target, beside: source)
    let features = separate == nil ? source : try source.leavingOut(array: target)
    let rows = try Rows(features, target: separate.map { .values($0) } ?? .column(target), options: options)
    if let row = rows.labels.firstIndex(where: { $0.isInfinite }) {
      throw DataFileError.infiniteLabel(source.name, target: "'\(target)'", row: row + 1, value: "\(rows.labels[row])")
    }
    return LabeledTable(
      features: rows.features, labels: rows.labels.map { $0.isNaN ? nil : $0 },
      featureNames: rows.names ?? (0..<rows.features.columns).map { "x\($0 + 1)" }, hasNames: rows.names != nil,
      targetName: rows.targetName ?? target, source: source.name, warnings: rows.warnings)
  }

  /// The target as an array of its own: another array of the same file, or another file.
  private static func labels(_ target: String, beside source: DataSource) throws -> [Double]? {
    if try source.arrayNames().contains(target) { return try source.array(target).matrix().storage }
    if case .text = source.format { return nil }
    guard Int(target) == nil, FileManager.default.fileExists(atPath: DataSource.split(target).file) else { return nil }
    let other = try DataSource(target)
    if let text = other.text {
      return try text.read(.init(columns: text.columns(), policy: .keepMissing)).values.storage
    }
    return try other.array().matrix().storage
  }
}

/// Rows as they are read, before they are called a table.
private struct Rows {
  var features: Matrix
  var labels: [Double] = []
  let names: [String]?
  var targetName: String?
  var warnings: [DataFileWarning] = []

  enum Target {
    case column(String)
    case values([Double])
  }

  init(_ source: DataSource, target: Target?, options: ReadOptions) throws {
    if let text = source.text {
      (features, labels, names, targetName) = try Self.read(text, target, options)
      warnings = text.warnings
    } else {
      (features, labels) = try Self.read(source.array(), target, source)
      names = nil
      if options.incompleteRows == .refuse { try Self.checkFinite(features, source.name) }
    }
    guard features.rows > 0 else { throw DataFileError.noRows(source.name) }
    guard features.columns > 0 else { throw DataFileError.noFeatures(source.name) }
    if case .values(let values) = target, values.count != features.rows {
      throw DataFileError.labelCount(source.name, rows: features.rows, target: "array", labels: values.count)
    }
    if options.incompleteRows == .drop { dropIncomplete(source.name) }
  }

  private static func read(_ text: DelimitedText, _ target: Target?, _ options: ReadOptions) throws
    -> (Matrix, [Double], [String]?, String?)
  {
    var label: Int?
    if case .column(let name) = target {
      label = try index(of: name, names: text.names, count: text.width, file: text.file.name)
    }
    let columns = text.columns(leavingOut: options.leavingOut).filter { $0 != label }
    let request = DelimitedText.Request(
      columns: columns, label: label, policy: options.incompleteRows == .drop ? .keepMissing : .refuse)
    let read = try text.read(request)
    let names = text.names.map { names in columns.map { names[$0] } }
    return (read.values, read.labels, names, label.flatMap { text.names?[$0] })
  }

  private static func read(_ array: StoredArray, _ target: Target?, _ source: DataSource) throws -> (Matrix, [Double]) {
    try DataFileError.checkMemory(
      source.name, "in memory, \(array.rows) x \(array.columns) numbers", 8 * Double(array.rows) * Double(array.columns)
    )
    let matrix = array.matrix()
    switch target {
    case nil: return (matrix, [])
    case .values(let values): return (matrix, values)
    case .column(let name):
      let label = try index(of: name, names: nil, count: matrix.columns, file: source.name)
      return (matrix.columns(at: (0..<matrix.columns).filter { $0 != label }), matrix.column(label))
    }
  }

  /// Position of a column given by name or by number from 1.
  private static func index(of target: String, names: [String]?, count: Int, file: String) throws -> Int {
    let found = names.map { names in names.indices.filter { names[$0] == target } } ?? []
    if found.count > 1 { throw DataFileError.ambiguousColumn(file, target, count: found.count) }
    if let only = found.first { return only }
    if let number = Int(target), number >= 1, number <= count { return number - 1 }
    throw DataFileError.noSuchColumn(file, target, names: names, count: count)
  }

  private static func checkFinite(_ matrix: Matrix, _ name: String) throws {
    do {
      try matrix.checkFinite()
    } catch LinearAlgebraError.nonFinite(let row, let column, let value) {
      throw DataFileError.notFinite(name, row: row + 1, column: column + 1, value: value)
    }
  }

  /// Leaves out rows with a feature that is missing or infinite.
  private mutating func dropIncomplete(_ name: String) {
    let columns = features.columns
    let complete = features.storage.withUnsafeBufferPointer { storage in
      (0..<features.rows).filter { row in storage[row * columns..<(row + 1) * columns].allSatisfy(\.isFinite) }
    }
    if complete.count == features.rows { return }
    warnings.append(.droppedRows(name, count: features.rows - complete.count))
    features = features.rows(at: complete)
    if !labels.isEmpty { labels = complete.map { labels[$0] } }
  }
}
