import LinearAlgebra

/// What `scipy.sparse.save_npz` writes.
enum SciPyFile {
  static func read(_ file: FileBytes) throws -> SparseTable {
    let shape = try integers(file, "shape")
    guard shape.count == 2, shape.allSatisfy({ $0 >= 0 && $0 <= Int(Int32.max) }) else {
      throw broken(file, "shape", "its shape is not two sizes")
    }
    let (rows, columns) = (shape[0], shape[1])
    let values = try NPZ.part(file, "data").matrix().storage
    if let position = values.firstIndex(where: { !$0.isFinite }) {
      throw DataFileError(
        file: file.name, row: position + 1, column: "data", value: "\(values[position])",
        problem: "this is not a finite number", remedy: "Remove the entry")
    }
    switch try NPZ.text(file, "format") {
    case "csr":
      let (offsets, indices) = try compressed(file, outer: rows, inner: columns, count: values.count)
      return SparseTable(
        rows: rows, columns: columns, offsets: offsets, indices: indices, values: values, rowNames: nil,
        columnNames: nil)
    case "csc":
      let (offsets, indices) = try compressed(file, outer: columns, inner: rows, count: values.count)
      let outer = (0..<columns).flatMap { j in [Int](repeating: j, count: offsets[j + 1] - offsets[j]) }
      return SparseFile.compressed(rows: rows, columns: columns, indices, outer, values, names: nil)
    case "coo":
      let (row, column) = (try integers(file, "row"), try integers(file, "col"))
      guard row.count == values.count, column.count == values.count else {
        throw broken(file, "row", "\(row.count) rows, \(column.count) columns and \(values.count) values do not match")
      }
      try check(file, "row", row, below: rows)
      try check(file, "col", column, below: columns)
      return SparseFile.compressed(rows: rows, columns: columns, row, column, values, names: nil)
    case let format:
      throw DataFileError(
        file: file.name, column: "format", value: format, problem: "this sparse format is not read",
        remedy: "Convert it: scipy.sparse.save_npz(path, matrix.tocsr())")
    }
  }

  private static func compressed(
    _ file: FileBytes, outer: Int, inner: Int, count: Int
  ) throws -> (offsets: [Int], indices: [Int]) {
    let (offsets, indices) = (try integers(file, "indptr"), try integers(file, "indices"))
    guard offsets.count == outer + 1, offsets.first == 0, offsets.last == indices.count, indices.count == count else {
      throw broken(
        file, "indptr", "its parts do not fit: \(offsets.count) offsets, \(indices.count) indices, \(count) values")
    }
    for (position, pair) in zip(offsets, offsets.dropFirst()).enumerated() where pair.1 < pair.0 {
      throw broken(file, "indptr", "offsets fall from \(pair.0) to \(pair.1) at position \(position + 2)")
    }
    try check(file, "indices", indices, below: inner)
    return (offsets, indices)
  }

  private static func check(_ file: FileBytes, _ name: String, _ values: [Int], below limit: Int) throws {
    guard let position = values.firstIndex(where: { $0 < 0 || $0 >= limit }) else { return }
    throw broken(file, name, "entry \(position + 1) is \(values[position]), outside 0 to \(limit - 1)")
  }

  private static func integers(_ file: FileBytes, _ name: String) throws -> [Int] {
    guard try NPZ.names(file).contains(name) else { throw broken(file, name, "there is no array '\(name)'") }
    return try NPZ.part(file, name).matrix().storage.map { value in
      guard let whole = Int(exactly: value) else { throw broken(file, name, "\(value) is not a whole number") }
      return whole
    }
  }

  private static func broken(_ file: FileBytes, _ name: String, _ problem: String) -> DataFileError {
    DataFileError(
      file: file.name, column: name, problem: problem, remedy: "Save it again with scipy.sparse.save_npz(path, matrix)")
  }
}
