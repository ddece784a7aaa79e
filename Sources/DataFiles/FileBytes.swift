import CDataFiles
import Foundation

/// The bytes of a file: mapped where that is possible (nothing is read before it is looked at), else in memory.
///
/// A mapped file must not shrink while it is in use.
package final class FileBytes: @unchecked Sendable {
  /// As messages name it.
  package let name: String
  package let bytes: UnsafeRawBufferPointer
  /// Of a mapped file, to read from without mapping; -1 for bytes in memory.
  private let descriptor: Int32
  /// The same for files too large for the system to keep: reading them through its cache costs more than it saves.
  private let direct: Int32
  /// Who the bytes belong to, where that is another.
  private let owner: FileBytes?
  private var isMapped: Bool { descriptor >= 0 }

  /// Maps a file; a pipe is read to its end, once in a process. Throws `DataFileError` for a missing file, a folder, or one that may not be read.
  package convenience init(path: String) throws {
    try self.init(path: path, uncachedFrom: Int(clamping: ProcessInfo.processInfo.physicalMemory / 2))
  }

  /// Files of more than `limit` bytes are read past the system's cache.
  package convenience init(path: String, uncachedFrom limit: Int) throws {
    // Opening a pipe a second time would wait for somebody who writes it.
    var found = stat()
    if stat(path, &found) == 0, ![S_IFREG, S_IFDIR].contains(found.st_mode & S_IFMT) {
      self.init(sharing: try ArrivedFiles.file(path, found) { try Spool.contents(ofFile: path) })
      return
    }
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw DataFileError.cannotOpen(path, errno) }
    var isKept = false
    defer { if !isKept { close(descriptor) } }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw DataFileError.cannotOpen(path, errno) }
    if status.st_mode & S_IFMT == S_IFDIR { throw DataFileError.isFolder(path) }
    if status.st_mode & S_IFMT != S_IFREG { throw DataFileError.cannotOpen(path, EBUSY) }
    let length = Int(status.st_size)
    guard length > 0 else {
      self.init(name: path, contents: [])
      return
    }
    try self.init(mapping: descriptor, length: length, name: path, uncachedFrom: limit)
    isKept = true
  }

  /// Maps an open file, and closes it at the end.
  convenience init(mapping descriptor: Int32, length: Int, name: String, uncachedFrom limit: Int = .max) throws {
    guard let start = mmap(nil, length, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      throw DataFileError.cannotOpen(name, errno)
    }
    self.init(
      name: name, bytes: UnsafeRawBufferPointer(start: start, count: length), descriptor: descriptor,
      direct: length > limit ? pdata_open_direct(descriptor) : -1)
  }

  /// What is in a packed file, else the file itself. Parquet and Feather files count as packed where Python can read them.
  /// Throws `DataFileError` for a damaged file.
  func unpacked() throws -> FileBytes {
    if Gzip.isPacked(self) { return try arrived { try Gzip.unpacked(self) } }
    guard isMapped, let kind = PythonHandover.kind(self) else { return self }
    return try arrived { try PythonHandover.read(name, kind: kind) ?? self }
  }

  private func arrived(_ read: () throws -> FileBytes) throws -> FileBytes {
    var status = stat()
    guard isMapped, fstat(descriptor, &status) == 0 else { return try read() }
    return try ArrivedFiles.file(name, status, read)
  }

  /// Whether there is a file that is no pipe, device or folder.
  static func isRegular(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Bytes already in memory.
  package convenience init(name: String, contents: [UInt8]) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(contents.count, 1), alignment: 64)
    memory.copyBytes(from: contents)
    self.init(name: name, bytes: UnsafeRawBufferPointer(rebasing: memory[..<contents.count]), descriptor: -1)
  }

  /// The same bytes in memory, whatever happens to the file.
  package func copied() -> FileBytes {
    withExtendedLifetime(self) { FileBytes(name: name, contents: Array(bytes)) }
  }

  /// Fresh memory that `fill` must fill completely. Throws `DataFileError` where there may not be so much.
  convenience init(name: String, count: Int, fill: (UnsafeMutableRawBufferPointer) throws -> Void) throws {
    try DataFileError.checkMemory(name, "unpacked, it", Double(count))
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 64)
    do {
      try fill(UnsafeMutableRawBufferPointer(rebasing: memory[..<count]))
    } catch {
      memory.deallocate()
      throw error
    }
    self.init(name: name, bytes: UnsafeRawBufferPointer(rebasing: memory[..<count]), descriptor: -1)
  }

  /// The bytes of another, which stay as long as this is there.
  private convenience init(sharing other: FileBytes) {
    self.init(name: other.name, bytes: other.bytes, descriptor: -1, owner: other)
  }

  private init(
    name: String, bytes: UnsafeRawBufferPointer, descriptor: Int32, direct: Int32 = -1, owner: FileBytes? = nil
  ) {
    self.owner = owner
    self.name = name
    self.bytes = bytes
    self.descriptor = descriptor
    self.direct = direct
  }

  deinit {
    guard owner == nil, let start = bytes.baseAddress else { return }
    if isMapped {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
      close(descriptor)
      if direct >= 0 { close(direct) }
    } else {
      start.deallocate()
    }
  }

  /// Room that `read` needs for `count` bytes.
  static func pages(for count: Int) -> Int { (count + 2 * 4096 - 1) / 4096 * 4096 }

  /// Bytes `range` somewhere into `pages`, memory of its own that starts at a page; a file's are read, not mapped.
  func read(_ range: Range<Int>, into pages: UnsafeMutableRawPointer) throws -> UnsafeMutableRawBufferPointer {
    let target = UnsafeMutableRawBufferPointer(start: pages + range.lowerBound % 4096, count: range.count)
    guard isMapped else {
      target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[range]))
      return target
    }
    let done = pdata_read_range(descriptor, direct, Int64(range.lowerBound), Int64(range.count), pages)
    guard done == range.count else { throw DataFileError.cannotReadOn(name, errno) }
    return target
  }

  /// A mapped file's bytes need not stay in this process's memory; reading them again brings them back.
  func release(_ range: Range<Int>) {
    guard isMapped, let base = bytes.baseAddress else { return }
    let page = Int(getpagesize())
    let (first, end) = ((range.lowerBound + page - 1) / page * page, range.upperBound / page * page)
    if end > first { madvise(UnsafeMutableRawPointer(mutating: base + first), end - first, MADV_DONTNEED) }
  }

  /// Whether the bytes start with these.
  func starts(with prefix: some Collection<UInt8>) -> Bool {
    bytes.count >= prefix.count && bytes.prefix(prefix.count).elementsEqual(prefix)
  }
}
