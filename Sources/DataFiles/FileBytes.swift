import Foundation

/// The bytes of a file: mapped where that is possible (nothing is read before it is looked at), else in memory.
///
/// A mapped file must not shrink while it is in use.
public final class FileBytes: @unchecked Sendable {
  /// As messages name it.
  public let name: String
  public let bytes: UnsafeRawBufferPointer
  private let isMapped: Bool

  /// Maps a file; a pipe is read to its end. Throws `DataFileError` for a missing file, a folder, or one that may not be read.
  public convenience init(path: String) throws {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw DataFileError.cannotOpen(path, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw DataFileError.cannotOpen(path, errno) }
    if status.st_mode & S_IFMT == S_IFDIR { throw DataFileError.isFolder(path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      self.init(name: path, contents: try Self.readToEnd(descriptor, path))
      return
    }
    let length = Int(status.st_size)
    guard length > 0 else {
      self.init(name: path, contents: [])
      return
    }
    guard let start = mmap(nil, length, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      throw DataFileError.cannotOpen(path, errno)
    }
    self.init(name: path, bytes: UnsafeRawBufferPointer(start: start, count: length), isMapped: true)
  }

  /// Bytes already in memory.
  public convenience init(name: String, contents: [UInt8]) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(contents.count, 1), alignment: 64)
    memory.copyBytes(from: contents)
    self.init(name: name, bytes: UnsafeRawBufferPointer(rebasing: memory[..<contents.count]), isMapped: false)
  }

  /// The same bytes in memory, whatever happens to the file.
  public func copied() -> FileBytes {
    withExtendedLifetime(self) { FileBytes(name: name, contents: Array(bytes)) }
  }

  /// Fresh memory that `fill` must fill completely.
  convenience init(name: String, count: Int, fill: (UnsafeMutableRawBufferPointer) throws -> Void) throws {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 64)
    do {
      try fill(UnsafeMutableRawBufferPointer(rebasing: memory[..<count]))
    } catch {
      memory.deallocate()
      throw error
    }
    self.init(name: name, bytes: UnsafeRawBufferPointer(rebasing: memory[..<count]), isMapped: false)
  }

  private init(name: String, bytes: UnsafeRawBufferPointer, isMapped: Bool) {
    self.name = name
    self.bytes = bytes
    self.isMapped = isMapped
  }

  deinit {
    guard let start = bytes.baseAddress else { return }
    if isMapped {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    } else {
      start.deallocate()
    }
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

  private static func readToEnd(_ descriptor: Int32, _ path: String) throws -> [UInt8] {
    var contents: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &block, block.count)
      if count == 0 { return contents }
      guard count > 0 else { throw DataFileError.cannotOpen(path, errno) }
      contents += block[..<count]
    }
  }
}
