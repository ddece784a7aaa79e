import Foundation

/// Writes a file under a temporary name beside it and renames it at the end: readers see the old file or the whole new one.
package enum AtomicFile {
  /// `write` is given the temporary path. A link stays one: what it points to is written. A file that was there keeps its
  /// permissions. Throws `DataFileError` when the file cannot be written.
  package static func write(_ path: String, _ write: (String) throws -> Void) throws {
    if isSpecial(path) {
      try writeThrough(path, write)
      return
    }
    let target = followed(path)
    let temporary = unusedName(beside: target)
    do {
      try write(temporary)
    } catch {
      unlink(temporary)
      throw error
    }
    var former = stat()
    if stat(target, &former) == 0 { chmod(temporary, former.st_mode & 0o777) }
    guard rename(temporary, target) == 0 else {
      let code = errno
      unlink(temporary)
      throw DataFileError.cannotWrite(path, code)
    }
  }

  /// These bytes.
  package static func write(_ bytes: [UInt8], to path: String) throws {
    try bytes.withUnsafeBytes { try write([$0], to: path) }
  }

  /// Where a chain of links ends, whether or not there is a file.
  package static func followed(_ path: String) -> String {
    var place = path
    for _ in 0..<40 {
      guard let next = try? FileManager.default.destinationOfSymbolicLink(atPath: place) else { return place }
      place = next.hasPrefix("/") ? next : folder(of: place) + next
    }
    return path
  }

  /// With a slash at its end; nothing for the folder one is in.
  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// No longer than names may be, and nobody else's.
  private static func unusedName(beside path: String) -> String {
    let folder = folder(of: path)
    let start = folder + path.dropFirst(folder.count).prefix(50)
    var status = stat()
    return (0...).lazy.map { "\(start).\(getpid())\($0 == 0 ? "" : "-\($0)").partial" }
      .first { lstat($0, &status) != 0 } ?? path
  }

  /// Something other than a regular file is there: a device, a pipe. Renaming would replace it.
  private static func isSpecial(_ path: String) -> Bool {
    if path.hasPrefix("/dev/") { return true }
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG && status.st_mode & S_IFMT != S_IFDIR
  }

  /// Through a temporary file of its own, copied when it is whole.
  private static func writeThrough(_ path: String, _ write: (String) throws -> Void) throws {
    let temporary = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".partial").path
    defer { unlink(temporary) }
    try write(temporary)
    let whole = try FileBytes(path: temporary)
    let descriptor = open(path, O_WRONLY)
    guard descriptor >= 0 else { throw DataFileError.cannotWrite(path, errno) }
    defer { close(descriptor) }
    try withExtendedLifetime(whole) { try append(whole.bytes, to: descriptor, path) }
  }

  /// The pieces one after the other.
  static func write(_ pieces: [UnsafeRawBufferPointer], to path: String) throws {
    try write(path) { temporary in
      let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
      guard descriptor >= 0 else { throw DataFileError.cannotWrite(path, errno) }
      defer { close(descriptor) }
      for piece in pieces { try append(piece, to: descriptor, path) }
    }
  }

  /// All bytes of `piece`; `path` is what an error names.
  static func append(_ piece: UnsafeRawBufferPointer, to descriptor: Int32, _ path: String) throws {
    var rest = piece[...]
    while !rest.isEmpty {
      let done = Foundation.write(
        descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress!, min(rest.count, 1 << 30))
      guard done > 0 else { throw DataFileError.cannotWrite(path, errno) }
      rest = rest.dropFirst(done)
    }
  }
}
