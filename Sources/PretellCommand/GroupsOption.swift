import ArgumentParser
import Pretell

/// Which rows belong together.
struct GroupsOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Rows of one person, image or site: a column (name or number from 1; no feature then), or a file with a group a row.",
      valueName: "column|file"))
  var groups: String?

  /// A file where there is one; columns are none.
  var files: FileUse { .input(groups.flatMap { DataSource.exists($0) ? $0 : nil }, "--groups") }

  /// How a table's columns are read, with the groups.
  func options(_ table: TableColumnOptions) -> TableOptions {
    var result = table.options
    result.groups = groups
    return result
  }

  /// What goes with groups only as they are made of rows: refused beside them.
  func refuse(_ given: [(name: String, isGiven: Bool)]) throws {
    guard groups != nil, let first = given.first(where: \.isGiven) else { return }
    throw ValidationError("--groups and \(first.name) do not go together.")
  }
}
