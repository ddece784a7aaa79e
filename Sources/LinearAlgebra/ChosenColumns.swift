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

  public func forEachBlock(ofRows size: Int, _ body: (_ first: Int, _ block: Matrix) throws -> Void) throws {
    try base.forEachBlock(ofRows: size) { try body($0, isEverything ? $1 : $1.columns(at: chosen)) }
  }

  /// Entries are moved together where they lie.
  public func forEachScratchBlock(
    ofRows size: Int, _ body: (_ first: Int, _ rows: UnsafeMutableBufferPointer<Double>) throws -> Void
  ) throws {
    if isEverything { return try base.forEachScratchBlock(ofRows: size, body) }
    let (wide, narrow) = (base.columns, columns)
    var row = [Double](repeating: 0, count: wide)
    try base.forEachScratchBlock(ofRows: size) { first, rows in
      let count = rows.count / wide
      for i in 0..<count {
        for j in 0..<wide { row[j] = rows[i * wide + j] }
        for (position, j) in chosen.enumerated() { rows[i * narrow + position] = row[j] }
      }
      do {
        try body(first, UnsafeMutableBufferPointer(rebasing: rows[..<(count * narrow)]))
      } catch LinearAlgebraError.nonFinite(let row, let column, let value) {
        throw LinearAlgebraError.nonFinite(row: row, column: chosen[column], value: value)
      }
    }
  }

  public func rows(at indices: [Int]) throws -> Matrix { try base.rows(at: indices).columns(at: chosen) }
}

extension RowSource {
  /// Some columns, in an order of their own.
  public func choosing(_ columns: [Int]) -> any RowSource { ChosenColumns(self, columns) }
}
