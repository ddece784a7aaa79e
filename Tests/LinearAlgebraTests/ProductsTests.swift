import LinearAlgebra
import TestSupport
import Testing

@Suite struct ProductsTests {
  @Test(arguments: [(1, 1, 1), (3, 5, 2), (17, 1, 9), (40, 33, 65), (5, 300, 4)])
  func productsInAllTranspositions(_ m: Int, _ k: Int, _ n: Int) {
    let (a, b) = (Oracle.random(m, k), Oracle.random(k, n, seed: 2))
    #expect(Oracle.productError(a * b, a, b) <= 2)
    #expect(Oracle.productError(multiply(a.transposed(), b, transposing: .left), a, b) <= 2)
    #expect(Oracle.productError(multiply(a, b.transposed(), transposing: .right), a, b) <= 2)
    #expect(Oracle.productError(multiply(a.transposed(), b.transposed(), transposing: .both), a, b) <= 2)
  }

  /// The bound refuses one wrong entry, by one part in 10^12.
  @Test func boundSeesSmallFaults() {
    let (a, b) = (Oracle.random(8, 8), Oracle.random(8, 8, seed: 2))
    var wrong = a * b
    wrong[3, 4] += 1e-12 * product8(a, b)
    #expect(Oracle.productError(wrong, a, b) > 2)
    #expect(Oracle.productError(multiply(a, b, transposing: .left), a, b) > 2)
  }

  private func product8(_ a: Matrix, _ b: Matrix) -> Double {
    (0..<8).reduce(0) { $0 + abs(a[3, $1] * b[$1, 4]) }
  }

  /// Blocks of rows: 90 x 2000 takes three.
  @Test func severalVectors() {
    let a = Oracle.random(90, 2000)
    let vectors = (1...3).map { Oracle.random(2000, 1, seed: $0 + 4).storage }
    let results = a.products(with: vectors)
    for (result, x) in zip(results, vectors) { #expect(Oracle.productError(.column(result), a, .column(x)) <= 2) }
    #expect(Oracle.productError(.column(results[0]), a, .column(vectors[1])) > 2)
  }

  @Test func emptyProducts() {
    #expect(Matrix(rows: 0, columns: 3) * Matrix(rows: 3, columns: 2) == Matrix(rows: 0, columns: 2))
    #expect(Matrix(rows: 2, columns: 0) * Matrix(rows: 0, columns: 2) == Matrix(rows: 2, columns: 2))
    #expect(Matrix(rows: 0, columns: 3).gram() == Matrix(rows: 3, columns: 3))
    #expect(Matrix(rows: 2, columns: 0) * [] == [0, 0])
  }

  @Test func vectors() {
    let a = Oracle.random(13, 7)
    let (x, y) = (Oracle.random(7, 1).storage, Oracle.random(13, 1).storage)
    #expect(Oracle.productError(.column(a * x), a, .column(x)) <= 2)
    #expect(Oracle.productError(.column(a.transposedTimes(y)), a.transposed(), .column(y)) <= 2)
    #expect(Oracle.productError(.column([dot(x, x)]), Matrix([x]), .column(x)) <= 2)
  }

  @Test(arguments: [(1, 1), (50, 3), (3, 50), (2000, 37)]) func gram(_ rows: Int, _ columns: Int) {
    let a = Oracle.random(rows, columns)
    let gram = a.gram()
    #expect(Oracle.productError(gram, a.transposed(), a) <= 2)
    #expect(gram == gram.transposed())
  }

  @Test func weightedGram() {
    let a = Oracle.random(30, 4)
    let weights = (0..<30).map { Double($0 % 7) }
    let expected = Oracle.product(a.transposed(), a.scalingRows(by: weights))
    #expect(relativeDifference(a.gram(weights: weights), expected) < 30 * Double.ulpOfOne)
    #expect(relativeDifference(a.gram(), expected) > 0.1)
  }

  @Test func scalingAndTraces() {
    let (a, b) = (Oracle.random(33, 65), Oracle.random(65, 33, seed: 2))
    let (left, right) = ((0..<33).map { Double($0) - 5 }, (0..<65).map { 1 / Double($0 + 1) })
    #expect(a.scalingRows(by: left) == Oracle.product(.diagonal(left), a))
    #expect(a.scalingColumns(by: right) == Oracle.product(a, .diagonal(right)))
    let scale = Oracle.product(Oracle.magnitudes(a), Oracle.magnitudes(b)).trace
    #expect(abs(traceOfProduct(a, b) - Oracle.product(a, b).trace) < 2 * 33 * 65 * Oracle.roundoff * scale)
  }
}
