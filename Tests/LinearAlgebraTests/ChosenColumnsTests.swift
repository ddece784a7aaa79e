import LinearAlgebra
import Randomness
import Testing

@Suite struct ChosenColumnsTests {
  /// By either way of reading, what choosing from the whole matrix gives.
  @Test(arguments: [[0, 2, 3], [4], [0, 1, 2, 3, 4]])
  func choosing(_ chosen: [Int]) throws {
    var stream = RandomStream(seed: 71)
    let x = stream.normalMatrix(rows: 23, columns: 5)
    let rows = ChosenColumns(x, chosen)
    var (whole, scratch) = ([Double](), [Double]())
    try rows.forEachBlock(ofRows: 4) { _, block in whole += block.storage }
    try rows.forEachScratchBlock(ofRows: 4) { _, block in scratch += block }
    #expect(try rows.columns == chosen.count && rows.countRows() == 23)
    #expect(whole == x.columns(at: chosen).storage && scratch == whole)
    #expect(ChosenColumns(x).chosen == [0, 1, 2, 3, 4])
    #expect(try RowMoments(reading: rows) == RowMoments(reading: x.columns(at: chosen)))
  }

  /// An entry is named by where it stands in the file.
  @Test func errorsNameTheBase() throws {
    var x = Matrix(rows: 9, columns: 4)
    x[7, 3] = .infinity
    #expect(throws: LinearAlgebraError.nonFinite(row: 7, column: 3, value: .infinity)) {
      try RowMoments(reading: ChosenColumns(x, [0, 3]))
    }
  }
}
