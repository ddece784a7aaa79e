import Foundation
import LinearAlgebra

// What this room says about files as such.

extension DataFileError {
  static func missing(_ path: String) -> DataFileError {
    DataFileError(
      file: path, problem: "there is no such file", remedy: "Check the path and the folder you are in",
      kind: .missingInput)
  }

  static func cannotOpen(_ path: String, _ code: Int32) -> DataFileError {
    if code == ENOENT || code == ENOTDIR { return missing(path) }
    return DataFileError(
      file: path, problem: "it cannot be read (\(String(cString: strerror(code))))", remedy: "Check its permissions")
  }

  /// In the middle of a file that could be opened.
  static func cannotReadOn(_ path: String, _ code: Int32) -> DataFileError {
    let why = code == 0 ? "it became shorter while it was read" : String(cString: strerror(code))
    return DataFileError(
      file: path, problem: "reading it failed (\(why))", remedy: "Check the disk, or copy it to another one")
  }

  static func isFolder(_ path: String) -> DataFileError {
    DataFileError(file: path, problem: "it is a folder", remedy: "Name a file in it")
  }

  static func cannotWrite(_ path: String, _ code: Int32) -> DataFileError {
    DataFileError(
      file: path, problem: "it cannot be written (\(String(cString: strerror(code))))",
      remedy: "Check the folder and the space left", kind: .unwritable)
  }

  /// Throws where `count` bytes are more than the process may take; `what` takes them.
  static func checkMemory(_ path: String, _ what: String, _ count: Double) throws {
    do { try AllowedMemory.check(count, for: what) } catch LinearAlgebraError.needsMemory(_, let bytes, let allowed) {
      throw DataFileError(
        file: path, problem: "\(what) takes \(bytes) bytes of memory, more than the \(allowed) that are allowed",
        remedy: "Allow more where there is more (--memory), or take fewer rows or columns", kind: .noAnswer)
    }
  }

  /// Throws where a text whose cells may be words does not fit into memory: its numbers, and as much for what is made of them.
  static func checkMemory(words text: DelimitedText, _ path: String) throws {
    let cells = Double(text.recordsAtMost) * Double(text.width)
    do { try AllowedMemory.check(16 * cells, for: "") } catch LinearAlgebraError.needsMemory(_, let bytes, let allowed)
    {
      throw DataFileError(
        file: path,
        problem:
          "words, dates and gaps are interpreted with all rows in memory, which takes about \(bytes) bytes, more than the "
          + "\(allowed) that are allowed",
        remedy:
          "Allow more where there is more (--memory), give some of the rows, or leave out the columns that are not "
          + "numbers (--exclude): numbers without gaps are read in blocks",
        kind: .noAnswer)
    }
  }

  static func foreign(_ path: String, _ format: ForeignFormat) -> DataFileError {
    DataFileError(
      file: path, problem: "it is \(format.description); this format is not read here",
      remedy: "Convert it once in Python: \(format.line(for: path))")
  }

  static func unknownFormat(_ path: String) -> DataFileError {
    DataFileError(
      file: path, problem: "it is neither text nor a format known here",
      remedy: "Use .csv, .tsv, .npy, .npz or .safetensors; save text as UTF-8")
  }

  static func brokenGzip(_ path: String) -> DataFileError {
    DataFileError(
      file: path, problem: "it is packed with gzip and damaged or cut short", remedy: "Copy it again, or pack it again")
  }

  static func pythonRefused(_ path: String, _ words: String) -> DataFileError {
    let line = words.split(separator: "\n").last.map { String($0.prefix(200)) } ?? "no reason given"
    return DataFileError(
      file: path, problem: "Python could not read it (\(line))",
      remedy: "Convert it once in Python: import pandas; pandas.read_parquet('\(path)').to_csv('data.csv', index=False)"
    )
  }

  static func brokenUTF16(_ path: String) -> DataFileError {
    DataFileError(
      file: path, problem: "it starts as text in UTF-16 and is not", remedy: "Save it again, as UTF-8")
  }

  static func empty(_ path: String) -> DataFileError {
    DataFileError(file: path, problem: "it is empty", remedy: "Check that the right file was written")
  }
}
