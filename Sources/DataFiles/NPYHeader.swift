import Foundation

/// The header of a .npy file. Source: NumPy's format specification, versions 1.0 to 3.0.
struct NPYHeader {
  /// As NumPy writes it, such as `<f8`.
  let element: String
  let shape: [Int]
  let isColumnMajor: Bool
  /// Where the numbers start.
  let dataOffset: Int

  static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]
  /// Headers of plain arrays take 118 bytes; those of records with very many fields are the longest.
  private static let longestText = 1 << 20

  init(_ file: FileBytes) throws {
    let bytes = file.bytes
    guard bytes.count >= 10, file.starts(with: Self.magic) else { throw DataFileError.brokenNPY(file.name, .magic) }
    let version = bytes[6]
    guard (1...3).contains(version) else { throw DataFileError.brokenNPY(file.name, .version) }
    let textStart = version == 1 ? 10 : 12
    guard bytes.count >= textStart else { throw DataFileError.brokenNPY(file.name, .cut) }
    let length = (8..<textStart).reversed().reduce(0) { $0 << 8 | Int(bytes[$1]) }
    guard length <= Self.longestText, textStart + length <= bytes.count else {
      throw DataFileError.brokenNPY(file.name, .cut)
    }
    let text = Array(bytes[textStart..<textStart + length])
    guard let descr = Self.value(of: "descr", in: text), let first = descr.first else {
      throw DataFileError.brokenNPY(file.name, .element)
    }
    guard first == UInt8(ascii: "'") || first == UInt8(ascii: "\"") else { throw DataFileError.records(file.name) }
    element = String(decoding: descr.dropFirst().prefix { $0 != first }, as: UTF8.self)
    guard let shape = Self.value(of: "shape", in: text).flatMap(Self.tuple) else {
      throw DataFileError.brokenNPY(file.name, .shape)
    }
    let order = Self.value(of: "fortran_order", in: text)?.prefix { $0 >= UInt8(ascii: "A") }
    guard let order, ["True", "False"].contains(String(decoding: order, as: UTF8.self)) else {
      throw DataFileError.brokenNPY(file.name, .order)
    }
    self.shape = shape
    isColumnMajor = order.count == 4
    dataOffset = textStart + length
  }

  /// How the numbers are stored. Throws for anything but numbers.
  func type(_ file: FileBytes) throws -> ElementType {
    guard let type = ElementType(numpy: element) else { throw DataFileError.elementType(file.name, numpy: element) }
    return type
  }

  /// What follows `'key':` and blanks.
  private static func value(of key: String, in text: [UInt8]) -> ArraySlice<UInt8>? {
    for quote in ["'", "\""] {
      guard let place = text.firstRange(of: Array((quote + key + quote).utf8)) else { continue }
      let rest = text[place.upperBound...].drop { $0 == UInt8(ascii: " ") }
      guard rest.first == UInt8(ascii: ":") else { return nil }
      return rest.dropFirst().drop { $0 == UInt8(ascii: " ") }
    }
    return nil
  }

  /// A Python tuple of sizes; old versions of Python wrote them with an L behind.
  private static func tuple(_ text: ArraySlice<UInt8>) -> [Int]? {
    guard text.first == UInt8(ascii: "("), let end = text.firstIndex(of: UInt8(ascii: ")")) else { return nil }
    let parts = String(decoding: text[(text.startIndex + 1)..<end], as: UTF8.self).split(separator: ",")
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    let sizes = parts.compactMap { Int($0.hasSuffix("L") ? $0.dropLast() : $0[...]) }
    return sizes.count == parts.count && sizes.allSatisfy { $0 >= 0 } ? sizes : nil
  }
}
