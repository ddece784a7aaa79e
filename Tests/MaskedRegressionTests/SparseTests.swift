import Foundation
import LinearAlgebra
import MaskedRegression
import Randomness
import TestSupport
import Testing

@Suite struct SparseTests {
  private func randomSparse(_ rows: Int, _ columns: Int, density: Double, seed: UInt64) throws -> (SparseRows, Matrix) {
    var stream = RandomStreamForTests.stream(seed)
    var triples: [(row: Int, column: Int, value: Double)] = []
    var dense = Matrix(rows: rows, columns: columns)
    for i in 0..<rows {
      for j in 0..<columns where stream.uniform() < density {
        let value = Double(1 + stream.index(below: 5))
        triples.append((i, j, value))
        dense[i, j] = value
      }
    }
    let order = stream.permutation(triples.count)
    return (try SparseRows(rows: rows, columns: columns, triples: order.map { triples[$0] }), dense)
  }

  @Test(arguments: [(60, 12), (10, 25), (30, 40)], [false, true])
  func sparseAgreesWithDense(_ shape: (Int, Int), centers: Bool) throws {
    let (sparse, dense) = try randomSparse(shape.0, shape.1, density: 0.3, seed: 31)
    for scales in [false, true] {
      let preparation = ColumnPreparation(centers: centers, scales: scales)
      let a = MaskedPath(try SampleSpectrum(sparse: sparse, preparation: preparation))
      let b = MaskedPath(try SampleSpectrum(rows: dense, preparation: preparation))
      for ridge in [0.05, 2] {
        let (x, y) = (try a.errors(.shared(ridge)), try b.errors(.shared(ridge)))
        #expect(largestDifference(x.columnLeaveOneOutErrors.map { $0! }, y.columnLeaveOneOutErrors.map { $0! }) < 1e-9)
        #expect(relativeDifference(x.trainingError, y.trainingError) < 1e-9)
        let direct = try MaskedFit(sparse: sparse, ridge: .given(.shared(ridge)), preparation: preparation)
        #expect(relativeDifference(direct.errors.leaveOneOutError!, y.leaveOneOutError!) < 1e-9)
        let single = try MaskedFit(
          sparse: sparse, ridge: .given(.shared(ridge)), preparation: preparation, precision: .single)
        #expect(relativeDifference(single.errors.leaveOneOutError!, y.leaveOneOutError!) < 1e-3)
        #expect(relativeDifference(try direct.model.weights(), try b.model(.shared(ridge)).weights()) < 1e-9)
      }
    }
  }

  /// Steck's closed form, written out: B = I - P diag(P)^-1 with P = (X'X + lambda)^-1, lambda = rows x ridge.
  @Test(arguments: [(60, 20), (20, 35), (10, 30)])
  func recommendationsAreEASE(_ shape: (Int, Int)) throws {
    let (sparse, dense) = try randomSparse(shape.0, shape.1, density: 0.2, seed: 32)
    let penalty = 5.0
    let p = try Cholesky(dense.gram() + penalty * .identity(shape.1)).inverse()
    var b = Matrix(rows: shape.1, columns: shape.1)
    for i in 0..<shape.1 { for j in 0..<shape.1 where i != j { b[i, j] = -p[i, j] / p[j, j] } }
    let fit = try MaskedFit(sparse: sparse, ridge: .given(.shared(penalty / Double(shape.0))))
    let users = Array(0..<shape.0)
    let lists = try Recommender(fit.model).top(7, for: sparse, users: users)
    for user in users {
      let scores = b.transposedTimes(dense.row(user))
      let unseen = (0..<shape.1).filter { dense[user, $0] == 0 }
      let expected = unseen.sorted { (-scores[$0], $0) < (-scores[$1], $1) }.prefix(7)
      // Equal scores may come in either order; the scores may not differ.
      #expect(lists[user].count == expected.count)
      #expect(zip(lists[user], expected).allSatisfy { abs($0.score - scores[$1]) < 1e-10 })
      #expect(lists[user].allSatisfy { unseen.contains($0.item) && abs($0.score - scores[$0.item]) < 1e-10 })
    }
  }

  @Test func transposingTwiceIsNothing() throws {
    let (sparse, _) = try randomSparse(13, 9, density: 0.3, seed: 33)
    #expect(sparse.transposed().transposed() == sparse)
  }

  @Test func duplicatesAddUp() throws {
    let sparse = try SparseRows(rows: 1, columns: 3, triples: [(0, 2, 1), (0, 0, 4), (0, 2, 2.5)])
    #expect(sparse.entries(ofRow: 0).map(\.column) == [0, 2])
    #expect(sparse.entries(ofRow: 0).map(\.value) == [4, 3.5])
  }

  /// Damaged compressed rows are refused with an error, never a crash; undamaged ones pass.
  @Test func fuzzedCompressedRows() throws {
    let (sparse, _) = try randomSparse(8, 6, density: 0.4, seed: 34)
    var stream = RandomStreamForTests.stream(35)
    var refused = 0
    for _ in 0..<3000 {
      var offsets = sparse.offsets
      var indices = sparse.indices.map { Int($0) }
      var values = sparse.values
      let wild = [-1, 0, 1, 5, 6, 7, 1000, Int.max, Int.min]
      switch stream.index(below: 5) {
      case 0: offsets[stream.index(below: offsets.count)] = wild[stream.index(below: wild.count)]
      case 1: indices[stream.index(below: indices.count)] = wild[stream.index(below: wild.count)]
      case 2: values[stream.index(below: values.count)] = [.nan, .infinity, 1][stream.index(below: 3)]
      case 3: offsets.removeLast()
      default: values.append(1)
      }
      do {
        let read = try SparseRows(rows: 8, columns: 6, offsets: offsets, indices: indices, values: values)
        _ = try MaskedFit(sparse: read, ridge: .given(.shared(1)))
      } catch {
        #expect(error is MaskedRegressionError)
        refused += 1
      }
    }
    #expect(refused > 1500)
    for _ in 0..<300 {
      let count = stream.index(below: 20)
      let triples = (0..<count).map { _ in
        (row: stream.index(below: 6) - 1, column: stream.index(below: 6) - 1, value: 1.0)
      }
      let valid = triples.allSatisfy { $0.row >= 0 && $0.row < 4 && $0.column >= 0 && $0.column < 5 }
      do {
        let read = try SparseRows(rows: 4, columns: 5, triples: triples)
        #expect(valid && read.values.reduce(0, +) == Double(count))
      } catch {
        #expect(!valid)
      }
    }
  }
}
