import LinearAlgebra
import TestSupport
import Testing

@Suite(.serialized) struct GramAccumulatorTests {
  /// Two passes, mean first, every sum compensated (Neumaier): errors of a few roundoffs whatever the number of rows.
  private func twoPass(_ x: Matrix) -> RowMoments {
    func sum(_ term: (Int) -> Double) -> Double {
      var (total, lost) = (0.0, 0.0)
      for i in 0..<x.rows {
        let value = term(i)
        let next = total + value
        lost += abs(total) >= abs(value) ? (total - next) + value : (value - next) + total
        total = next
      }
      return total + lost
    }
    let size = Double(x.rows)
    let mean = (0..<x.columns).map { j in sum { x[$0, j] } / size }
    var covariance = Matrix(rows: x.columns, columns: x.columns)
    for j in 0..<x.columns {
      for k in 0..<x.columns { covariance[j, k] = sum { (x[$0, j] - mean[j]) * (x[$0, k] - mean[k]) } / size }
    }
    return RowMoments(count: x.rows, mean: mean, covariance: covariance)
  }

  private func moments(_ x: Matrix, blocks: [Int], threads: Int = 2) -> RowMoments {
    let before = Parallel.threads
    defer { Parallel.threads = before }
    Parallel.threads = threads
    var accumulator = GramAccumulator(columns: x.columns)
    var (first, turn) = (0, 0)
    while first < x.rows {
      let take = min(blocks[turn % blocks.count], x.rows - first)
      accumulator.add(x.rows(first..<first + take))
      (first, turn) = (first + take, turn + 1)
    }
    return accumulator.moments()
  }

  static let panel = GramAccumulator.panelRows

  @Test(arguments: [
    (1, 3), (2, 1), (1000, 5), (panel, 4), (panel + 1, 4), (20 * panel + 17, 3), (3000, 300), (66 * 16 * panel, 2),
  ])
  func agreesWithTwoPasses(_ rows: Int, _ columns: Int) {
    let x = Oracle.random(rows, columns)
    let found = RowMoments(rows: x)
    #expect(found.count == rows)
    let (few, many) = (x.columns(0..<min(columns, 6)), min(columns, 6))
    let expected = twoPass(few)
    #expect(zip(found.mean, expected.mean).allSatisfy { abs($0 - $1) < 1e-14 })
    let corner = found.covariance.rows(0..<many).columns(0..<many)
    #expect((corner - expected.covariance).largestMagnitude < 1e-13)
    #expect(found.covariance == found.covariance.transposed())
    // Control: division by rows - 1 instead of rows is seen.
    let sample = (Double(rows) / max(Double(rows) - 1, 1)) * expected.covariance
    if rows > 1 { #expect((corner - sample).largestMagnitude > 1e-13) }
  }

  /// Three widths, one for each number of lanes; to the bit.
  @Test(arguments: [(40_000, 3), (9000, 300), (2500, 1100)]) func blocksAndThreadsDoNotMatter(
    _ rows: Int, _ columns: Int
  ) {
    let x = Oracle.random(rows, columns)
    let expected = RowMoments(rows: x)
    let panel = Self.panel
    for blocks in [[rows], [panel], [panel - 1], [7, 1, 2000], [17 * panel + 3]] {
      for threads in [1, 2, 5] { #expect(moments(x, blocks: blocks, threads: threads) == expected) }
    }
    #expect(RowMoments(rows: x.rows(0..<rows - 1)) != expected)
  }

  /// Blocks multiplied where they lie are blocks copied first; to the bit, whatever their size.
  @Test(arguments: [(40_000, 3), (9000, 300), (2500, 1100)]) func scratchIsTheSame(_ rows: Int, _ columns: Int) throws {
    let x = Oracle.random(rows, columns)
    let before = Parallel.threads
    defer { Parallel.threads = before }
    let expected = RowMoments(rows: x)
    for threads in [1, 2, 5] {
      Parallel.threads = threads
      #expect(try RowMoments(reading: x) == expected)
      for size in [GramAccumulator(columns: columns).blockRows, 1000, 4 * Self.panel + 3] {
        var accumulator = GramAccumulator(columns: columns)
        try x.forEachScratchBlock(ofRows: size) { _, rows in try accumulator.add(scratch: rows) }
        #expect(accumulator.finish() == expected)
      }
    }
    #expect(try RowMoments(reading: x.rows(0..<rows - 1)) != expected)
  }

  /// Rows in memory, and the same rows as a file would hand them over.
  @Test func namesWhatIsNotFinite() throws {
    func fromScratch(_ x: Matrix) throws {
      var accumulator = GramAccumulator(columns: x.columns)
      try x.forEachScratchBlock(ofRows: accumulator.blockRows) { _, rows in try accumulator.add(scratch: rows) }
    }
    var x = Oracle.random(50_000, 300)
    for (row, column) in [(49_999, 7), (30_001, 299), (4097, 0), (0, 0)] {
      x[row, column] = row % 2 == 0 ? .infinity : -.infinity
      let error = try #require(throws: LinearAlgebraError.self) { try RowMoments(reading: x) }
      #expect(error == .nonFinite(row: row, column: column, value: x[row, column]))
      #expect(throws: error) { try fromScratch(x) }
    }
    var large = Matrix(rows: 50_000, columns: 300)
    for row in 1..<large.rows { large[row, 5] = 1e306 }
    #expect(throws: LinearAlgebraError.overflow(column: 5)) { try RowMoments(reading: large) }
    #expect(throws: LinearAlgebraError.overflow(column: 5)) { try fromScratch(large) }
  }

  @Test func oneRowAtATime() {
    let x = Oracle.random(3 * Self.panel + 5, 4)
    #expect(moments(x, blocks: [1]) == RowMoments(rows: x))
  }

  @Test func goesOnAfterMoments() {
    let x = Oracle.random(5000, 6)
    var accumulator = GramAccumulator(columns: 6)
    accumulator.add(x.rows(0..<2000))
    #expect(accumulator.moments() == RowMoments(rows: x.rows(0..<2000)))
    accumulator.add(x.rows(2000..<5000))
    #expect(accumulator.moments() == RowMoments(rows: x))
    #expect(accumulator.count == 5000)
  }

  @Test(arguments: [5, 300]) func floatsAreTheirDoubles(_ columns: Int) {
    let floats = Oracle.random(5000, columns).storage.map { Float($0) }
    var accumulator = GramAccumulator(columns: columns)
    floats.withUnsafeBufferPointer { accumulator.add(rows: $0) }
    let doubles = Matrix(rows: 5000, columns: columns, storage: floats.map(Double.init))
    #expect(accumulator.moments() == RowMoments(rows: doubles))
  }

  /// A common mean of 10^8 standard deviations, and a drift over 10^6 of them: what the input can still tell is kept.
  @Test(arguments: [0, 1]) func commonMeanAndDrift(_ kind: Int) {
    let noise = Oracle.random(30_000, 3)
    var x = noise
    for i in 0..<x.rows { for j in 0..<3 { x[i, j] += kind == 0 ? 1e8 : 1e6 * Double(i) / 30_000 } }
    let expected = twoPass(x)
    let found = RowMoments(rows: x)
    #expect(relativeDifference(found.covariance, expected.covariance) < 1e-13)
    #expect(zip(found.mean, expected.mean).allSatisfy { relativeDifference($0, $1) < 1e-14 })
    // Control: the textbook formula, mean of squares minus square of means, loses everything beside 10^8.
    if kind == 0 {
      let square = (0..<x.rows).reduce(0) { $0 + x[$1, 0] * x[$1, 0] } / Double(x.rows)
      #expect(abs(square - expected.mean[0] * expected.mean[0] - expected.covariance[0, 0]) > 0.1)
    }
  }

  /// One wild first row must not cost the digits of all others.
  @Test func outlierInTheFirstRow() {
    var x = Oracle.random(20_000, 2)
    x[0, 0] = 1e7
    let (found, expected) = (RowMoments(rows: x), twoPass(x))
    #expect(relativeDifference(found.covariance[1, 1], expected.covariance[1, 1]) < 1e-14)
    #expect(relativeDifference(found.covariance[0, 0], expected.covariance[0, 0]) < 1e-14)
    #expect(abs(found.covariance[0, 1] - expected.covariance[0, 1]) < 1e-12 * expected.covariance[0, 0].squareRoot())
  }

  @Test func constantColumnHasNoVariance() {
    var x = Oracle.random(10_000, 3)
    for i in 0..<x.rows { x[i, 1] = 0.1 }
    let found = RowMoments(rows: x)
    #expect(found.covariance.row(1) == [0, 0, 0])
    #expect(found.mean[1] == 0.1)
  }

  /// Against a plain Gram matrix, on columns of three tiles.
  @Test func wideMatrix() {
    let x = Oracle.random(1500, 1300)
    let found = RowMoments(rows: x)
    let expected = (1 / 1500.0) * x.subtractingFromRows(x.columnMeans()).gram()
    #expect((found.covariance - expected).largestMagnitude < 1e-13)
    #expect(found.covariance == found.covariance.transposed())
    #expect((found.covariance - (1 / 1500.0) * x.gram()).largestMagnitude > 1e-3)
  }
}
