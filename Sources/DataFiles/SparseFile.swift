import Foundation
import LinearAlgebra

/// A sparse matrix read from a file: rows compressed, with the names that rows and columns had there.
public struct SparseTable: Sendable, Equatable {
  public let rows: Int
  public let columns: Int
  /// Row i holds positions offsets[i]..<offsets[i + 1] of `indices` (columns) and `values`.
  public internal(set) var offsets: [Int]
  public internal(set) var indices: [Int]
  public internal(set) var values: [Double]
  /// In order of first appearance; absent in formats that only have numbers.
  public let rowNames: [String]?
  public let columnNames: [String]?
  /// What was decided while reading.
  public internal(set) var warnings: [DataFileWarning] = []
}

/// Reads sparse matrices: text of user, item[, value] and SciPy's .npz (CSR, CSC, COO).
public enum SparseFile {
  /// Recognized by content. Nothing dense is ever formed. Throws `DataFileError`.
  public static func read(_ path: String) throws -> SparseTable { try read(FileBytes(path: path)) }

  /// The same from bytes in memory.
  package static func read(_ packed: FileBytes) throws -> SparseTable {
    let file = try packed.unpacked()
    if file.starts(with: [0x50, 0x4B]) { return try SciPyFile.read(file) }
    if file.starts(with: NPYHeader.magic) || Safetensors.isPlausible(file) {
      throw DataFileError(
        file: file.name, problem: "it holds a dense array",
        remedy: "Give text of user,item[,value] or scipy.sparse.save_npz's file")
    }
    try ForeignFormat.refuse(file)
    return try PairText(file).read()
  }

  /// Whether the file can only be a sparse matrix: a .npz with SciPy's members.
  public static func isSciPy(_ path: String) -> Bool {
    guard FileBytes.isRegular(path), let file = try? FileBytes(path: path), file.starts(with: [0x50, 0x4B]),
      let names = try? NPZ.names(file)
    else {
      return false
    }
    return names.contains("format") && names.contains("shape") && names.contains("data")
  }

  /// Compresses (row, column, value) lists of equal length, in their order within each row.
  static func compressed(
    rows: Int, columns: Int, _ row: [Int], _ column: [Int], _ value: [Double], names: (row: [String], column: [String])?
  ) -> SparseTable {
    var offsets = [Int](repeating: 0, count: rows + 1)
    for i in row { offsets[i + 1] += 1 }
    for i in 0..<rows { offsets[i + 1] += offsets[i] }
    var next = offsets
    var indices = [Int](repeating: 0, count: row.count)
    var values = [Double](repeating: 0, count: row.count)
    for k in row.indices {
      indices[next[row[k]]] = column[k]
      values[next[row[k]]] = value[k]
      next[row[k]] += 1
    }
    return SparseTable(
      rows: rows, columns: columns, offsets: offsets, indices: indices, values: values, rowNames: names?.row,
      columnNames: names?.column)
  }
}
