/// What files say of each node: its name, its label, its group.
public enum NodeFile {
  /// Names, one a line; more columns are ignored. Throws `DataFileError` for two nodes of one name.
  public static func names(_ path: String) throws -> [String] {
    var lines = TextLines(try FileBytes(path: path))
    var names: [String] = []
    var seen: [String: Int] = [:]
    while let line = lines.next() {
      let cell = TextLines.cells(line, delimiter: TextLines.delimiter(of: line)).first ?? ""
      if cell.isEmpty { continue }
      if let before = seen.updateValue(lines.number, forKey: cell) {
        throw DataFileError(
          file: path, row: lines.number, value: cell, problem: "line \(before) has the same name",
          remedy: "Give every node a name of its own")
      }
      names.append(cell)
    }
    return names
  }

  /// A label for each of `count` nodes, nil where it is blank: one column in the order of the nodes, or node and label (further
  /// columns are ignored; nodes that are not listed have none). Arrays: NaN and negative numbers are blank.
  /// - Parameter names: of the nodes, where the first column has names.
  /// Throws `DataFileError`.
  public static func labels(_ path: String, count: Int, names: [String]?) throws -> [String?] {
    let file = try FileBytes(path: path)
    if file.starts(with: NPYHeader.magic) || file.starts(with: [0x50, 0x4B]) {
      let values = try DataSource(path).array().matrix()
      guard values.columns == 1 || values.rows == 1, values.storage.count == count else {
        throw wrongCount(path, values.rows, count)
      }
      return values.storage.map { value in
        value.isNaN || value < 0 ? nil : Int(exactly: value).map { "\($0)" } ?? "\(value)"
      }
    }
    let records = try rows(file)
    if records.allSatisfy({ $0.cells.count == 1 }) {
      guard records.count == count else { throw wrongCount(path, records.count, count) }
      return records.map { isBlank($0.cells[0]) ? nil : $0.cells[0] }
    }
    let numbers = names.map { names in
      Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    }
    var result = [String?](repeating: nil, count: count)
    var seen = [Int](repeating: 0, count: count)
    for (row, cells) in records {
      let known = numbers.map { $0[cells[0]] } ?? Int(cells[0])
      guard let node = known, node >= 0, node < count else {
        throw DataFileError(
          file: path, row: row, column: "1", value: cells[0], problem: "there is no such node",
          remedy: numbers == nil ? "Nodes are numbered from 0 to \(count - 1)" : "Give a name from the file of nodes")
      }
      if seen[node] > 0 {
        throw DataFileError(
          file: path, row: row, column: "1", value: cells[0], problem: "row \(seen[node]) is of the same node",
          remedy: "Give every node one label")
      }
      seen[node] = row
      if cells.count > 1, !isBlank(cells[1]) { result[node] = cells[1] }
    }
    return result
  }

  private static func isBlank(_ cell: String) -> Bool {
    ["", "NA", "NaN", "nan", "null", "None", "?"].contains(cell)
  }

  /// Records of text without the heading, with their line numbers. A single column keeps blank lines: they are blank labels.
  private static func rows(_ file: FileBytes) throws -> [(row: Int, cells: [String])] {
    var lines = TextLines(file)
    var texts: [(row: Int, line: String)] = []
    while let line = lines.next() { texts.append((lines.number, line)) }
    guard let first = texts.first else {
      throw DataFileError(file: file.name, problem: "it is empty", remedy: "Write node,label in every line")
    }
    let delimiter = TextLines.delimiter(of: first.line)
    var records = texts.map { (row: $0.row, cells: TextLines.cells($0.line, delimiter: delimiter)) }
    let isWide = records[0].cells.count > 1
    if isWide { records.removeAll { $0.cells.allSatisfy(\.isEmpty) } }
    let usual: Set<String> = [
      "node", "id", "name", "label", "labels", "class", "classes", "y", "target", "group", "community", "species",
      "subject",
    ]
    guard let heading = records.first?.cells else { return [] }
    let isNumberBelow = records.count > 1 && Int(records[1].cells.first ?? "") != nil
    if usual.contains(heading[0].lowercased()) || isWide && Int(heading[0]) == nil && isNumberBelow {
      records.removeFirst()
    }
    return records.map { ($0.row, $0.cells.isEmpty ? [""] : $0.cells) }
  }

  private static func wrongCount(_ path: String, _ given: Int, _ count: Int) -> DataFileError {
    DataFileError(
      file: path, problem: "\(given) labels for \(count) nodes",
      remedy: "Give one for each node in their order (blank where unknown), or node,label in every line")
  }
}
