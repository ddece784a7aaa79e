import LinearAlgebra
import Planning
import Randomness

import CMath

/// Row losses of encoders whose mean risks are known: a common part of each row, a part of each encoder's own, a spread between them.
struct LossWorld: Sendable {
  var places: [EncoderCurve.Place] = standard
  var rows = 400
  /// Standard deviations: of a row's common part, of a row's part with one encoder, and between encoders.
  var common = 1.0
  var own = 0.1
  var spread = 0.007
  /// R(m').
  var risk: @Sendable (Double) -> Double

  static let full = 8000
  static let standard = chain(seed: 0)

  static func chain(seed: Int) -> [EncoderCurve.Place] {
    [full, full / 2, full / 2, full / 4, full / 4, full / 4, full / 4].map { EncoderCurve.Place(rows: $0, seed: seed) }
  }

  func losses(_ stream: inout RandomStream) -> Matrix {
    let shared = stream.normals(rows)
    let means = places.map { risk(Double($0.rows)) + spread * stream.normals(1)[0] }
    let noise = stream.normalMatrix(rows: rows, columns: places.count)
    var result = Matrix(rows: rows, columns: places.count)
    for i in 0..<rows { for e in places.indices { result[i, e] = means[e] + common * shared[i] + own * noise[i, e] } }
    return result
  }
}

/// Principal components as an encoder: a learner whose population is known.
struct ComponentsWorld: Sendable {
  /// Of the components of a row.
  let spectrum: [Double]
  let weights: [Double]
  let noise: Double
  let size: Int

  /// Two components of nearly the same variance, of which the second carries the target.
  static let hard = ComponentsWorld(
    spectrum: [3, 1.5] + (0..<18).map { _ in 1.0 }, weights: [0.3, 1] + [Double](repeating: 0, count: 18), noise: 0.5,
    size: 2)

  func rows(_ count: Int, _ stream: inout RandomStream) -> Matrix {
    stream.normalMatrix(rows: count, columns: spectrum.count).scalingColumns(by: spectrum.map { $0.squareRoot() })
  }

  /// Directions that these rows make one keep, columns x size.
  func encoder(trainedOn rows: Matrix) throws -> Matrix {
    try SymmetricEigen(RowMoments(rows: rows).covariance).vectors.columns(0..<size)
  }

  /// Squared error of the best linear head on V'x: σ² + w'Σw - w'ΣV (V'ΣV)⁻¹ V'Σw.
  func risk(_ v: Matrix) throws -> Double {
    let target = zip(spectrum, weights).map { $0 * $1 }
    let cross = v.transposedTimes(target)
    let inner = multiply(v, v.scalingRows(by: spectrum), transposing: .left)
    let explained = zip(cross, try Cholesky(inner.symmetrized()).solve(cross)).reduce(0) { $0 + $1.0 * $1.1 }
    return noise * noise + zip(target, weights).reduce(0) { $0 + $1.0 * $1.1 } - explained
  }

  /// Mean of that over encoders of so many rows.
  func risk(rows m: Int, repeats: Int, seed: UInt64) throws -> Double {
    try Parallel.map(count: repeats) { index in
      var stream = RandomStream(seed: seed, cell: UInt64(m), replicate: UInt64(index))
      return try risk(encoder(trainedOn: rows(m, &stream)))
    }.reduce(0, +) / Double(repeats)
  }

  /// Full, halves and quarters of m rows, with embeddings of labeled rows and of a pool.
  func encoder(
    rows m: Int, labels n: Int, pool: Int, _ stream: inout RandomStream, rotation: Matrix? = nil,
    parts: [(String, Range<Double>)] = ComponentsWorld.parts
  ) throws -> (encoder: TrainedEncoder, features: Matrix, labels: [Double], axes: Matrix) {
    let (all, features, others) = (rows(m, &stream), rows(n, &stream), rows(pool, &stream))
    let labels = zip(features * weights, stream.normals(n)).map { $0 + noise * $1 }
    let runs = try parts.map { part -> EncoderRun in
      let range = Int(part.1.lowerBound * Double(m))..<Int(part.1.upperBound * Double(m))
      var v = try encoder(trainedOn: all.rows(range))
      if let rotation { v = v * rotation }
      return EncoderRun(rows: range.count, part: part.0, seed: 0, labeled: features * v, pool: others * v)
    }
    return (TrainedEncoder(name: "components", runs: runs), features, labels, try self.encoder(trainedOn: all))
  }

  static let parts: [(String, Range<Double>)] = [
    ("full", 0..<1), ("half-0", 0..<0.5), ("half-1", 0.5..<1), ("quarter-0", 0..<0.25), ("quarter-1", 0.25..<0.5),
    ("quarter-2", 0.5..<0.75), ("quarter-3", 0.75..<1),
  ]
}
