import Foundation

/// Bytes that come one after the other, such as a pipe's: in memory while they are few, else in a temporary file without a name
/// (TMPDIR), which is gone when nobody reads it any more.
final class Spool {
  /// What stays in memory.
  static let most = 1 << 24

  private let name: String
  private var memory: [UInt8] = []
  private var descriptor: Int32 = -1
  private var length = 0

  init(_ name: String) { self.name = name }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Throws `DataFileError` for a full disk.
  func append(_ bytes: UnsafeRawBufferPointer) throws {
    length += bytes.count
    if descriptor < 0 && length <= Self.most {
      memory += bytes
      return
    }
    if descriptor < 0 { try open() }
    try AtomicFile.append(bytes, to: descriptor, FileManager.default.temporaryDirectory.path)
  }

  private func open() throws {
    let folder = FileManager.default.temporaryDirectory
    let path = folder.appending(path: "pretell-spool-\(UUID().uuidString)").path
    descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_EXCL, 0o600)
    guard descriptor >= 0 else { throw DataFileError.cannotWrite(folder.path, errno) }
    unlink(path)
    try memory.withUnsafeBytes { try AtomicFile.append($0, to: descriptor, folder.path) }
    memory = []
  }

  /// All of them, under the name of what they came from.
  func file() throws -> FileBytes {
    if descriptor < 0 { return FileBytes(name: name, contents: memory) }
    let file = try FileBytes(mapping: descriptor, length: length, name: name)
    descriptor = -1
    return file
  }

  /// Everything that comes out of a pipe.
  static func contents(ofFile path: String) throws -> FileBytes {
    let descriptor = Foundation.open(path, O_RDONLY)
    guard descriptor >= 0 else { throw DataFileError.cannotOpen(path, errno) }
    defer { close(descriptor) }
    return try contents(of: descriptor, path)
  }

  /// Everything that can be read from `source`.
  static func contents(of source: Int32, _ name: String) throws -> FileBytes {
    let spool = Spool(name)
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Foundation.read(source, &block, block.count)
      if count == 0 { return try spool.file() }
      guard count > 0 else { throw DataFileError.cannotReadOn(name, errno) }
      try block.withUnsafeBytes { try spool.append(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
  }
}
