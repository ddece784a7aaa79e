import Failures

/// The library's one warning.
public typealias DataFileWarning = Warning

/// Something about a file that was read all the same.
extension Warning {
  static func rowIndex(_ file: String) -> DataFileWarning {
    DataFileWarning(
      code: "row-index", message: "The first column of \(file) has no name; it was taken for row numbers and left out.",
      remedy: "Write the file without row numbers (pandas: index=False; R: row.names=FALSE), or name the column.")
  }

  static func numberedHeader(_ file: String, _ names: [String]) -> DataFileWarning {
    DataFileWarning(
      code: "numbered-header",
      message:
        "The first line of \(file) holds numbers (\(shown(names.filter { !$0.isEmpty }))); it was taken for column names.",
      remedy: "If it is data, put a row of names above it.")
  }

  static func firstLine(_ file: String, _ cells: [String], isHeader: Bool) -> DataFileWarning {
    let line = "The first line of \(file) (\(shown(cells)))"
    return isHeader
      ? DataFileWarning(
        code: "first-line-names", message: "\(line) was taken for column names.",
        remedy: "If it is data, put a row of names above it.")
      : DataFileWarning(
        code: "first-line-data", message: "\(line) was taken for data: the columns have no names.",
        remedy: "If it is names, write them in quotes or as words.")
  }

  static func decimalComma(_ file: String, _ example: String, isDoubtful: Bool) -> DataFileWarning {
    DataFileWarning(
      code: "decimal-comma",
      message: "Numbers of \(file) were read with a decimal comma: '\(example)' is "
        + "\(example.replacing(".", with: "").replacing(",", with: ".")).",
      remedy: isDoubtful
        ? "If the comma stands between thousands, write the numbers without it."
        : "Nothing to do if that is how they are written.")
  }

  static func thousands(_ file: String, _ example: String, mark: Character) -> DataFileWarning {
    let plain = example.filter { $0 != mark }.replacing(",", with: ".")
    return DataFileWarning(
      code: "thousands", message: "Numbers of \(file) have marks between thousands: '\(example)' was read as \(plain).",
      remedy: "If that is wrong, write the numbers without marks, with a decimal point.")
  }

  static func utf16(_ file: String) -> DataFileWarning {
    DataFileWarning(code: "utf-16", message: "\(file) is text in UTF-16.", remedy: "Nothing to do.")
  }

  static func windows1252(_ file: String) -> DataFileWarning {
    DataFileWarning(
      code: "encoding", message: "\(file) is not UTF-8; its letters were read as Windows-1252 (Latin-1).",
      remedy: "If names look wrong, save the file as UTF-8.")
  }

  /// `value`: nil where every line counts 1.
  static func pairColumns(_ file: String, _ columns: (user: String, item: String), value: String?) -> DataFileWarning {
    DataFileWarning(
      code: "pair-columns",
      message: "Users of \(file) are column \(columns.user), items column \(columns.item); "
        + (value.map { "the value is column \($0)." } ?? "every pair counts 1: no other column is a rating or a count."),
      remedy: "If that is wrong, name the columns user, item and rating.")
  }

  static func repeatedPairs(_ file: String, count: Int, isCount: Bool, hasValues: Bool) -> DataFileWarning {
    DataFileWarning(
      code: "repeated-pairs",
      message:
        "\(count) \(count == 1 ? "line" : "lines") of \(file) \(count == 1 ? "repeats" : "repeat") a user and an item; "
        + (isCount
          ? "counts of a pair were added up." : hasValues ? "the last value of a pair was taken." : "a pair counts 1."),
      remedy: "If that is wrong, write one line for each pair.")
  }

  private static func shown(_ cells: [String]) -> String {
    let cut = cells.prefix(4).map { $0.count > 24 ? String($0.prefix(23)) + "…" : $0 }.joined(separator: ", ")
    return cells.count > 4 ? cut + ", …" : cut
  }

  static func droppedRows(_ file: String, count: Int) -> DataFileWarning {
    DataFileWarning(
      code: "dropped-rows",
      message:
        "\(count) \(count == 1 ? "row" : "rows") of \(file) with a gap in some feature \(count == 1 ? "was" : "were") left out.",
      remedy: "Fill them in if they differ from the others.")
  }
}
