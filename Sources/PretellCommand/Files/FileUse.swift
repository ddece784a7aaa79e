import Foundation
import Pretell

/// Which files a command reads and which it writes, each with the option that names it.
///
/// Every verb declares this once; it is checked in one place before any work is done: no output is an input or another output, and
/// every output can be written.
package struct FileUse {
  package struct Input {
    /// As in `--labeled`, or what an argument is called.
    package let option: String
    package let path: String
  }

  package struct Output {
    package let option: String
    package let path: String
    /// Beyond a place to write: a format that is known, a program that is installed.
    var need: () throws -> Void = {}
    var isFolder = false
  }

  package var inputs: [Input] = []
  package var outputs: [Output] = []

  static func + (left: FileUse, right: FileUse) -> FileUse {
    FileUse(inputs: left.inputs + right.inputs, outputs: left.outputs + right.outputs)
  }

  // MARK: what is read

  /// A file, or one array of it (`file[name]`).
  static func input(_ path: String?, _ option: String) -> FileUse {
    FileUse(inputs: path.map { [Input(option: option, path: DataSource.split($0).file)] } ?? [])
  }

  /// A target column, or the file that holds the targets.
  static func target(_ target: String) -> FileUse {
    let file = DataSource.split(target).file
    return input(FileManager.default.fileExists(atPath: file) ? file : nil, "--target")
  }

  static func inputs(_ paths: [String], _ option: String) -> FileUse {
    paths.map { input($0, option) }.reduce(FileUse(), +)
  }

  /// An instance file and the arrays that it names.
  static func instance(_ path: String?, set overrides: [String], _ option: String) -> FileUse {
    guard let path else { return FileUse() }
    // One that cannot be read has no arrays, and is refused when its verb reads it; a pipe can be read only once.
    let file = FileIdentity(path) == nil ? nil : try? InstanceFile(path: path, overrides: overrides)
    return input(path, option) + inputs(file?.namedFiles ?? [], "an array of \(path)")
  }

  // MARK: what is written

  /// A file; `-` for standard output.
  static func output(_ path: String?, _ option: String, need: @escaping () throws -> Void = {}) -> FileUse {
    FileUse(outputs: path.map { [Output(option: option, path: $0, need: need)] } ?? [])
  }

  /// A picture and the numbers beside it.
  static func figure(_ path: String?) -> FileUse {
    guard let path else { return FileUse() }
    let picture = output(path, "--figure") { try Figure.checkFormat(of: path) }
    let numbers = Figure.numbersPath(beside: path)
    return numbers == path ? picture : picture + output(numbers, "the numbers of --figure \(path)")
  }

  /// A store, which is read and written, and what SQLite keeps beside it.
  static func store(_ path: String?, _ option: String) -> FileUse {
    guard let path else { return FileUse() }
    return SweepStore.companions(of: path).reduce(output(path, option)) {
      $0 + output($1, "a part of \(option) \(path)")
    }
  }

  /// A folder and files in it; it is made when it is not there.
  static func folder(_ path: String, files: [String], _ option: String) -> FileUse {
    FileUse(outputs: [Output(option: option, path: path, isFolder: true)])
      + files.map { output(path + "/" + $0, "a file of \(option)") }.reduce(FileUse(), +)
  }
}

extension FileUse {
  /// An error about the data, with the files that it is about where it names none of them.
  func naming(_ error: any Error) -> any Error {
    guard let failure = error as? any Failure, !(error is FigureError), [.badInput, .noAnswer].contains(failure.kind),
      !inputs.isEmpty,
      !(inputs.map(\.path) + outputs.map(\.path)).contains(where: { $0 != "-" && failure.description.contains($0) })
    else { return error }
    let read = inputs.filter { !$0.option.hasPrefix("an array of") }.map(\.path)
    return CommandFailure(failure.kind, "\(read.joined(separator: ", ")): \(failure.description)")
  }
}
