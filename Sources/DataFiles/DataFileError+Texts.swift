import Foundation
import LinearAlgebra

// All that this room says about bad files.

// MARK: files

extension DataFileError {
  static func missing(_ path: String) -> DataFileError {
    DataFileError(
      file: path, problem: "there is no such file", remedy: "Check the path and the folder you are in",
      kind: .missingInput)
  }

  static func cannotOpen(_ path: String, _ code: Int32) -> DataFileError {
    if code == ENOENT || code == ENOTDIR { return missing(path) }
    return DataFileError(
      file: path, problem: "it cannot be read (\(String(cString: strerror(code))))", remedy: "Check its permissions")
  }

  /// In the middle of a file that could be opened.
  static func cannotReadOn(_ path: String, _ code: Int32) -> DataFileError {
    let why = code == 0 ? "it became shorter while it was read" : String(cString: strerror(code))
    return DataFileError(
      file: path, problem: "reading it failed (\(why))", remedy: "Check the disk, or copy it to another one")
  }

  static func isFolder(_ path: String) -> DataFileError {
    DataFileError(file: path, problem: "it is a folder", remedy: "Name a file in it")
  }

  static func cannotWrite(_ path: String, _ code: Int32) -> DataFileError {
    DataFileError(
      file: path, problem: "it cannot be written (\(String(cString: strerror(code))))",
      remedy: "Check the folder and the space left", kind: .unwritable)
  }

  /// Throws where `count` bytes are more than the process may take; `what` takes them.
  static func checkMemory(_ path: String, _ what: String, _ count: Double) throws {
    do { try AllowedMemory.check(count, for: what) } catch LinearAlgebraError.needsMemory(_, let bytes, let allowed) {
      throw DataFileError(
        file: path, problem: "\(what) takes \(bytes) bytes of memory, more than the \(allowed) that are allowed",
        remedy: "Allow more where there is more (--memory), or take fewer rows or columns", kind: .noAnswer)
    }
  }

  static func foreign(_ path: String, _ format: ForeignFormat) -> DataFileError {
    DataFileError(
      file: path, problem: "it is \(format.description); this format is not read here",
      remedy: "Convert it once in Python: \(format.line(for: path))")
  }

  static func unknownFormat(_ path: String) -> DataFileError {
    DataFileError(
      file: path, problem: "it is neither text nor a format known here",
      remedy: "Use .csv, .tsv, .npy, .npz or .safetensors")
  }

  static func brokenGzip(_ path: String) -> DataFileError {
    DataFileError(
      file: path, problem: "it is packed with gzip and damaged or cut short", remedy: "Copy it again, or pack it again")
  }

  static func pythonRefused(_ path: String, _ words: String) -> DataFileError {
    let line = words.split(separator: "\n").last.map { String($0.prefix(200)) } ?? "no reason given"
    return DataFileError(
      file: path, problem: "Python could not read it (\(line))",
      remedy: "Convert it once in Python: import pandas; pandas.read_parquet('\(path)').to_csv('data.csv', index=False)"
    )
  }

  static func brokenUTF16(_ path: String) -> DataFileError {
    DataFileError(
      file: path, problem: "it starts as text in UTF-16 and is not", remedy: "Save it again, as UTF-8")
  }

  static func empty(_ path: String) -> DataFileError {
    DataFileError(file: path, problem: "it is empty", remedy: "Check that the right file was written")
  }
}

// MARK: arrays

extension DataFileError {
  enum NPYPart: String {
    case magic = "it is not a .npy file, or cut short"
    case cut = "its header is cut short"
    case element = "its header names no element type"
    case shape = "the shape in its header cannot be read"
    case order = "its header does not say whether it is in Fortran order"
    case version = "its format version is unknown"
  }

  static func brokenNPY(_ file: String, _ part: NPYPart) -> DataFileError {
    DataFileError(file: file, problem: part.rawValue, remedy: "Save it again with numpy.save(path, array)")
  }

  static func records(_ file: String) -> DataFileError {
    DataFileError(
      file: file, problem: "its rows are records with named fields",
      remedy: "Save numbers: numpy.save(path, numpy.lib.recfunctions.structured_to_unstructured(array, float))")
  }

  static func elementType(_ file: String, numpy descr: String) -> DataFileError {
    let kind = descr.drop { "<>|=".contains($0) }.first
    let problem =
      switch kind {
      case "O": "it holds pickled Python objects, which are never loaded because they can run programs"
      case "c": "its elements are complex numbers"
      case "U", "S", "a": "its elements are text"
      case "M", "m": "its elements are times"
      default: "this element type is not read here"
      }
    return DataFileError(
      file: file, value: descr, problem: problem,
      remedy: "Convert it once in Python: numpy.save(path, numpy.asarray(array, dtype=float))")
  }

  static func elementType(_ file: String, _ tensor: String, safetensors dtype: String) -> DataFileError {
    DataFileError(
      file: "\(file)[\(tensor)]", value: dtype, problem: "this element type is not read here",
      remedy: "Convert it once in Python: tensor.float()")
  }

  static func notATable(_ file: String, shape: [Int]) -> DataFileError {
    DataFileError(
      file: file, value: "shape (\(shape.map(String.init).joined(separator: ", ")))",
      problem: "a table of rows and columns is wanted",
      remedy: shape.isEmpty
        ? "Save more than one number" : "Reshape it: numpy.save(path, array.reshape(len(array), -1))")
  }

  static func emptyArray(_ file: String, rows: Int, columns: Int) -> DataFileError {
    DataFileError(
      file: file, value: "\(rows) x \(columns)", problem: "the array is empty",
      remedy: "Check that the right file was written")
  }

  static func cutShort(_ file: String, rows: Int, columns: Int, type: String, available: Int) -> DataFileError {
    DataFileError(
      file: file, value: "\(rows) x \(columns) \(type)", problem: "the file holds only \(available) bytes of it",
      remedy: "It was cut short: copy or save it again")
  }

  static func notFinite(_ file: String, row: Int, column: Int, value: Double) -> DataFileError {
    DataFileError(
      file: file, row: row, column: "\(column)", value: "\(value)", problem: "this is not a finite number",
      remedy: "Fill it in, or remove the row or column")
  }
}

// MARK: archives

extension DataFileError {
  static func brokenArchive(_ file: String) -> DataFileError {
    DataFileError(
      file: file, problem: "it is not a readable .npz archive",
      remedy: "Save it again with numpy.savez(path, X=array)")
  }

  static func brokenMember(_ file: String, _ member: String) -> DataFileError {
    DataFileError(
      file: "\(file)[\(member)]", problem: "this array is damaged, encrypted, or packed in an unknown way",
      remedy: "Save it again with numpy.savez(path, X=array)")
  }

  static func brokenSafetensors(_ file: String) -> DataFileError {
    DataFileError(
      file: file, problem: "its safetensors header cannot be read", remedy: "Save it again with safetensors")
  }

  static func sparse(_ file: String) -> DataFileError {
    DataFileError(
      file: file, problem: "it is a sparse matrix",
      remedy: "Convert it once in Python: numpy.save('data.npy', scipy.sparse.load_npz('\(file)').toarray())")
  }

  static func noSuchArray(_ file: String, _ name: String, all: [String]) -> DataFileError {
    DataFileError(
      file: file, column: "'\(name)'", problem: "there is no such array",
      remedy: hint(name, among: all, title: "It holds"))
  }

  static func noArrays(_ file: String) -> DataFileError {
    DataFileError(file: file, problem: "it holds no arrays", remedy: "Save one with numpy.savez(path, X=array)")
  }

  static func severalArrays(_ file: String, all: [String]) -> DataFileError {
    DataFileError(
      file: file, problem: "it holds \(all.count) arrays (\(list(all)))", remedy: "Choose one: \(file)[\(all[0])]")
  }
}

// MARK: text

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
      remedy: cells == expected + 1
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

  static func infiniteCell(_ file: String, row: Int, column: String, value: String) -> DataFileError {
    DataFileError(
      file: file, row: row, column: column, value: value, problem: "this is not a finite number",
      remedy: "Replace it, or remove the row or column")
  }
}

// MARK: columns

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

// MARK: instance files

extension DataFileError {
  static func notUTF8(_ file: String) -> DataFileError {
    DataFileError(file: file, problem: "it is not UTF-8 text", remedy: "Save it as UTF-8")
  }

  static func tooLong(_ file: String, limit: Int) -> DataFileError {
    DataFileError(
      file: file, problem: "it is longer than \(limit >> 20) MB",
      remedy: "Put long arrays into .npy files and name those")
  }

  static func tooDeep(_ file: String, row: Int) -> DataFileError {
    DataFileError(
      file: file, row: row, problem: "tables or arrays are nested too deeply here",
      remedy: "Instance files need two levels")
  }

  static func multiLine(_ file: String, row: Int) -> DataFileError {
    DataFileError(file: file, row: row, problem: "text over several lines means nothing here", remedy: "Use one line")
  }

  static func time(_ file: String, row: Int) -> DataFileError {
    DataFileError(file: file, row: row, problem: "dates and times mean nothing here", remedy: "Use numbers or text")
  }

  static func unquotedLetter(_ file: String, row: Int) -> DataFileError {
    DataFileError(
      file: file, row: row, problem: "letters other than A to Z stand outside quotes here", remedy: "Quote them")
  }

  static func invalidTOML(_ file: String, row: Int, _ reason: String) -> DataFileError {
    DataFileError(
      file: file, row: row, problem: "it is not valid TOML (\(reason))",
      remedy: "Compare with the file that 'pretell examples factor.toml --output -' prints")
  }

  static func invalidOverride(_ text: String) -> DataFileError {
    DataFileError(file: "--set", value: text, problem: "it is not key=value", remedy: "Write --set dimension=80")
  }

  static func unknownKey(_ file: String, _ key: String, known: [String]) -> DataFileError {
    DataFileError(
      file: file, column: key, problem: "this model has no such key",
      remedy: hint(key, among: known.sorted(), title: "Its keys"))
  }

  static func meaninglessValue(_ file: String, _ key: String) -> DataFileError {
    DataFileError(
      file: file, column: key, problem: "arrays of tables mean nothing here",
      remedy: "Use numbers, text or arrays")
  }

  static func wrongKind(_ file: String, _ key: String, value: String, wanted: String) -> DataFileError {
    DataFileError(file: file, column: key, value: value, problem: "\(wanted) is wanted here", remedy: "Correct it")
  }
}

extension DataFileError {
  /// 'Did you mean', and what there is.
  private static func hint(_ name: String, among all: [String], title: String) -> String {
    if let nearest = Spelling.nearest(to: name, among: all) { return "Did you mean '\(nearest)'?" }
    return "\(title): \(list(all))"
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(20).joined(separator: ", ") + (names.count > 20 ? " and \(names.count - 20) more" : "")
  }
}
