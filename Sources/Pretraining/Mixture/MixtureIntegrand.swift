import CMath
import LinearAlgebra
import SpecialFunctions

/// The functions of z under the law's integrals, and their weighted second moments over blocks of points.
struct MixtureIntegrand: Sendable {
  /// How the points of a sum stand for the mixture's density p.
  enum Weighting: Sendable {
    /// Weight times p(z): points of a lattice.
    case density(Double)
    /// Points drawn from the mixture.
    case constant(Double)
    /// Weight times p(z) / q(z), q = Σ share_l N(center_l, I).
    case ratio(Double, centers: Matrix, shares: [Double])
  }

  let mixture: ReducedMixture
  let columns: MixtureColumns
  private static let block = 128

  init(_ mixture: ReducedMixture) {
    self.mixture = mixture
    columns = MixtureColumns(mixture)
  }

  /// Σ weight · v v' over the points (rows of z), v = all columns. Cost: columns^2 + 2 K^2 + K exponentials a point.
  func secondMoment(_ points: UnsafeBufferPointer<Double>, _ weighting: Weighting) -> Matrix {
    let (r, size, order) = (mixture.rank, Self.block, columns.total)
    let number = points.count / r
    var gram = Matrix(rows: order, columns: order)
    var values = [Double](repeating: 0, count: order * size)
    var scratch = Scratch(mixture, size: size)
    gram.storage.withUnsafeMutableBufferPointer { target in
      values.withUnsafeMutableBufferPointer { values in
        for first in stride(from: 0, to: number, by: size) {
          let here = min(size, number - first)
          scratch.load(points.baseAddress! + first * r, count: here)
          fill(values.baseAddress!, &scratch, weighting)
          Double.tiles.syrk(
            false, false, Int32(order), Int32(here), 1, values.baseAddress!, Int32(size), 1, target.baseAddress!,
            Int32(order))
        }
      }
    }
    gram.mirrorUpperTriangle()
    return gram
  }

  private typealias Pointer = UnsafeMutablePointer<Double>

  /// Every column at the scratch's points, times the root of the points' weights.
  private func fill(_ values: Pointer, _ s: inout Scratch, _ weighting: Weighting) {
    s.evaluatePosteriors(mixture)
    s.evaluateTarget(mixture)
    s.evaluateRootWeights(mixture, weighting)
    let (k, r, size, n) = (mixture.count, mixture.rank, s.size, s.count)
    let unknowns = columns.unknowns
    s.withPointers { z, posterior, difference, root in
      func column(_ index: Int) -> Pointer { values + index * size }
      for j in 0..<r {
        let gradient = column(columns.gradient.lowerBound + j)
        for t in 0..<n { gradient[t] = 0 }
      }
      if unknowns.variance {
        let (score, tangent) = (column(columns.spread.lowerBound), column(columns.tangents.upperBound - 1))
        for t in 0..<n { (score[t], tangent[t]) = (-Double(r) * root[t], 0) }
      }
      for i in 0..<k {
        let (p, d) = (posterior + i * size, difference + i * size)
        let own = column(columns.posteriors.lowerBound + i)
        for t in 0..<n { own[t] = root[t] * p[t] }
        for j in 0..<r {
          let (c, slope, axis) = (mixture.centers[i, j], mixture.slopes[i, j], z + j * size)
          let step = column(i * r + j)
          let tangent = column(columns.tangents.lowerBound + i * r + j)
          let gradient = column(columns.gradient.lowerBound + j)
          for t in 0..<n {
            let moved = own[t] * (axis[t] - c)
            step[t] = moved
            tangent[t] = moved * d[t]
            gradient[t] += own[t] * (slope + d[t] * c)
          }
          if unknowns.variance {
            let (score, last) = (column(columns.spread.lowerBound), column(columns.tangents.upperBound - 1))
            for t in 0..<n {
              score[t] += step[t] * (axis[t] - c)
              last[t] += tangent[t] * (axis[t] - c)
            }
          }
        }
        if unknowns.weights && i < k - 1 {
          let tangent = column(columns.tangents.lowerBound + k * r + i)
          for t in 0..<n { tangent[t] = own[t] * d[t] }
        }
      }
    }
  }
}

/// Values at a block of points, one contiguous run for each quantity.
private struct Scratch {
  let size: Int
  private(set) var count = 0
  private let components: Int
  private let rank: Int
  /// r runs.
  private var z: [Double]
  /// π, K runs.
  private var posterior: [Double]
  /// a_i = τ_i · (z - c_i) + b_i, K runs.
  private var target: [Double]
  /// D_i = a_i - f, K runs.
  private var difference: [Double]
  /// log Σ ω_i exp(c_i · z - |c_i|²/2).
  private var logDensity: [Double]
  private var rootWeight: [Double]

  init(_ mixture: ReducedMixture, size: Int) {
    self.size = size
    components = mixture.count
    rank = mixture.rank
    z = [Double](repeating: 0, count: rank * size)
    posterior = [Double](repeating: 0, count: components * size)
    target = posterior
    difference = posterior
    logDensity = [Double](repeating: 0, count: size)
    rootWeight = logDensity
  }

  mutating func load(_ points: UnsafePointer<Double>, count: Int) {
    self.count = count
    for j in 0..<rank { for t in 0..<count { z[j * size + t] = points[t * rank + j] } }
  }

  mutating func withPointers(
    _ body: (
      _ z: UnsafePointer<Double>, _ posterior: UnsafePointer<Double>, _ difference: UnsafePointer<Double>,
      _ root: UnsafePointer<Double>
    ) -> Void
  ) {
    z.withUnsafeBufferPointer { z in
      posterior.withUnsafeBufferPointer { posterior in
        difference.withUnsafeBufferPointer { difference in
          rootWeight.withUnsafeBufferPointer { root in
            body(z.baseAddress!, posterior.baseAddress!, difference.baseAddress!, root.baseAddress!)
          }
        }
      }
    }
  }

  /// π by log-sum-exp, and the logarithm of the density up to |z|²/2.
  mutating func evaluatePosteriors(_ mixture: ReducedMixture) {
    let shifts = (0..<components).map { i in
      log(mixture.weights[i]) - 0.5 * (0..<rank).reduce(0) { $0 + mixture.centers[i, $1] * mixture.centers[i, $1] }
    }
    Self.softmax(
      mixture.centers, shifts, z: z, size: size, count: count, values: &posterior, logSum: &logDensity)
  }

  private static func softmax(
    _ centers: Matrix, _ shifts: [Double], z: [Double], size: Int, count n: Int, values: inout [Double],
    logSum: inout [Double]
  ) {
    let (k, r) = (centers.rows, centers.columns)
    z.withUnsafeBufferPointer { z in
      values.withUnsafeMutableBufferPointer { values in
        for i in 0..<k {
          let own = values.baseAddress! + i * size
          for t in 0..<n { own[t] = shifts[i] }
          for j in 0..<r {
            let (c, axis) = (centers[i, j], z.baseAddress! + j * size)
            for t in 0..<n { own[t] += c * axis[t] }
          }
        }
        logSum.withUnsafeMutableBufferPointer {
          softmaxColumns(
            values.baseAddress!, components: k, stride: size, count: n, logSums: $0.baseAddress!)
        }
      }
    }
  }

  /// a and D; D_i = Σ_k π_k (a_i - a_k), so that small values keep their digits.
  mutating func evaluateTarget(_ mixture: ReducedMixture) {
    let (k, r, size, n) = (components, rank, size, count)
    z.withUnsafeBufferPointer { z in
      posterior.withUnsafeBufferPointer { posterior in
        target.withUnsafeMutableBufferPointer { target in
          difference.withUnsafeMutableBufferPointer { difference in
            for i in 0..<k {
              let own = target.baseAddress! + i * size
              for t in 0..<n { own[t] = mixture.intercepts[i] }
              for j in 0..<r where mixture.slopes[i, j] != 0 {
                let (slope, c, axis) = (mixture.slopes[i, j], mixture.centers[i, j], z.baseAddress! + j * size)
                for t in 0..<n { own[t] += slope * (axis[t] - c) }
              }
            }
            for i in 0..<k {
              let (own, result) = (target.baseAddress! + i * size, difference.baseAddress! + i * size)
              for t in 0..<n { result[t] = 0 }
              for other in 0..<k where other != i {
                let (p, a) = (posterior.baseAddress! + other * size, target.baseAddress! + other * size)
                for t in 0..<n { result[t] += p[t] * (own[t] - a[t]) }
              }
            }
          }
        }
      }
    }
  }

  mutating func evaluateRootWeights(_ mixture: ReducedMixture, _ weighting: MixtureIntegrand.Weighting) {
    switch weighting {
    case .constant(let weight):
      for t in 0..<count { rootWeight[t] = weight.squareRoot() }
    case .density(let weight):
      let constant = log(weight) - 0.5 * Double(rank) * log(2 * Double.pi)
      for t in 0..<count {
        var square = 0.0
        for j in 0..<rank { square += z[j * size + t] * z[j * size + t] }
        rootWeight[t] = exp(0.5 * (constant + logDensity[t] - 0.5 * square))
      }
    case .ratio(let weight, let centers, let shares):
      let shifts = (0..<centers.rows).map { i in
        log(shares[i]) - 0.5 * (0..<rank).reduce(0) { $0 + centers[i, $1] * centers[i, $1] }
      }
      var (values, logSum) = ([Double](repeating: 0, count: centers.rows * size), logDensity)
      Self.softmax(
        centers, shifts, z: z, size: size, count: count, values: &values, logSum: &logSum)
      for t in 0..<count { rootWeight[t] = (weight * exp(logDensity[t] - logSum[t])).squareRoot() }
    }
  }
}
