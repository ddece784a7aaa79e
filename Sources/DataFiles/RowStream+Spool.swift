import Foundation
import LinearAlgebra

extension RowStream {
  /// Itself where its rows can be read again and again at the speed of the disk; a temporary .npy of the same rows for text and for
  /// arrays stored column by column, in the folder for such files (TMPDIR). The file has no name by the time this returns: it is gone
  /// when nobody reads it any more, whatever happens. Memory: a block. Throws `DataFileError`, also for a full disk.
  public func rereadable() throws -> RowStream {
    if case .array(let array, _) = rows, !array.isColumnMajor { return self }
    let path = FileManager.default.temporaryDirectory.appending(path: "pretell-copy-\(UUID().uuidString).npy").path
    defer { unlink(path) }
    try NPY.write(columns: columns, streamingTo: path) { append in
      try forEachScratchBlock(ofRows: passRows) { try append($1) }
    }
    return RowStream(try RowStream(path), as: self)
  }

  /// Rows of a copy under the original's name.
  private init(_ copy: RowStream, as original: RowStream) {
    (columns, columnNames, source, warnings) = (
      original.columns, original.columnNames, original.source, original.warnings
    )
    rows = copy.rows
  }
}
