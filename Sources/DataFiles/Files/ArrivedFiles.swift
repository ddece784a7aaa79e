import Foundation

/// What was read from pipes and unpacked from files: a second reading in the same process finds it here, for a pipe can be read only
/// once, and unpacking again costs time. The last few are kept.
enum ArrivedFiles {
  private struct Key: Hashable {
    let path: String
    let device: UInt64
    let number: UInt64
    let length: Int64
    let seconds: Int
    let nanoseconds: Int
  }

  private static let lock = NSLock()
  nonisolated(unsafe) private static var kept: [(key: Key, file: FileBytes)] = []
  private static let most = 8

  /// The file at `path` as it was found before, else as `read` finds it.
  static func file(_ path: String, _ status: stat, _ read: () throws -> FileBytes) throws -> FileBytes {
    #if os(Linux)
      let time = status.st_mtim
    #else
      let time = status.st_mtimespec
    #endif
    // A pipe's length and time change while it is written.
    let isFile = status.st_mode & S_IFMT == S_IFREG
    let key = Key(
      path: path, device: UInt64(status.st_dev), number: UInt64(status.st_ino),
      length: isFile ? Int64(status.st_size) : 0,
      seconds: isFile ? time.tv_sec : 0, nanoseconds: isFile ? time.tv_nsec : 0)
    if let known = lock.withLock({ kept.first { $0.key == key }?.file }) { return known }
    let file = try read()
    lock.withLock {
      kept.append((key, file))
      if kept.count > most { kept.removeFirst() }
    }
    return file
  }
}
