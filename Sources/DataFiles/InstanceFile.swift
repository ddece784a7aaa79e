import Foundation
import LinearAlgebra
import Synchronization

/// A TOML file that says what a world is, read by dotted key such as `downstream.noise`.
///
/// Arrays stand inline or in a .npy file named relative to the instance file. `--set key=value` replaces single values. The file
/// remembers which keys were asked for, so that a misspelled one can be refused instead of ignored.
public final class InstanceFile: Sendable {
  public let path: String
  private let values: [String: InstanceValue]
  private let uses = Mutex(Uses())

  /// What has been asked for.
  private struct Uses {
    var keys: Set<String> = []
    var integers: Set<String> = []
    /// Checksums of arrays read from files, by key.
    var arrays: [String: Int] = [:]
  }

  /// Reads and parses. `overrides` are `key=value` with a TOML value, values with commas between them, or a bare word.
  public convenience init(path: String, overrides: [String] = []) throws {
    try self.init(FileBytes(path: path), overrides: overrides)
  }

  /// The same from bytes in memory.
  package init(_ file: FileBytes, overrides: [String] = []) throws {
    path = file.name
    var values = try InstanceText.parse(file)
    for override in overrides {
      let (key, value) = try InstanceText.parse(override: override)
      values[key] = value
    }
    self.values = values
  }

  /// Throws for the first key that nobody asked for.
  public func checkAllKeysUsed() throws {
    let known = uses.withLock { $0.keys }
    guard let unknown = values.keys.sorted().first(where: { !known.contains($0) }) else { return }
    throw DataFileError.unknownKey(path, unknown, known: Array(known))
  }

  /// Every value by key, as it would be written; after the name of an array file, a checksum of what was read from it.
  /// Equal descriptions mean equal worlds.
  public var descriptions: [String: String] {
    let arrays = uses.withLock { $0.arrays }
    return values.reduce(into: [:]) { found, item in
      let checksum = arrays[item.key].map { " (" + String(UInt(bitPattern: $0), radix: 16) + ")" } ?? ""
      found[item.key] = item.value.literal + checksum
    }
  }

  /// Paths of the files that texts of this one name, whether or not they are there.
  package var namedFiles: [String] {
    values.values.compactMap { value in
      guard case .string(let name) = value else { return nil }
      return place(of: name)
    }
  }

  /// Keys that were read as whole numbers.
  public var integerKeys: Set<String> { uses.withLock { $0.integers } }

  /// Key and value of `key=value` as they would be written, numbers in one form only. Throws `DataFileError` for another text.
  public static func literal(of override: String) throws -> (key: String, value: String) {
    let (key, value) = try InstanceText.parse(override: override)
    return (key, value.literal)
  }

  public func string(_ key: String) throws -> String? {
    guard let value = look(key) else { return nil }
    guard case .string(let text) = value else { throw wrongKind(key, value, "text in quotes") }
    return text
  }

  /// A finite number.
  public func double(_ key: String) throws -> Double? {
    guard let value = look(key) else { return nil }
    guard let number = value.number else { throw wrongKind(key, value, "a number") }
    return number
  }

  /// Rows and columns that sums and products of counts can be made of.
  private static let largestCount = 1_000_000_000_000

  public func integer(_ key: String) throws -> Int? {
    guard let value = look(key) else { return nil }
    uses.withLock { _ = $0.integers.insert(key) }
    guard case .integer(let number) = value else { throw wrongKind(key, value, "a whole number") }
    guard number.magnitude <= Self.largestCount || key.hasSuffix("seed") else {
      throw wrongKind(key, value, "a whole number of at most \(Self.largestCount)")
    }
    return number
  }

  public func bool(_ key: String) throws -> Bool? {
    guard let value = look(key) else { return nil }
    guard case .boolean(let flag) = value else { throw wrongKind(key, value, "true or false") }
    return flag
  }

  public func doubles(_ key: String) throws -> [Double]? {
    guard let value = look(key) else { return nil }
    if case .string(let name) = value {
      let matrix = try file(name, for: key)
      guard matrix.rows == 1 || matrix.columns == 1 else { throw wrongKind(key, value, "a one-dimensional array") }
      return matrix.storage
    }
    guard let numbers = value.numbers else {
      throw wrongKind(key, value, "an array of numbers, or the name of a .npy file,")
    }
    return numbers
  }

  public func matrix(_ key: String) throws -> Matrix? {
    guard let value = look(key) else { return nil }
    if case .string(let name) = value { return try file(name, for: key) }
    guard case .array(let items) = value, !items.isEmpty else { throw wrongKind(key, value, Self.rowsWanted) }
    let rows = items.compactMap(\.numbers)
    guard rows.count == items.count, Set(rows.map(\.count)).count == 1 else {
      throw wrongKind(key, value, Self.rowsWanted)
    }
    return Matrix(rows)
  }

  private static let rowsWanted = "an array of rows of equal length, or the name of a .npy file,"

  private func look(_ key: String) -> InstanceValue? {
    uses.withLock { _ = $0.keys.insert(key) }
    return values[key]
  }

  private func file(_ name: String, for key: String) throws -> Matrix {
    let matrix = try DataFile.read(place(of: name)).values
    let checksum = matrix.storage.reduce(matrix.columns) {
      ($0 ^ Int(bitPattern: UInt($1.bitPattern))) &* 0x100_0000_01b3
    }
    uses.withLock { $0.arrays[key] = checksum }
    return matrix
  }

  /// Relative to this file.
  private func place(of name: String) -> String {
    name.hasPrefix("/") ? name : URL(filePath: path).deletingLastPathComponent().appending(path: name).path
  }

  private func wrongKind(_ key: String, _ value: InstanceValue, _ wanted: String) -> DataFileError {
    DataFileError.wrongKind(path, key, value: value.description, wanted: wanted)
  }
}
