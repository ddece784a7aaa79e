import LinearAlgebra
import TestSupport
import Testing

/// Views of rows are the rows that a matrix gives, whatever the size of the blocks.
@Suite struct RowViewsTests {
  private static let matrix = Matrix(rows: 103, columns: 5, storage: (0..<515).map { Double(($0 * 7919) % 1009) })
  private static let lower = Matrix(rows: 9, columns: 5, storage: (0..<45).map { -Double($0) })
  private static let sizes = [1, 2, 7, 50, 103, 1000]

  private func check(_ view: any RowSource, is expected: Matrix) throws {
    #expect(view.columns == expected.columns)
    #expect(try view.countRows() == expected.rows)
    #expect(try view.matrix() == expected)
    for size in Self.sizes {
      var (blocks, scratch): ([Double], [Double]) = ([], [])
      try view.forEachBlock(ofRows: size) { first, block in
        #expect(first * expected.columns == blocks.count && (block.rows == size || first + block.rows == expected.rows))
        blocks += block.storage
      }
      try view.forEachScratchBlock(ofRows: size) { first, rows in
        #expect(first * expected.columns == scratch.count && rows.count <= size * expected.columns)
        scratch += rows
        for index in rows.indices { rows[index] = .nan }
      }
      #expect(blocks == expected.storage && scratch == expected.storage)
    }
    let indices = [expected.rows - 1, 0, 3, 3]
    #expect(try view.rows(at: indices) == expected.rows(at: indices))
    #expect(try view.collected(at: indices) == expected.rows(at: indices))
  }

  @Test(arguments: [Array(0..<103), [0, 1, 2, 50, 101, 102], Array(stride(from: 3, to: 103, by: 4)), [4, 5, 6, 7]])
  func selections(_ indices: [Int]) throws {
    try check(RowSelection(Self.matrix, at: indices), is: Self.matrix.rows(at: indices))
  }

  @Test func stacks() throws {
    let all = Self.matrix.stacked(above: Self.lower)
    try check(StackedRows(Self.matrix, above: Self.lower), is: all)
    try check(StackedRows(Self.lower, above: Self.matrix), is: Self.lower.stacked(above: Self.matrix))
    try check(StackedRows(Self.matrix.rows(0..<0), above: Self.lower), is: Self.lower)
    // Of each other.
    let view = StackedRows(Self.matrix, above: Self.lower).choosing([4, 1])
    try check(
      RowSelection(view, at: [2, 90, 102, 103, 110]), is: all.columns(at: [4, 1]).rows(at: [2, 90, 102, 103, 110]))
  }

  @Test func columnsInAnotherOrder() throws {
    try check(Self.matrix.choosing([3, 0, 4]), is: Self.matrix.columns(at: [3, 0, 4]))
    try check(Self.matrix.choosing([4, 3, 2, 1, 0]), is: Self.matrix.columns(at: [4, 3, 2, 1, 0]))
  }

  /// The row that is named is the view's own.
  @Test func unsoundEntriesAreNamed() throws {
    var broken = Self.matrix
    broken[90, 2] = .nan
    func place(_ view: any RowSource, _ size: Int) -> (Int, Int)? {
      do {
        try view.forEachScratchBlock(ofRows: size) { first, rows in
          guard let index = rows.firstIndex(where: { !$0.isFinite }) else { return }
          throw LinearAlgebraError.nonFinite(
            row: first + index / view.columns, column: index % view.columns, value: rows[index])
        }
      } catch LinearAlgebraError.nonFinite(let row, let column, _) {
        return (row, column)
      } catch {}
      return nil
    }
    for size in Self.sizes {
      #expect(place(RowSelection(broken, at: [1, 5, 80, 90, 95]), size)! == (3, 2))
      #expect(place(StackedRows(Self.lower, above: broken), size)! == (99, 2))
      #expect(place(StackedRows(broken, above: Self.lower), size)! == (90, 2))
      #expect(place(RowSelection(broken, at: [1, 5, 91]), size) == nil)
    }
  }

  /// Beyond the first block of a pass the row is counted once, whoever finds the entry; the source may know it by another name.
  @Test func rowsAreCountedFromThePassesFirst() throws {
    var broken = Matrix(rows: 70_000, columns: 64)
    broken[69_000, 5] = .infinity
    let expected = LinearAlgebraError.nonFinite(row: 69_000, column: 5, value: .infinity)
    let source = Named(matrix: broken)
    #expect(source.passRows < 69_000)
    for rows in [broken, RowsInBlocks(broken)] as [any RowSource] {
      #expect(throws: expected) { try RowMoments(reading: rows) }
      #expect(throws: expected) { try RowMoments.ofParts(rows, count: 2) { UInt32($0 % 2 + 1) } }
    }
    #expect(throws: Named.Entry(row: 69_000, column: 5)) { try RowMoments(reading: source) }
    #expect(throws: Named.Entry(row: 69_000, column: 5)) { try RowMoments.ofParts(source, count: 2) { _ in 1 } }
    let view = RowSelection(source, at: [3, 60_000, 69_000]).choosing([7, 5])
    #expect(throws: Named.Entry(row: 69_000, column: 5)) { try RowMoments(reading: view) }
    let stack = StackedRows(broken.rows(0..<10), above: source)
    #expect(throws: Named.Entry(row: 69_000, column: 5)) { try RowMoments(reading: stack) }
    #expect(try RowMoments(reading: RowSelection(source, at: [3, 60_000])).count == 2)
  }

  /// Rows with words of their own for an entry.
  private struct Named: RowSource {
    struct Entry: Error, Equatable {
      let row: Int
      let column: Int
    }
    let matrix: Matrix
    var columns: Int { matrix.columns }
    func pass(ofRows size: Int, _ use: RowBlock.Use, _ body: (RowBlock) throws -> Void) throws {
      try matrix.pass(ofRows: size, .scratch, body)
    }
    func unsound(row: Int, column: Int, value: Double) -> (any Error)? { Entry(row: row, column: column) }
  }
}
