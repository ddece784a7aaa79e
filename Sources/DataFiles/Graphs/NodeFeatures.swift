import LinearAlgebra

/// Features of nodes: a table of numbers, or SciPy's sparse .npz, which is filled out.
public enum NodeFeatures {
  /// One row for each node. Memory: 8 bytes rows x columns. Throws `DataFileError`.
  public static func read(_ path: String) throws -> DataTable {
    guard SparseFile.isSciPy(path) else { return try DataFile.read(path) }
    let table = try SparseFile.read(path)
    guard table.rows > 0, table.columns > 0 else {
      throw DataFileError(
        file: path, problem: "a matrix of \(table.rows) x \(table.columns) holds no features",
        remedy: "Check that the right file was written")
    }
    var values = Matrix(rows: table.rows, columns: table.columns)
    for i in 0..<table.rows {
      for k in table.offsets[i]..<table.offsets[i + 1] { values[i, table.indices[k]] += table.values[k] }
    }
    return DataTable(values: values, columnNames: nil, source: path, warnings: [])
  }
}
