import Foundation
import LinearAlgebra

extension RowStream {
  /// Itself where its rows can be read again and again at the speed of the disk; a temporary .npy of the same rows for text and for
  /// arrays stored column by column, in the folder for such files (TMPDIR). The file has no name by the time this returns: it is gone
  /// when nobody reads it any more, whatever happens. Memory: a block. Throws `DataFileError`, also for a full disk.
  public func rereadable() throws -> RowStream {
    if case .array(let array, _) = rows, !array.isColumnMajor { return self }
    return try copied { append in try forEachScratchBlock(ofRows: passRows) { try append($1) } }
  }

  /// A temporary .npy of the rows that `produce` hands over, under this file's name.
  func copied(_ produce: (_ append: (UnsafeMutableBufferPointer<Double>) throws -> Void) throws -> Void) throws
    -> RowStream
  {
    let path = FileManager.default.temporaryDirectory.appending(path: "pretell-copy-\(UUID().uuidString).npy").path
    defer { unlink(path) }
    try NPY.write(columns: columns, streamingTo: path, mode: 0o600, produce)
    return RowStream(try RowStream(path), as: self)
  }

  /// Numbers in a temporary copy, under the name of the file that they stand for.
  init(_ values: Matrix, names: [String]?, of source: String, warnings: [DataFileWarning]) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "pretell-copy-\(UUID().uuidString).npy").path
    defer { unlink(path) }
    try NPY.write(columns: values.columns, streamingTo: path, mode: 0o600) { append in
      var storage = values.storage
      try storage.withUnsafeMutableBufferPointer { try append($0) }
    }
    let copy = try RowStream(path)
    (columns, columnNames, self.source, self.warnings) = (values.columns, names, source, warnings)
    rows = copy.rows
  }

  /// Rows of a copy under the original's name.
  private init(_ copy: RowStream, as original: RowStream) {
    (columns, columnNames, source, warnings) = (
      original.columns, original.columnNames, original.source, original.warnings
    )
    rows = copy.rows
  }
}
