import LinearAlgebra
import Randomness
import TestSupport
import Testing

/// Sparse products against dense ones.
@Suite struct SparseProductTests {
  private func random(_ rows: Int, _ columns: Int, share: Double, seed: UInt64) -> SparseRows {
    var stream = RandomStream(seed: seed)
    var (offsets, indices, values) = ([0], [Int32](), [Double]())
    for _ in 0..<rows {
      for j in 0..<columns where stream.uniform() < share {
        indices.append(Int32(j))
        values.append(2 * stream.uniform() - 1)
      }
      offsets.append(indices.count)
    }
    return SparseRows(rows: rows, columns: columns, sortedOffsets: offsets, indices: indices, values: values)
  }

  @Test(arguments: [1, 3, 31, 32, 33, 64, 100]) func timesDense(_ width: Int) {
    let a = random(70, 40, share: 0.2, seed: 1)
    var stream = RandomStream(seed: 2)
    let x = stream.normalMatrix(rows: 40, columns: width)
    let added = stream.normalMatrix(rows: 70, columns: width)
    #expect(relativeDifference(a.times(x), a.dense() * x) < 1e-14)
    #expect(relativeDifference(a.times(x, adding: 0.3, of: added), a.dense() * x + 0.3 * added) < 1e-14)
    #expect(relativeDifference(a.times(x), 1.2 * (a.dense() * x)) > 0.1)
  }

  @Test func sameBitsForAnyThreads() {
    let a = random(6000, 300, share: 0.02, seed: 3)
    var stream = RandomStream(seed: 4)
    let x = stream.normalMatrix(rows: 300, columns: 45)
    let before = Parallel.threads
    defer { Parallel.threads = before }
    Parallel.threads = 1
    let one = a.times(x)
    Parallel.threads = 7
    #expect(a.times(x) == one)
  }

  @Test func entrywiseAndTransposed() {
    let (a, b) = (random(20, 30, share: 0.3, seed: 5), random(30, 20, share: 0.3, seed: 6))
    #expect(relativeDifference(a.times(b).dense(), a.dense() * b.dense()) < 1e-14)
    #expect(
      a.operationsOfProduct(with: b)
        == (0..<20).reduce(0) {
          $0
            + a.entries(ofRow: $1).reduce(0) {
              $0 + b.entries(ofRow: $1.column).count
            }
        })
    #expect(a.transposed().dense() == a.dense().transposed() && a.transposed().transposed() == a)
    let both = a.entrywise(b.transposed()).dense()
    for i in 0..<20 { for j in 0..<30 { #expect(both[i, j] == a.dense()[i, j] * b.dense()[j, i]) } }
    #expect(a.squared.dense() == a.entrywise(a).dense())
    #expect(relativeDifference(.column(a.columnSums()), .column(a.transposed().rowSums())) < 1e-14)
    let square = random(15, 15, share: 0.2, seed: 7)
    #expect(square.addingToDiagonal(2).dense() == square.dense() + 2 * .identity(15))
    #expect(square.withoutDiagonal.diagonalEntries.allSatisfy { $0 == 0 })
    #expect(square.diagonalEntries == square.dense().diagonalEntries)
    #expect(SparseRows.identity(4).times(.identity(4)) == .identity(4))
  }

  @Test func byThreads() {
    var stream = RandomStream(seed: 8)
    for (rows, columns, width) in [(5, 3, 2), (300, 20, 7), (20_000, 6, 4), (700, 300, 270)] {
      let a = stream.normalMatrix(rows: rows, columns: columns)
      let b = stream.normalMatrix(rows: columns, columns: width)
      let c = stream.normalMatrix(rows: rows, columns: width)
      let weights = (0..<rows).map { _ in stream.uniform() - 0.5 }
      #expect(relativeDifference(a.timesByThreads(b), a * b) < 1e-13)
      #expect(relativeDifference(a.transposedTimesByThreads(c), multiply(a, c, transposing: .left)) < 1e-13)
      let weighted = multiply(a.scalingRows(by: weights), c, transposing: .left)
      #expect(relativeDifference(a.transposedTimesByThreads(c, weights: weights), weighted) < 1e-12)
      let gram = a.gramByThreads(weights: weights)
      #expect(relativeDifference(gram, multiply(a.scalingRows(by: weights), a, transposing: .left)) < 1e-12)
      #expect(gram == gram.transposed())
    }
  }
}
