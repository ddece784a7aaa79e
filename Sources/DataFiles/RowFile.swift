import Foundation
import LinearAlgebra

/// Writes rows block by block, for tables larger than memory.
public enum RowFile {
  /// What it can be: the ending of the file's name says which.
  public enum Format: String, Sendable, CaseIterable {
    /// Comma-separated, every number with as many digits as make it unique.
    case csv
    case npy
    /// One array, `X`. Needs its room on the disk twice for a while.
    case npz

    /// nil for other endings.
    public init?(path: String) {
      guard let format = Self.allCases.first(where: { path.hasSuffix("." + $0.rawValue) }) else { return nil }
      self = format
    }
  }

  /// Writes `path`: what `produce` hands over, in order. `names` are the first line of text; arrays have none. The file has another
  /// name until it is whole, and is removed when `produce` throws. Memory: a block and its text. Throws `DataFileError`.
  public static func write(
    _ path: String, as format: Format, columns: Int, names: [String]? = nil,
    _ produce: (_ append: (Matrix) throws -> Void) throws -> Void
  ) throws {
    func entries(_ append: (UnsafeMutableBufferPointer<Double>) throws -> Void) throws {
      try withoutActuallyEscaping(append) { append in
        try produce { block in
          var block = block
          try block.storage.withUnsafeMutableBufferPointer { try append($0) }
        }
      }
    }
    switch format {
    case .npz: try NPZ.write([], streaming: "X", columns: columns, to: path, entries)
    case .npy: try AtomicFile.write(path) { try NPY.write(columns: columns, streamingTo: $0, entries) }
    case .csv: try AtomicFile.write(path) { try text(names, to: $0, produce) }
    }
  }

  private static func text(
    _ names: [String]?, to path: String, _ produce: (_ append: (Matrix) throws -> Void) throws -> Void
  ) throws {
    let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
    guard descriptor >= 0 else { throw DataFileError.cannotWrite(path, errno) }
    defer { close(descriptor) }
    func append(_ bytes: [UInt8]) throws {
      try bytes.withUnsafeBytes { try AtomicFile.append($0, to: descriptor, path) }
    }
    if let names { try append(Array((names.joined(separator: ",") + "\n").utf8)) }
    try produce { block in
      let size = max(1, 10_000 / max(1, block.columns))
      let pieces = Parallel.map(count: (block.rows + size - 1) / size) { piece in
        Self.lines(block, piece * size..<min((piece + 1) * size, block.rows))
      }
      for piece in pieces { try append(piece) }
    }
  }

  private static func lines(_ block: Matrix, _ rows: Range<Int>) -> [UInt8] {
    var text: [UInt8] = []
    for i in rows {
      for j in 0..<block.columns { text += Array("\(block[i, j])".utf8) + [j + 1 < block.columns ? 44 : 10] }
    }
    return text
  }
}
