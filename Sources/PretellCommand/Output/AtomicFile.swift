import Foundation

/// Writes whole files or nothing.
enum AtomicFile {
  /// Writes beside `path` under a temporary name, then renames; `-` is standard output, and a device or pipe is never replaced.
  static func write(_ text: String, to path: String) throws {
    if path == "-" {
      printOut(text)
      return
    }
    do {
      try Data((text + "\n").utf8).write(to: URL(filePath: path), options: isSpecial(path) ? [] : .atomic)
    } catch {
      throw CommandFailure(
        status: .noAnswer,
        message: "\(path): cannot be written (\(error.localizedDescription)). Choose another --output.")
    }
  }

  /// Something other than a regular file is there.
  private static func isSpecial(_ path: String) -> Bool {
    if path.hasPrefix("/dev/") { return true }
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
  }
}
