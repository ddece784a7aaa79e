import Foundation

/// Hugging Face's tensor files: eight bytes of header length, a JSON header, raw numbers.
public enum Safetensors {
  /// As the format's own library has it.
  private static let longestHeader = 100_000_000

  private struct Tensor: Decodable {
    let dtype: String
    let shape: [Int]
    let dataOffsets: [Int]

    private enum CodingKeys: String, CodingKey { case dtype, shape, dataOffsets = "data_offsets" }
  }

  /// A tensor, or the free text under `__metadata__`.
  private enum Entry: Decodable {
    case tensor(Tensor)
    case metadata([String: String])

    init(from decoder: any Decoder) throws {
      self =
        decoder.codingPath.last?.stringValue == "__metadata__"
        ? .metadata((try? [String: String](from: decoder)) ?? [:]) : .tensor(try Tensor(from: decoder))
    }
  }

  /// Names of the tensors, sorted.
  public static func names(_ path: String) throws -> [String] { try names(FileBytes(path: path)) }

  /// One tensor, mapped. `name` may be left out when there is only one.
  public static func read(_ path: String, name: String? = nil) throws -> StoredArray {
    try array(FileBytes(path: path), name: name)
  }

  static func names(_ file: FileBytes) throws -> [String] { try header(file).tensors.keys.sorted() }

  /// The free text under `__metadata__`.
  static func metadata(_ file: FileBytes) throws -> [String: String] { try header(file).metadata }

  static func array(_ file: FileBytes, name: String?) throws -> StoredArray {
    let (tensors, _, dataStart) = try header(file)
    let member = try Members.chosen(name, of: tensors.keys.sorted(), file: file.name)
    let tensor = tensors[member]!
    guard let type = ElementType(safetensors: tensor.dtype) else {
      throw DataFileError.elementType(file.name, member, safetensors: tensor.dtype)
    }
    let (offsets, available) = (tensor.dataOffsets, file.bytes.count - dataStart)
    guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= available,
      tensor.shape.allSatisfy({ $0 >= 0 })
    else { throw DataFileError.brokenSafetensors(file.name) }
    return try StoredArray(
      file: file, start: dataStart + offsets[0], shape: tensor.shape, type: type, isColumnMajor: false)
  }

  /// Whether the first bytes look like this format.
  static func isPlausible(_ file: FileBytes) -> Bool {
    guard let length = headerLength(file) else { return false }
    return length > 1 && file.bytes[8] == UInt8(ascii: "{")
  }

  /// Nil when there is no room for that many bytes.
  private static func headerLength(_ file: FileBytes) -> Int? {
    guard file.bytes.count > 8 else { return nil }
    let length = Int(exactly: UInt64(littleEndian: file.bytes.loadUnaligned(as: UInt64.self)))
    return length.flatMap { $0 <= min(file.bytes.count - 8, longestHeader) ? $0 : nil }
  }

  private static func header(
    _ file: FileBytes
  ) throws -> (tensors: [String: Tensor], metadata: [String: String], dataStart: Int) {
    guard let length = headerLength(file),
      let entries = try? JSONDecoder().decode([String: Entry].self, from: Data(file.bytes[8..<8 + length]))
    else { throw DataFileError.brokenSafetensors(file.name) }
    let tensors = entries.compactMapValues { if case .tensor(let tensor) = $0 { tensor } else { nil } }
    let metadata = entries.values.reduce(into: [String: String]()) { found, entry in
      if case .metadata(let texts) = entry { found = texts }
    }
    return (tensors, metadata, 8 + length)
  }
}
