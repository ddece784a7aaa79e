import DataFiles

/// Which columns of a file a model is of, in the model's order.
public struct CoveredColumns: Sendable, Equatable {
  /// In the file, counted from 0.
  public let positions: [Int]
  /// Columns of the file.
  public let total: Int
  /// Of all columns of the file; absent where it has none.
  public let names: [String]?

  /// - Parameters:
  ///   - positions: where the model's columns stand in the file, from 0; each in 0 ..< `total`.
  ///   - total: columns of the file.
  ///   - names: of all of the file's columns; nil where it has none.
  public init(positions: [Int], total: Int, names: [String]? = nil) {
    (self.positions, self.total, self.names) = (positions, total, names)
  }

  /// Names of the covered ones, or their numbers from 1.
  public var coveredNames: [String] { positions.map { names?[$0] ?? "\($0 + 1)" } }

  /// Where the model's columns stand in other rows: by name where both have names, else by position. Throws `DataFileError` for
  /// columns that are missing, twice there or unknown to the model.
  public func places(in names: [String]?, count: Int, of file: String, model: String) throws -> [Int] {
    guard let known = self.names, let names else {
      if count == total { return positions }
      if count == positions.count { return Array(0..<count) }
      throw DataFileError(
        file: file, problem: "it has \(count) columns; \(model) was fitted on \(total)",
        remedy: "Give the columns of the training rows, in their order")
    }
    try check(names, known, file, model)
    let numbers = Dictionary(zip(names, names.indices)) { first, _ in first }
    return try coveredNames.map { name in
      guard let place = numbers[name] else {
        throw DataFileError(
          file: file, column: "'\(name)'", problem: "there is no such column, and \(model) needs it",
          remedy: "Give the columns that the model was fitted on")
      }
      return place
    }
  }

  /// Nothing twice, nothing foreign.
  private func check(_ names: [String], _ known: [String], _ file: String, _ model: String) throws {
    let fitted = Set(known)
    var seen = Set<String>()
    for name in names {
      guard seen.insert(name).inserted else {
        throw DataFileError(
          file: file, column: "'\(name)'", problem: "two columns have this name", remedy: "Rename one of them")
      }
      guard fitted.contains(name) else {
        throw DataFileError(
          file: file, column: "'\(name)'", problem: "\(model) was not fitted with this column",
          remedy: "Leave it out, or fit again")
      }
    }
  }

  /// The same for items, of which rows may have any: the model's column of each of the rows' columns.
  public func items(_ table: SparseTable, of file: String, model: String) throws -> [Int] {
    guard (names == nil) == (table.columnNames == nil) else {
      let (known, given) = names == nil ? ("numbers", "names") : ("names", "numbers")
      throw DataFileError(
        file: file, problem: "its items have \(given), those of \(model) have \(known)",
        remedy: "Give rows in the format that the model was fitted on")
    }
    guard let given = table.columnNames else {
      if table.columns == positions.count { return Array(0..<table.columns) }
      throw DataFileError(
        file: file, problem: "it has \(table.columns) items; \(model) was fitted on \(positions.count)",
        remedy: "Give the items of the training rows")
    }
    let numbers = ExactName.positions(coveredNames)
    return try given.map { name in
      guard let item = numbers[ExactName(name)] else {
        throw DataFileError(
          file: file, value: name, problem: "\(model) was not fitted with this item",
          remedy: "Leave its lines out, or fit again")
      }
      return item
    }
  }
}
