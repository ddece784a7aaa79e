// What this room says about instance files.

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
