import LinearAlgebra

extension DataFile {
  /// All columns, missing cells as NaN. Throws `DataFileError` for infinite numbers and for cells that are text.
  public static func readWithMissing(_ path: String) throws -> DataTable {
    let source = try DataSource(path)
    let text = source.text
    let columns = text?.columns() ?? []
    let matrix =
      if let text { try text.read(.init(columns: columns, policy: .keepMissing), in: text.body).values } else {
        try source.array().matrix()
      }
    guard matrix.rows > 0 else { throw DataFileError.noRows(path) }
    if let index = matrix.storage.firstIndex(where: \.isInfinite) {
      throw DataFileError.notFinite(
        path, row: index / matrix.columns + 1, column: index % matrix.columns + 1, value: matrix.storage[index])
    }
    return DataTable(
      values: matrix, columnNames: text?.names.map { names in columns.map { names[$0] } }, source: path,
      warnings: text?.warnings ?? [])
  }
}
