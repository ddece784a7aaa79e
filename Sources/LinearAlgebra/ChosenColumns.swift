/// Some columns of rows that come in blocks.
public struct ChosenColumns<Base: RowSource>: RowSource {
  public let base: Base
  /// Positions in the base, none twice.
  public let chosen: [Int]
  private let isEverything: Bool

  /// All columns where none are named.
  public init(_ base: Base, _ chosen: [Int]? = nil) {
    let all = Array(0..<base.columns)
    self.base = base
    self.chosen = chosen ?? all
    isEverything = self.chosen == all
    precondition(
      Set(self.chosen).count == self.chosen.count && self.chosen.allSatisfy(all.indices.contains),
      "columns \(self.chosen) of \(base.columns)")
  }

  public var columns: Int { chosen.count }

  public func countRows() throws -> Int { try base.countRows() }

  /// By its column in the base.
  public func unsound(row: Int, column: Int, value: Double) -> (any Error)? {
    base.unsound(row: row, column: chosen[column], value: value)
      ?? LinearAlgebraError.nonFinite(row: row, column: chosen[column], value: value)
  }

  /// Scratch entries are moved together where they lie.
  public func pass(ofRows size: Int, _ use: RowBlock.Use, _ body: (RowBlock) throws -> Void) throws {
    if isEverything { return try base.pass(ofRows: size, use, body) }
    if use == .reading {
      return try base.pass(ofRows: size, use) { try RowBlock.lending(gathered($0), first: $0.first, to: body) }
    }
    var row = [Double](repeating: 0, count: base.columns)
    try base.pass(ofRows: size, .scratch) { block in
      let (wide, narrow, count) = (base.columns, columns, block.rows)
      for i in 0..<count {
        for j in 0..<wide { row[j] = block.entries[i * wide + j] }
        for (position, j) in chosen.enumerated() { block.entries[i * narrow + position] = row[j] }
      }
      let kept = UnsafeMutableBufferPointer(rebasing: block.entries[..<(count * narrow)])
      try body(RowBlock(first: block.first, columns: narrow, entries: kept))
    }
  }

  private func gathered(_ block: RowBlock) -> Matrix {
    let (wide, narrow) = (base.columns, columns)
    var result = Matrix(rows: block.rows, columns: narrow)
    result.storage.withUnsafeMutableBufferPointer { target in
      for i in 0..<block.rows {
        for (position, j) in chosen.enumerated() { target[i * narrow + position] = block.entries[i * wide + j] }
      }
    }
    return result
  }

  public func rows(at indices: [Int]) throws -> Matrix { try base.rows(at: indices).columns(at: chosen) }
}

extension RowSource {
  /// Some columns, in an order of their own.
  public func choosing(_ columns: [Int]) -> any RowSource { ChosenColumns(self, columns) }
}
