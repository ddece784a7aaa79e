import Foundation

/// A file whose format is known, and which of its arrays is meant.
package struct DataSource {
  enum Format {
    case npy, npz, safetensors, text(DelimitedText)

    var name: String {
      switch self {
      case .npy: "npy"
      case .npz: "npz"
      case .safetensors: "safetensors"
      case .text: "csv"
      }
    }
  }

  let file: FileBytes
  /// As the user wrote it.
  let name: String
  let format: Format
  private let member: String?

  /// `path` or `path[name]`.
  package init(_ path: String) throws {
    let (file, member) = Self.split(path)
    try self.init(FileBytes(path: file), name: path, member: member)
  }

  package init(_ file: FileBytes) throws { try self.init(file, name: file.name, member: nil) }

  private init(_ packed: FileBytes, name: String, member: String?) throws {
    let file = try packed.unpacked()
    self.file = file
    self.name = name
    self.member = member
    format = try Self.recognize(file)
  }

  private init(_ other: DataSource, member: String) {
    (file, name, format, self.member) = (other.file, other.name, other.format, member)
  }

  private static func recognize(_ file: FileBytes) throws -> Format {
    // Its first bytes are a length, which may look like anything.
    if Safetensors.isPlausible(file) { return .safetensors }
    try ForeignFormat.refuse(file)
    if file.starts(with: NPYHeader.magic) { return .npy }
    if file.starts(with: [0x50, 0x4B]) { return .npz }
    return .text(try DelimitedText(file))
  }

  /// `path[name]` into its parts, unless a file is called just that.
  package static func split(_ path: String) -> (file: String, member: String?) {
    guard path.hasSuffix("]"), !FileManager.default.fileExists(atPath: path), let open = path.lastIndex(of: "[") else {
      return (path, nil)
    }
    return (String(path[..<open]), String(path[path.index(after: open)...].dropLast()))
  }

  /// Whether `path` or `path[name]` is of a file that exists.
  package static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: split(path).file) }

  var text: DelimitedText? { if case .text(let text) = format { text } else { nil } }

  /// Names of the arrays it holds; none for formats that hold one.
  func arrayNames() throws -> [String] {
    switch format {
    case .npz: try NPZ.names(file)
    case .safetensors: try Safetensors.names(file)
    case .npy, .text: []
    }
  }

  /// The array that is meant, or another one of the same file.
  func array(_ name: String? = nil) throws -> StoredArray {
    switch format {
    case .npz: try NPZ.array(file, name: name ?? member)
    case .safetensors: try Safetensors.array(file, name: name ?? member)
    case .npy, .text: try NPY.array(file)
    }
  }

  /// The same file; where only one array is left beside `other`, that one is meant.
  func leavingOut(array other: String) throws -> DataSource {
    let rest = try arrayNames().filter { $0 != other }
    return member == nil && rest.count == 1 ? DataSource(self, member: rest[0]) : self
  }
}
