extension CommandLine {
  /// As typed, words with blanks in quotes.
  static var invocation: String {
    arguments.dropFirst().reduce("pretell") { line, word in
      let isPlain = word.allSatisfy { $0.isLetter || $0.isNumber || "-_./:,=".contains($0) }
      return line + " " + (isPlain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'")
    }
  }
}
