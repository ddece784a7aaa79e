import LinearAlgebra
import Planning
import Randomness
import TestSupport
import Testing

import CMath

@Suite struct SeedTests {
  /// The mean of two predictions costs as much less than each on average as half their variance: exactly, row by row.
  @Test func ambiguityDecompositionIsExact() {
    var stream = RandomStream(seed: 31)
    let (f, g, y) = (stream.normals(200), stream.normals(200), stream.normals(200))
    func loss(_ predictions: [Double]) -> Double {
      zip(predictions, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 200
    }
    let average = SeedAverage(predictions: [f, g])!
    let mean = zip(f, g).map { ($0 + $1) / 2 }
    #expect(relativeDifference(average.gain, (loss(f) + loss(g)) / 2 - loss(mean)) < 1e-12)
    #expect(SeedAverage(predictions: [f, f])!.gain == 0 && SeedAverage(predictions: [f]) == nil)
    // Of three encoders, the mean over pairs.
    let h = stream.normals(200)
    let pairs = [(f, g), (f, h), (g, h)].map { SeedAverage(predictions: [$0.0, $0.1])!.gain }
    #expect(relativeDifference(SeedAverage(predictions: [f, g, h])!.gain, pairs.reduce(0, +) / 3) < 1e-12)
  }

  /// The same of probabilities: the log-loss of their mean against each encoder's own.
  @Test func averagedProbabilitiesCostLess() {
    var stream = RandomStream(seed: 32)
    let classes = (0..<100).map { $0 % 3 }
    func logs() -> Matrix {
      Matrix(
        (0..<100).map { _ in
          let u = (0..<3).map { _ in stream.uniform() + 0.01 }
          return u.map { log($0 / u.reduce(0, +)) }
        })
    }
    let (a, b) = (logs(), logs())
    var expected = 0.0
    for row in 0..<100 {
      let (p, q) = (exp(a[row, classes[row]]), exp(b[row, classes[row]]))
      expected += (log((p + q) / 2) - (log(p) + log(q)) / 2) / 100
    }
    let average = SeedAverage(logs: [a, b], classes: classes)!
    #expect(relativeDifference(average.gain, expected) < 1e-12 && average.gain > 0)
    #expect(abs(SeedAverage(logs: [a, a], classes: classes)!.gain) < 1e-15)
  }

  /// Encoders of the same rows that differ by a seed differ by about 0: random features, 400 pairs, |z| <= 5. Delete-half's span loss
  /// would count what each misses of the other's predictions, which is not small.
  @Test func twoSeedsOnTheSameRowsGiveNothing() throws {
    let found = try Parallel.map(count: 400) { index -> (paired: Double, span: Double) in
      var stream = RandomStream(seed: 33, replicate: UInt64(index))
      let x = stream.normalMatrix(rows: 120, columns: 4)
      let y = zip(x.column(0), stream.normals(120)).map { tanh(2 * $0) + 0.3 * $1 }
      let heads = try (0..<2).map { _ -> (RidgeHead, RidgeRows) in
        let features = x * stream.normalMatrix(rows: 4, columns: 20)
        var bent = features
        for entry in bent.storage.indices { bent.storage[entry] = tanh(bent.storage[entry]) }
        let rows = RidgeRows(bent)
        return (try RidgeHead(rows, labels: y), rows)
      }
      let risks = heads.map { $0.0.leaveOneOutSquares.reduce(0, +) / 120 }
      let predictions = heads.map { $0.0.predictions($0.1) }
      let miss = zip(predictions[0], predictions[1]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 120
      return (risks[1] - risks[0], miss)
    }
    let mean = found.reduce(0) { $0 + $1.paired } / 400
    let error = (found.reduce(0) { $0 + ($1.paired - mean) * ($1.paired - mean) } / 400 / 399).squareRoot()
    #expect(abs(mean) <= 5 * error)
    // The test could tell half of what the predictions differ by.
    #expect(5 * error < found.reduce(0) { $0 + $1.span } / 400 / 2)
  }
}
