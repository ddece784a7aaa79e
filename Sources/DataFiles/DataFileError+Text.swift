// What this room says about rows of text and their columns.

extension DataFileError {
  static func noRows(_ file: String) -> DataFileError {
    DataFileError(
      file: file, problem: "it has no rows of numbers", remedy: "Check that the right file was written")
  }

  static func noFeatures(_ file: String) -> DataFileError {
    DataFileError(
      file: file, problem: "it has no column but the target", remedy: "Give at least one feature column")
  }

  static func text(_ file: String, row: Int, column: String, value: String) -> DataFileError {
    DataFileError(
      file: file, row: row, column: column, value: value, problem: "this is not a number",
      remedy: dressing(value) ?? "Encode categories as numbers, or remove the column")
  }

  /// Of user, item lines.
  static func notAValue(_ file: String, row: Int, column: String, value: String) -> DataFileError {
    DataFileError(
      file: file, row: row, column: column, value: value, problem: "this is not a finite number",
      remedy: dressing(value) ?? "Correct the value, or leave the column out")
  }

  /// What to do about a number with something around it; nil for everything else.
  private static func dressing(_ value: String) -> String? {
    guard value.contains(where: \.isNumber) else { return nil }
    if value.contains("%") { return "Write the number without the percent sign" }
    if value.contains(where: \.isCurrencySymbol) { return "Write the number without the currency sign" }
    guard value.allSatisfy({ $0.isNumber || "+-.,'\u{A0}\u{202F} ".contains($0) }) else { return nil }
    return "Write numbers with a decimal point and no other marks"
  }

  static func wrongWidth(_ file: String, row: Int, cells: Int, expected: Int) -> DataFileError {
    DataFileError(
      file: file, row: row, problem: "\(cells) \(cells == 1 ? "cell" : "cells") where the first row has \(expected)",
      remedy: expected == 1 && cells > 2
        ? "Delete the lines above the names of the columns, or quote cells that hold the delimiter"
        : cells == expected + 1
          ? "Name every column in the first row, correct the row, or quote cells that hold the delimiter"
          : "Correct the row, or quote cells that hold the delimiter")
  }

  static func strayQuote(_ file: String, row: Int, column: String, value: String) -> DataFileError {
    DataFileError(
      file: file, row: row, column: column, value: value,
      problem: "something stands behind the quote that ends this cell",
      remedy: "Write quotes inside quoted cells twice")
  }

  static func unclearRecords(_ file: String) -> DataFileError {
    DataFileError(
      file: file, problem: "its records cannot be told apart to be written again",
      remedy: "Quote cells that hold line ends or delimiters")
  }

  static func openQuote(_ file: String, row: Int, column: String) -> DataFileError {
    DataFileError(
      file: file, row: row, column: column, problem: "a quote opens here and never closes", remedy: "Close it")
  }

  static func missingCell(_ file: String, row: Int, column: String, total: Int) -> DataFileError {
    DataFileError(
      file: file, row: row, column: column,
      problem: total == 1 ? "this feature is missing" : "this feature is missing, the first of \(total)",
      remedy: "Fill it in, or remove the row or column")
  }

  static func wordForGap(_ file: String, row: Int, column: String, value: String) -> DataFileError {
    DataFileError(
      file: file, row: row, column: column, value: value, problem: "this is no number, as those of its column are",
      remedy: "Correct it or clear the cell, or let gaps be filled in")
  }

  static func infiniteCell(_ file: String, row: Int, column: String, value: String) -> DataFileError {
    DataFileError(
      file: file, row: row, column: column, value: value, problem: "this is not a finite number",
      remedy: "Replace it, or remove the row or column")
  }
}

extension DataFileError {
  static func noSuchColumn(_ file: String, _ name: String, names: [String]?, count: Int) -> DataFileError {
    DataFileError(
      file: file, column: "'\(name)'", problem: "there is no such column",
      remedy: names.map { hint(name, among: $0, title: "Its columns") } ?? "Give a number from 1 to \(count)")
  }

  static func ambiguousColumn(_ file: String, _ name: String, count: Int) -> DataFileError {
    DataFileError(
      file: file, column: "'\(name)'", problem: "\(count) columns have this name",
      remedy: "Rename all but one, or give its number, counted from 1")
  }

  static func labelCount(_ file: String, rows: Int, target: String, labels: Int) -> DataFileError {
    DataFileError(
      file: file, value: "\(rows) rows", problem: "the target \(target) has \(labels) numbers",
      remedy: "Give one for each row")
  }

  static func infiniteLabel(_ file: String, target: String, row: Int, value: String) -> DataFileError {
    DataFileError(
      file: file, row: row, column: target, value: value, problem: "this target is not a finite number",
      remedy: "Correct it, or leave it blank to make the row an unlabeled one")
  }

  static func differentWidths(_ file: String, columns: Int, other: String, otherColumns: Int) -> DataFileError {
    DataFileError(
      file: file, value: "\(columns) columns", problem: "\(other) has \(otherColumns) feature columns",
      remedy: "Give files with the same columns")
  }

  /// `missing`: in the other file only; `extra`: in this one only.
  static func differentColumns(_ file: String, missing: [String], extra: [String], other: String) -> DataFileError {
    let parts = [
      missing.isEmpty ? nil : "it lacks \(quoted(missing)) of \(other)",
      extra.isEmpty ? nil : "it has \(quoted(extra)) that \(other) lacks",
    ]
    let pair = missing.lazy.compactMap { name in Spelling.nearest(to: name, among: extra).map { (name, $0) } }.first
    return DataFileError(
      file: file, problem: parts.compactMap { $0 }.joined(separator: ", and "),
      remedy: pair.map { "Rename: is '\($0.1)' the same as '\($0.0)'?" } ?? "Give both files the same columns")
  }

  private static func quoted(_ names: [String]) -> String {
    let shown = names.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
    return "the column\(names.count == 1 ? "" : "s") \(shown)"
      + (names.count > 5 ? " and \(names.count - 5) more" : "")
  }
}
