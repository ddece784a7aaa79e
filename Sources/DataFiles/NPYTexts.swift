/// Lists of texts, or one, as NumPy stores them: Unicode scalars of four bytes, every text padded with zeros to the longest.
package enum NPYTexts {
  /// The element type, such as `<U12`, and the entries.
  static func encoded(_ values: [String]) -> (element: String, entries: [UInt32]) {
    let width = max(1, values.map(\.unicodeScalars.count).max() ?? 0)
    var entries = [UInt32](repeating: 0, count: values.count * width)
    for (position, value) in values.enumerated() {
      for (place, scalar) in value.unicodeScalars.enumerated() {
        entries[position * width + place] = scalar.value.littleEndian
      }
    }
    return ("<U\(width)", entries)
  }

  package static func read(_ file: FileBytes) throws -> [String] {
    let header = try NPYHeader(file)
    guard header.element.hasPrefix("<U"), let width = Int(header.element.dropFirst(2)), width >= 0 else {
      throw DataFileError(
        file: file.name, value: header.element, problem: "it does not hold texts", remedy: "Save a list of str")
    }
    let available = max(0, file.bytes.count - header.dataOffset)
    let count = header.shape.first ?? 1
    guard header.shape.count <= 1, count == 0 || width <= available && count <= available / max(4 * width, 1)
    else { throw DataFileError.brokenNPY(file.name, .cut) }
    return (0..<count).map { index in
      var text = String.UnicodeScalarView()
      for place in 0..<width {
        let start = header.dataOffset + 4 * (index * width + place)
        let value = UInt32(littleEndian: file.bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self))
        if value == 0 { break }
        text.append(Unicode.Scalar(value) ?? "\u{FFFD}")
      }
      return String(text)
    }
  }
}
