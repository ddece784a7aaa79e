import ArgumentParser
import Foundation
import Pretell

/// Which columns of a table are features, and what becomes of gaps.
struct TableColumnOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Features: names or numbers (from 1), separated by commas; all when left out.", valueName: "names"))
  var columns: String?

  @Option(
    name: .long, help: ArgumentHelp("Columns to leave out, in the same way; repeatable.", valueName: "names"))
  var exclude: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Gaps in features: impute (by masked regression from the other features, with an indicator), drop (such rows) or refuse.",
      valueName: "way"))
  var missing: TableOptions.Missing?

  @Option(
    name: .long,
    help: ArgumentHelp("Columns whose cells are names, though they look like numbers; repeatable.", valueName: "names"))
  var categories: [String] = []

  /// Something was asked for.
  var isGiven: Bool { columns != nil || !exclude.isEmpty || missing != nil || !categories.isEmpty }

  var options: TableOptions {
    TableOptions(
      columns: columns.map { Self.names([$0]) }, exclude: Self.names(exclude), missing: missing ?? .impute,
      categories: Self.names(categories))
  }

  fileprivate static func names(_ given: [String]) -> [String] {
    given.flatMap { $0.split(separator: ",") }.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }
}

/// The same for rows of which every column is predicted from the others; a population has so many columns.
struct MaskedColumnOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Columns of the file: names or numbers (from 1), separated by commas; all when left out. Of a population how many.",
      valueName: "names"))
  var columns: String?

  @Option(
    name: .long, help: ArgumentHelp("Columns to leave out, in the same way; repeatable.", valueName: "names"))
  var exclude: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Rows with gaps: drop (they are left out) or refuse. 'masked impute' fills gaps in.", valueName: "way"))
  var missing: TableOptions.Missing?

  @Option(
    name: .long,
    help: ArgumentHelp("Columns whose cells are names, though they look like numbers; repeatable.", valueName: "names"))
  var categories: [String] = []

  /// Nothing was chosen or left out.
  var isWhole: Bool { columns == nil && exclude.isEmpty }

  var options: TableOptions {
    TableOptions(
      columns: columns.map { TableColumnOptions.names([$0]) }, exclude: TableColumnOptions.names(exclude),
      missing: missing ?? .impute, categories: TableColumnOptions.names(categories))
  }

  func validate() throws {
    if missing == .impute {
      throw ValidationError(
        "--missing impute: what is predicted from the other columns must not have been made up. Leave such rows out "
          + "(--missing drop), or run 'pretell masked impute' first.")
    }
  }

  /// Refused where rows do not come from a dense file.
  func refuse(_ what: String) throws {
    let given = [
      ("--columns", columns != nil), ("--exclude", !exclude.isEmpty), ("--missing", missing != nil),
      ("--categories", !categories.isEmpty),
    ]
    if let first = given.first(where: \.1) { throw ValidationError("\(first.0) is not for \(what).") }
  }

  /// Of a population; nil where it was not said. Throws `ValidationError`.
  func count() throws -> Int? {
    guard let columns else { return nil }
    guard let count = Int(columns), count >= 1 else {
      throw ValidationError("--columns \(columns): give the population's number of columns, 1 or more.")
    }
    return count
  }
}

extension TableOptions.Missing: ExpressibleByArgument {}

/// A result, and what was made of the columns of its file where that was not read as it stands.
struct WithUses<Body: Codable>: Codable {
  let body: Body
  let columnsUsed: [ColumnUse]?

  private enum Keys: String, CodingKey { case columnsUsed }

  init(body: Body, columnsUsed: [ColumnUse]?) { (self.body, self.columnsUsed) = (body, columnsUsed) }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    self.init(
      body: try Body(from: decoder), columnsUsed: try container.decodeIfPresent([ColumnUse].self, forKey: .columnsUsed))
  }

  func encode(to encoder: Encoder) throws {
    try body.encode(to: encoder)
    var container = encoder.container(keyedBy: Keys.self)
    try container.encodeIfPresent(columnsUsed, forKey: .columnsUsed)
  }
}

/// A result, what was made of the columns of its files, and names of the target's classes.
struct WithColumns<Body: Codable>: Codable {
  let body: Body
  let columnsUsed: [ColumnUse]?
  let classes: [String]?

  private enum Keys: String, CodingKey { case columnsUsed, classes }

  init(body: Body, columnsUsed: [ColumnUse]?, classes: [String]?) {
    (self.body, self.columnsUsed, self.classes) = (body, columnsUsed, classes)
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    self.init(
      body: try Body(from: decoder), columnsUsed: try container.decodeIfPresent([ColumnUse].self, forKey: .columnsUsed),
      classes: try container.decodeIfPresent([String].self, forKey: .classes))
  }

  func encode(to encoder: Encoder) throws {
    try body.encode(to: encoder)
    var container = encoder.container(keyedBy: Keys.self)
    try container.encodeIfPresent(columnsUsed, forKey: .columnsUsed)
    try container.encodeIfPresent(classes, forKey: .classes)
  }
}
