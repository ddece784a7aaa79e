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
      "Gaps in features: impute (the column's mean, marked by an indicator), drop (such rows) or refuse.",
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

  private static func names(_ given: [String]) -> [String] {
    given.flatMap { $0.split(separator: ",") }.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }
}

extension TableOptions.Missing: ExpressibleByArgument {}

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
