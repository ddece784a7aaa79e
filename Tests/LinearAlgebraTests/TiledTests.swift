import LinearAlgebra
import Testing

/// The tiled kernels against LAPACK's whole-matrix ones, at orders around the tile.
@Suite struct TiledTests {
  /// X'X / rows + I / 10 of a random X with twice as many rows as columns.
  private func positiveDefinite(_ order: Int) -> Matrix {
    let gram = Oracle.random(2 * order, order, seed: 9).gram()
    return (1 / Double(2 * order)) * gram + 0.1 * .identity(order)
  }

  @Test(arguments: [1, 2, 255, 256, 257, 700, 1700])
  func inverseMatchesCholesky(_ order: Int) throws {
    let matrix = positiveDefinite(order)
    var tiled = matrix
    // Only the lower triangle is read.
    for i in 0..<order { for j in i + 1..<max(order, i + 1) { tiled[i, j] = .nan } }
    try tiled.storage.withUnsafeMutableBufferPointer { try invertPositiveDefinite($0, order: order) }
    let expected = try Cholesky(matrix).inverse()
    // Both have forward errors of condition x unit roundoff; the condition here is below 100.
    #expect((tiled - expected).largestMagnitude < 100 * Double(order) * Oracle.roundoff * expected.largestMagnitude)
    #expect(tiled == tiled.transposed())
    var single = matrix.storage.map { Float($0) }
    try single.withUnsafeMutableBufferPointer { try invertPositiveDefinite($0, order: order) }
    let widened = Matrix(rows: order, columns: order, storage: single.map { Double($0) })
    #expect((widened - expected).largestMagnitude < 1e-4 * expected.largestMagnitude)
  }

  @Test func inverseDoesNotDependOnThreads() throws {
    let matrix = positiveDefinite(1600)
    let results = try [1, 2, 3].map { threads in
      let before = Parallel.threads
      Parallel.threads = threads
      defer { Parallel.threads = before }
      var copy = matrix
      try copy.storage.withUnsafeMutableBufferPointer { try invertPositiveDefinite($0, order: 1600) }
      return copy
    }
    #expect(results[0] == results[1] && results[1] == results[2])
  }

  @Test func inverseNamesTheMinor() {
    var matrix = positiveDefinite(300)
    matrix[280, 280] = -1
    #expect(throws: LinearAlgebraError.notPositiveDefinite(leadingMinor: 281)) {
      try matrix.storage.withUnsafeMutableBufferPointer { try invertPositiveDefinite($0, order: 300) }
    }
  }

  @Test(arguments: [3, 512, 700, 1300])
  func gramMatchesProduct(_ order: Int) {
    let rows = Oracle.random(40, order, seed: 4)
    var gram = Matrix.identity(order)
    gram.storage.withUnsafeMutableBufferPointer { addGram(of: rows.storage, rows: 40, to: $0, order: order) }
    let expected = rows.gram() + .identity(order)
    for i in 0..<order {
      for j in i..<order {
        #expect(abs(gram[i, j] - expected[i, j]) <= 100 * Oracle.roundoff * 100)
      }
    }
  }
}
