import ArgumentParser

/// A verb of the command. What it reads and writes is checked before `run`.
protocol Verb: ParsableCommand {
  /// Every path that an option or argument names, and every path derived from one.
  var files: FileUse { get }
  /// `--memory`, where there is one.
  var memoryLimit: MemorySize? { get }
}

extension Verb {
  var memoryLimit: MemorySize? { nil }
}
