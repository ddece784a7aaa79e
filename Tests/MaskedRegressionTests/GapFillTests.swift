import LinearAlgebra
import MaskedRegression
import Randomness
import TestSupport
import Testing

/// Gaps in features, filled in from the other columns.
@Suite struct GapFillTests {
  private static let mixing = Matrix([[1, 0, 0, 0], [0.9, 0.4, 0, 0], [0.7, -0.6, 0.4, 0], [-0.8, 0.3, 0.2, 0.5]])

  /// Four correlated columns of which each cell is missing with probability a quarter.
  private func rows(_ count: Int, seed: UInt64) -> (full: Matrix, gaps: Matrix) {
    var stream = RandomStream(seed: seed)
    let full = multiply(stream.normalMatrix(rows: count, columns: 4), Self.mixing, transposing: .right)
    var gaps = full
    for index in gaps.storage.indices where stream.uniform() < 0.25 { gaps.storage[index] = .nan }
    return (full, gaps)
  }

  /// One gap of each row is off by its variance given what the row holds, whichever columns those are: squares over these variances
  /// have mean 1. Bound: |z| < 5; a variance 20 % off lies 8 standard errors away, and means in place of predictions 50.
  @Test func conditionalVariance() throws {
    let (full, gaps) = rows(6000, seed: 91)
    let filled = try GapFill(gaps, among: [0, 1, 2, 3]).filled(gaps)
    let sigma = multiply(Self.mixing, Self.mixing, transposing: .right)
    var (squares, ofMeans) = ([Double](), [Double]())
    for i in 0..<gaps.rows {
      let observed = (0..<4).filter { !gaps[i, $0].isNaN }
      guard let j = (0..<4).first(where: { gaps[i, $0].isNaN }), !observed.isEmpty else { continue }
      let cross = observed.map { sigma[j, $0] }
      let known = try Cholesky(sigma.rows(at: observed).columns(at: observed).symmetrized())
      let variance = sigma[j, j] - dot(cross, known.solve(cross))
      let error = filled[i, j] - full[i, j]
      squares.append(error * error / variance)
      ofMeans.append(full[i, j] * full[i, j] / variance)
    }
    let mean = SampleMean(squares)
    #expect(squares.count > 3500 && abs(mean.z(against: 1)) < 5, "\(mean)")
    for wrong in [0.8, 1.2] { #expect(abs(mean.z(against: wrong)) > 5) }
    #expect(SampleMean(ofMeans).z(against: 1) > 5)
    for index in gaps.storage.indices where !gaps.storage[index].isNaN {
      #expect(filled.storage[index] == gaps.storage[index])
    }
  }

  /// Where one column has gaps, what stands in them is the ridge regression on the completed rows: their moments, rounds of the fit
  /// aside, give the same predictions again. With a fifth more of penalty they do not.
  @Test func predictionsReproduceThemselves() throws {
    var (_, gaps) = rows(200, seed: 92)
    let full = rows(200, seed: 92).full
    for i in 0..<200 { for j in 1..<4 { gaps[i, j] = full[i, j] } }
    let fill = try GapFill(gaps, among: [0, 1, 2, 3])
    let x = try fill.filled(gaps)
    let n = 200.0
    let mean = (0..<4).map { j in (0..<200).reduce(0) { $0 + x[$1, j] } / n }
    let covariance = (1 / (n - 1)) * x.subtractingFromRows(mean).gram()
    func worst(_ factor: Double) throws -> Double {
      var system = covariance.rows(at: [1, 2, 3]).columns(at: [1, 2, 3])
      for j in 0..<3 { system[j, j] *= 1 + factor * fill.ridge }
      let slopes = try Cholesky(system).solve([1, 2, 3].map { covariance[$0, 0] })
      return (0..<200).filter { gaps[$0, 0].isNaN }.map { i in
        abs(x[i, 0] - mean[0] - (1...3).reduce(0) { $0 + slopes[$1 - 1] * (x[i, $1] - mean[$1]) })
      }.max() ?? .infinity
    }
    #expect(try worst(1) < 1e-4)
    #expect(try worst(1.2) > 2 * worst(1))
  }

  /// Threads change nothing, nor do units that are powers of two, to the bit, however large or small.
  @Test func threadsAndUnits() throws {
    let (_, gaps) = rows(150, seed: 93)
    let before = Parallel.threads
    defer { Parallel.threads = before }
    let results = try [1, 2, 5].map { threads in
      Parallel.threads = threads
      return try GapFill(gaps, among: [0, 1, 2, 3]).filled(gaps)
    }
    #expect(results[0] == results[1] && results[0] == results[2])
    let units = [0x1p900, 0x1p-900, 1, 0x1p30]
    let scaled = gaps.scalingColumns(by: units)
    let filled = try GapFill(scaled, among: [0, 1, 2, 3]).filled(scaled)
    #expect(filled == results[0].scalingColumns(by: units))
  }

  /// Rows of gaps alone and columns that say nothing of each other get means; columns that are constant or nearly unseen do no harm.
  @Test func whereNothingIsKnown() throws {
    var stream = RandomStream(seed: 94)
    var noise = stream.normalMatrix(rows: 60, columns: 6)
    let full = noise
    for i in 0..<60 {
      noise[i, i % 5] = .nan
      noise[i, 5] = 7
    }
    for j in 0..<6 { noise[0, j] = .nan }
    for i in 3..<60 { noise[i, 4] = .nan }
    let fill = try GapFill(noise, among: [0, 1, 2, 3, 4, 5])
    #expect(fill.columns == [0, 1, 2, 3, 5] && fill.ridge >= 1)
    let filled = try fill.filled(noise)
    for i in 0..<60 {
      for j in [0, 1, 2, 3] {
        let seen = (0..<60).filter { !noise[$0, j].isNaN }.map { full[$0, j] }
        if noise[i, j].isNaN { #expect(abs(filled[i, j] - seen.reduce(0, +) / Double(seen.count)) < 0.5) }
      }
      #expect(filled[i, 5] == 7 && (i < 3 || filled[i, 4].isNaN))
    }
    #expect(!GapFill.suits(rows: 9, columns: 3) && !GapFill.suits(rows: 100, columns: 1))
    #expect(GapFill.suits(rows: 10, columns: 2) && !GapFill.suits(rows: 1000, columns: 301))
    #expect(GapFill.rowsToFit(of: 50_000, columns: 10).count == 20_000)
    #expect(GapFill.rowsToFit(of: 50_000, columns: 200).count == 5_000)
  }
}
