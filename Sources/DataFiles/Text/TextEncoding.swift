/// How the letters of a text are written as bytes.
public enum TextEncoding: Sendable, Equatable {
  case utf8
  /// Windows-1252, of which Latin-1's letters are a part.
  case windows1252

  /// UTF-8 where all of `bytes` are that.
  static func of(_ bytes: UnsafeRawBufferPointer) -> TextEncoding {
    if bytes.allSatisfy({ $0 < 0x80 }) { return .utf8 }
    return String(validating: bytes, as: UTF8.self) == nil ? .windows1252 : .utf8
  }

  /// The letters; different bytes give different letters, but for bytes that are not UTF-8 where that was assumed.
  func decode(_ bytes: some Collection<UInt8>) -> String {
    switch self {
    case .utf8: return String(decoding: bytes, as: UTF8.self)
    case .windows1252:
      var text = String.UnicodeScalarView()
      for byte in bytes { text.append(Self.scalar(byte)) }
      return String(text)
    }
  }

  private static func scalar(_ byte: UInt8) -> Unicode.Scalar {
    (0x80..<0xA0).contains(byte) ? upper[Int(byte) - 0x80] : Unicode.Scalar(byte)
  }

  /// 0x80 to 0x9F; bytes that Windows leaves undefined stand for themselves, as on the web.
  private static let upper = Array(
    "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ".unicodeScalars)

  /// The same text in UTF-8 where the file starts with a mark that says UTF-16 or is plainly that without one, and where its text starts behind such a mark.
  /// Throws `DataFileError` for UTF-16 that ends or pairs wrongly. Memory: the text, where it is UTF-16.
  static func withoutMark(_ file: FileBytes) throws -> (file: FileBytes, start: Int, isUTF16: Bool) {
    if file.starts(with: [0xEF, 0xBB, 0xBF]) { return (file, 3, false) }
    let hasMark = file.starts(with: [0xFF, 0xFE]) || file.starts(with: [0xFE, 0xFF])
    guard hasMark ? true : hasHighZeros(file) != nil else { return (file, 0, false) }
    let isLittle = hasMark ? file.starts(with: [0xFF, 0xFE]) : hasHighZeros(file) == 1
    let (low, high) = isLittle ? (0, 1) : (1, 0)
    let units = stride(from: hasMark ? 2 : 0, to: file.bytes.count - 1, by: 2).lazy.map { place in
      UInt16(file.bytes[place + low]) | UInt16(file.bytes[place + high]) << 8
    }
    guard file.bytes.count % 2 == 0, let text = String(validating: units, as: UTF16.self) else {
      throw DataFileError.brokenUTF16(file.name)
    }
    return (FileBytes(name: file.name, contents: Array(text.utf8)), 0, true)
  }

  /// In the first 64 bytes every second one, from this one on, is 0 and no other: UTF-16 of letters that have 8 bits, without a mark.
  private static func hasHighZeros(_ file: FileBytes) -> Int? {
    let head = file.bytes.prefix(64)
    guard head.count >= 8, head.count % 2 == 0 else { return nil }
    return [0, 1].first { place in head.indices.allSatisfy { (head[$0] == 0) == ($0 % 2 == place) } }
  }

  /// The bytes of letters; nil where they cannot be written so.
  func encode(_ text: String) -> [UInt8]? {
    guard self == .windows1252 else { return Array(text.utf8) }
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      if let place = Self.upper.firstIndex(of: scalar) {
        bytes.append(UInt8(place + 0x80))
      } else if scalar.value < 0x100 {
        bytes.append(UInt8(scalar.value))
      } else {
        return nil
      }
    }
    return bytes
  }
}
