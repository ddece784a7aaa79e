import ArgumentParser

/// A verb of the command. What it reads and writes is checked before `run`.
protocol Verb: ParsableCommand {
  /// Every path that an option or argument names, and every path derived from one.
  var files: FileUse { get }
  /// `--memory`, where there is one.
  var memoryLimit: MemorySize? { get }
  /// What `--json` prints besides its head: one type, or several where options choose between them.
  static var answers: [any Codable.Type] { get }
}

extension Verb {
  var memoryLimit: MemorySize? { nil }
  static var answers: [any Codable.Type] { [] }
}
