import Foundation
import Pretell

extension FileUse {
  /// Throws before any work: wrong usage where an output would replace an input or another output, and where one cannot be written
  /// the reason.
  package func check() throws {
    try checkApart()
    for output in outputs where !FileIdentity.isStandardOutput(output.path) {
      try output.need()
      try output.checkWritable(folders: outputs.filter(\.isFolder).map(\.path))
    }
  }

  private func checkApart() throws {
    var writers: [FileIdentity: Output] = [:]
    var shown = outputs.filter { !$0.path.isEmpty }
    if let redirected = FileIdentity(descriptor: STDOUT_FILENO) {
      writers[redirected] = Output(option: "standard output", path: "-")
      shown.removeAll { FileIdentity.isStandardOutput($0.path) && $0.option == "--output" }
    }
    for output in shown {
      guard let identity = FileIdentity(output.path) else { continue }
      if let other = writers.updateValue(output, forKey: identity) {
        if identity == .standardOutput {
          throw CommandFailure(
            .usage, "\(other.option) and \(output.option) would both go to standard output. Give one of them a file.")
        }
        throw CommandFailure(
          .usage,
          "\(other.described) and \(output.described) are the same file: the second would replace the first. "
            + "Give them different names.")
      }
    }
    for input in inputs {
      guard let identity = FileIdentity(input.path), let output = writers[identity] else { continue }
      throw CommandFailure(
        .usage,
        "\(output.described) would replace \(input.described), which this command reads. Give another name; nothing was "
          + "changed.")
    }
  }
}

extension FileUse.Input {
  fileprivate var described: String { "\(option) (\(path))" }
}

extension FileUse.Output {
  fileprivate var described: String {
    option.hasSuffix(path) || option == "standard output" ? option : "\(option) (\(path))"
  }

  /// `folders` will be made.
  fileprivate func checkWritable(folders: [String]) throws {
    if path.isEmpty { throw CommandFailure(.usage, "\(option) is empty: give the name of a file.") }
    var status = stat()
    if stat(path, &status) == 0 {
      let isThere = status.st_mode & S_IFMT == S_IFDIR
      if isThere && !isFolder { throw refused("it is a folder") }
      if !isThere && isFolder { throw refused("it is a file, and a folder is wanted") }
      if access(path, W_OK) != 0 { throw refused(String(cString: strerror(errno))) }
      if !isThere && status.st_mode & S_IFMT != S_IFREG { return }
    } else if errno != ENOENT && errno != ENOTDIR {
      throw refused(String(cString: strerror(errno)))
    }
    try checkFolder(folders)
  }

  /// The nearest folder that exists must be writable, and be the file's own unless it will be made.
  private func checkFolder(_ made: [String]) throws {
    let target = isFolder ? path : AtomicFile.followed(path)
    var folder = target.hasSuffix("/") ? String(target.dropLast()) : target
    repeat {
      let cut = folder.lastIndex(of: "/")
      folder = cut.map { $0 == folder.startIndex ? "/" : String(folder[..<$0]) } ?? "."
      var status = stat()
      if stat(folder, &status) == 0 {
        guard status.st_mode & S_IFMT == S_IFDIR else { throw refused("\(folder) is not a folder") }
        guard access(folder, W_OK | X_OK) == 0 else { throw refused(String(cString: strerror(errno)) + ": \(folder)") }
        return
      }
    } while isFolder || made.contains(where: { target.hasPrefix($0 + "/") })
    throw refused("there is no folder \(folder)")
  }

  private func refused(_ reason: String) -> CommandFailure {
    CommandFailure(.unwritable, "\(path): cannot be written (\(reason)). Give another name for \(named).")
  }

  private var named: String { option.hasPrefix("-") ? option : "what it belongs to, \(option)" }
}
