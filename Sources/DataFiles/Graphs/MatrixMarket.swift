/// MatrixMarket's coordinate format (.mtx): real, integer or pattern entries; general, symmetric or skew-symmetric.
enum MatrixMarket {
  private static let banner = Array("%%MatrixMarket".utf8)

  static func isPlausible(_ file: FileBytes) -> Bool { file.starts(with: banner) }

  static func read(_ file: FileBytes) throws -> SparseTable {
    var lines = TextLines(file)
    guard let first = lines.next() else { throw broken(file, 1, "", "the banner is missing") }
    let words = first.lowercased().split(separator: " ").map(String.init)
    guard words.count == 5, words[1] == "matrix", words[2] == "coordinate",
      ["real", "integer", "pattern"].contains(words[3]),
      ["general", "symmetric", "skew-symmetric"].contains(words[4])
    else {
      throw DataFileError(
        file: file.name, row: 1, value: first, problem: "this kind of MatrixMarket file is not read",
        remedy: "Write a coordinate matrix, real, integer or pattern: scipy.io.mmwrite(path, matrix.tocoo())")
    }
    let hasValues = words[3] != "pattern"
    var sizes: [Int]?
    var (row, column, value) = ([Int](), [Int](), [Double]())
    while let line = lines.next() {
      let cells = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
      if cells.isEmpty || line.hasPrefix("%") { continue }
      guard let known = sizes else {
        let numbers = cells.compactMap { Int($0) }
        guard cells.count == 3, numbers.count == 3, numbers.allSatisfy({ $0 >= 0 && $0 <= Int(Int32.max) / 2 }) else {
          throw broken(file, lines.number, line, "rows, columns and entries are expected here")
        }
        sizes = numbers
        continue
      }
      guard cells.count == (hasValues ? 3 : 2), let i = Int(cells[0]), let j = Int(cells[1]),
        (1...max(known[0], 1)).contains(i),
        (1...max(known[1], 1)).contains(j), let number = hasValues ? Double(cells[2]) : 1, number.isFinite
      else { throw broken(file, lines.number, line, "this is no entry of a \(known[0]) x \(known[1]) matrix") }
      row.append(i - 1)
      column.append(j - 1)
      value.append(number)
      if words[4] != "general", i != j {
        row.append(j - 1)
        column.append(i - 1)
        value.append(words[4] == "symmetric" ? number : -number)
      }
    }
    guard let sizes else { throw broken(file, lines.number, "", "the sizes are missing") }
    let given = words[4] == "general" ? row.count : row.count - zip(row, column).count { $0 < $1 }
    if words[4] == "general", given != sizes[2] {
      throw broken(file, lines.number, "", "\(sizes[2]) entries are announced, \(given) given")
    }
    return SparseFile.compressed(rows: sizes[0], columns: sizes[1], row, column, value, names: nil)
  }

  private static func broken(_ file: FileBytes, _ row: Int, _ value: String, _ problem: String) -> DataFileError {
    DataFileError(
      file: file.name, row: row, value: value.isEmpty ? nil : value, problem: problem,
      remedy: "Save it again with scipy.io.mmwrite(path, matrix)")
  }
}
