extension String {
  /// Control characters that a file's names may hold, as text: an escape sequence in a name moves no terminal. Line ends, tabs and
  /// the colours of `Terminal` stay.
  var printable: String {
    if !unicodeScalars.contains(where: Self.isControl) { return self }
    var result = String.UnicodeScalarView()
    var rest = unicodeScalars[...]
    while let next = rest.first {
      if next == "\u{1B}", let known = Terminal.sequences.first(where: { rest.starts(with: $0.unicodeScalars) }) {
        result.append(contentsOf: known.unicodeScalars)
        rest = rest.dropFirst(known.unicodeScalars.count)
        continue
      }
      if Self.isControl(next) {
        result.append(contentsOf: "\\u{\(String(next.value, radix: 16))}".unicodeScalars)
      } else {
        result.append(next)
      }
      rest = rest.dropFirst()
    }
    return String(result)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
      || ("\u{202A}"..."\u{202E}").contains(scalar) || ("\u{2066}"..."\u{2069}").contains(scalar)
  }
}
