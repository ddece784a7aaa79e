import Foundation
import LinearAlgebra

/// Writes rows block by block, for tables larger than memory.
public enum RowFile {
  /// What it can be: the ending of the file's name says which.
  public enum Format: String, Sendable, CaseIterable {
    /// Comma-separated, every number with as many digits as make it unique.
    case csv
    /// The same, separated by tabs.
    case tsv
    case npy
    /// One array, `X`. Needs its room on the disk twice for a while.
    case npz

    /// nil for other endings.
    public init?(path: String) {
      guard let format = Self.allCases.first(where: { path.hasSuffix("." + $0.rawValue) }) else { return nil }
      self = format
    }

    /// Between the cells of text; nil for arrays.
    var delimiter: UInt8? {
      switch self {
      case .csv: UInt8(ascii: ",")
      case .tsv: UInt8(ascii: "\t")
      case .npy, .npz: nil
      }
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
    case .csv, .tsv: try AtomicFile.write(path) { try text(names, format.delimiter ?? 44, to: $0, produce) }
    }
  }

  private static func text(
    _ names: [String]?, _ delimiter: UInt8, to path: String,
    _ produce: (_ append: (Matrix) throws -> Void) throws -> Void
  ) throws {
    try withBytes(path) { append in
      if let names {
        try append(
          Array(names.map { quoted(Array($0.utf8), delimiter: delimiter) }.joined(separator: [delimiter])) + [10])
      }
      try withoutActuallyEscaping(append) { append in
        try produce { block in
          let size = max(1, 10_000 / max(1, block.columns))
          let pieces = Parallel.map(count: (block.rows + size - 1) / size) { piece in
            Self.lines(block, piece * size..<min((piece + 1) * size, block.rows), delimiter)
          }
          for piece in pieces { try append(piece) }
        }
      }
    }
  }

  /// A new file at `path`, to which `produce` appends bytes.
  static func withBytes(_ path: String, _ produce: (_ append: ([UInt8]) throws -> Void) throws -> Void) throws {
    let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
    guard descriptor >= 0 else { throw DataFileError.cannotWrite(path, errno) }
    defer { close(descriptor) }
    try produce { bytes in try bytes.withUnsafeBytes { try AtomicFile.append($0, to: descriptor, path) } }
  }

  private static func lines(_ block: Matrix, _ rows: Range<Int>, _ delimiter: UInt8) -> [UInt8] {
    var text: [UInt8] = []
    for i in rows {
      for j in 0..<block.columns { text += Array("\(block[i, j])".utf8) + [j + 1 < block.columns ? delimiter : 10] }
    }
    return text
  }

  /// A cell in quotes where it needs them to be read as it is.
  static func quoted(_ cell: [UInt8], delimiter: UInt8) -> [UInt8] {
    let isPlain = !cell.contains { $0 == delimiter || $0 == 34 || $0 == 10 || $0 == 13 }
    if isPlain && cell.first != 32 && cell.last != 32 { return cell }
    return [34] + cell.flatMap { $0 == 34 ? [34, 34] : [$0] } + [34]
  }
}
