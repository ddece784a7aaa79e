import LinearAlgebra

/// Edges read from a file: pairs of nodes by number, or by name.
public struct EdgeList: Sendable, Equatable {
  public let source: String
  /// Ends of each edge: numbers from 0, or positions in `names`.
  public let from: [Int32]
  public let to: [Int32]
  /// What the file calls its nodes; nil where it numbers them from 0.
  public let names: [String]?
  /// Number of nodes where the file says it (square sparse matrices).
  public let nodes: Int?
  /// Some edge has a weight that is not 1.
  public let isWeighted: Bool

  public var count: Int { from.count }
}

/// Reads edges: text of two (or three) columns with numbers or names, SciPy's .npz, MatrixMarket, edge_index .npy (2 x E or E x 2).
public enum EdgeFile {
  /// Recognized by content. Throws `DataFileError`.
  public static func read(_ path: String) throws -> EdgeList {
    let file = try FileBytes(path: path)
    if file.starts(with: NPYHeader.magic) { return try pairs(DataFile.read(path).values, path) }
    if MatrixMarket.isPlausible(file) { return try square(MatrixMarket.read(file), path) }
    if file.starts(with: [0x50, 0x4B]) {
      if SparseFile.isSciPy(path) { return try square(SparseFile.read(path), path) }
      return try pairs(DataFile.read(path).values, path)
    }
    return try text(SparseFile.read(path), path)
  }

  /// PyG's edge_index: two rows, or two columns.
  private static func pairs(_ matrix: Matrix, _ path: String) throws -> EdgeList {
    let isWide = matrix.rows == 2
    guard isWide || matrix.columns == 2 || matrix.columns == 3 else {
      throw DataFileError(
        file: path, problem: "\(matrix.rows) x \(matrix.columns) numbers are no list of edges",
        remedy: "Give 2 x E node numbers (edge_index), or E x 2")
    }
    let count = isWide ? matrix.columns : matrix.rows
    func node(_ edge: Int, _ end: Int) throws -> Int32 {
      let (row, column) = isWide ? (end, edge) : (edge, end)
      guard let number = Int32(exactly: matrix[row, column]), number >= 0 else {
        throw DataFileError(
          file: path, row: row + 1, column: "\(column + 1)", value: "\(matrix[row, column])",
          problem: "this is no node number", remedy: "Number the nodes 0, 1, 2, ...")
      }
      return number
    }
    return EdgeList(
      source: path, from: try (0..<count).map { try node($0, 0) }, to: try (0..<count).map { try node($0, 1) },
      names: nil, nodes: nil,
      isWeighted: !isWide && matrix.columns == 3 && (0..<count).contains { matrix[$0, 2] != 1 })
  }

  /// A sparse adjacency matrix; stored zeros are no edges.
  private static func square(_ table: SparseTable, _ path: String) throws -> EdgeList {
    guard table.rows == table.columns else {
      throw DataFileError(
        file: path, problem: "a matrix of \(table.rows) x \(table.columns) is no adjacency of a graph",
        remedy: "Give a square one, a row and a column for each node")
    }
    var (from, to) = ([Int32](), [Int32]())
    for i in 0..<table.rows {
      for k in table.offsets[i]..<table.offsets[i + 1] where table.values[k] != 0 {
        from.append(Int32(i))
        to.append(Int32(table.indices[k]))
      }
    }
    return EdgeList(
      source: path, from: from, to: to, names: nil, nodes: table.rows,
      isWeighted: table.values.contains { $0 != 0 && $0 != 1 })
  }

  private static let headings: Set<String> = [
    "source", "target", "from", "to", "src", "dst", "node1", "node2", "node_1", "node_2", "head", "tail", "u", "v", "i",
    "j",
    "id1", "id2", "id_1", "id_2", "start", "end",
  ]

  /// Names of both columns together, numbered in order of first appearance.
  private static func text(_ table: SparseTable, _ path: String) throws -> EdgeList {
    guard let rows = table.rowNames, let columns = table.columnNames else { return try square(table, path) }
    var numbers: [String: Int32] = [:]
    var names: [String] = []
    func number(_ name: String) -> Int32 {
      if let known = numbers[name] { return known }
      let new = Int32(names.count)
      numbers[name] = new
      names.append(name)
      return new
    }
    // A heading over names looks like one more edge, whose words appear nowhere else.
    let isHeading =
      rows.count > 1 && headings.contains(rows[0].lowercased()) && headings.contains(columns[0].lowercased())
      && table.offsets[1] == 1 && table.indices[0] == 0
      && !table.indices.dropFirst().contains(0)
    let ends = (isHeading ? 1 : 0)..<rows.count
    let rowNumbers = ends.map { number(rows[$0]) }
    let columnNumbers = columns.indices.map { isHeading && $0 == 0 ? 0 : number(columns[$0]) }
    var (from, to) = ([Int32](), [Int32]())
    for (position, i) in ends.enumerated() {
      for k in table.offsets[i]..<table.offsets[i + 1] {
        from.append(rowNumbers[position])
        to.append(columnNumbers[table.indices[k]])
      }
    }
    return EdgeList(
      source: path, from: from, to: to, names: names, nodes: nil, isWeighted: table.values.contains { $0 != 1 })
  }
}
