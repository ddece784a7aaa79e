import Foundation
import Pretell

/// What a path stands for, so that two spellings of one file are equal: links followed, hard links the same, a file that is not
/// there yet by its folder and its name without regard to case (as some disks see it).
enum FileIdentity: Hashable {
  case standardOutput
  case file(device: UInt64, number: UInt64)
  case place(device: UInt64, number: UInt64, name: String)

  /// nil for what can be written any number of times without replacing anything (a device, a pipe), and for a path whose folder
  /// does not exist.
  init?(_ path: String) {
    if Self.isStandardOutput(path) {
      self = .standardOutput
      return
    }
    var status = stat()
    if stat(path, &status) == 0 {
      guard let known = Self.init(status) else { return nil }
      self = known
      return
    }
    let target = AtomicFile.followed(path)
    let cut = target.lastIndex(of: "/")
    let folder = cut.map { String(target[...$0]) } ?? "."
    let name = cut.map { target[$0...].dropFirst() } ?? target[...]
    guard stat(folder, &status) == 0, !name.isEmpty else { return nil }
    self = .place(device: UInt64(status.st_dev), number: UInt64(status.st_ino), name: name.lowercased())
  }

  /// An open file; nil for a device or a pipe.
  init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    self = .file(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
  }

  private init?(_ status: stat) {
    guard [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) else { return nil }
    self = .file(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
  }

  static func isStandardOutput(_ path: String) -> Bool {
    ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].contains(path)
  }
}
