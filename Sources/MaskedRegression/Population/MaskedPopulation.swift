import CMath
import LinearAlgebra

/// The covariance Sigma = sum s_k u_k u_k' that rows are drawn with, as the theory of masked regression sees it.
///
/// With R = (Sigma + kappa)^-1 everything depends on the eigenvalues and on the diagonals R_jj and [R Sigma R]_jj.
public struct MaskedPopulation: Sendable {
  /// What it is, for people.
  public let name: String
  /// s, largest first.
  public let eigenvalues: [Double]
  /// u_k in columns; absent for the identity.
  public let vectors: Matrix?
  /// Directions and strengths added to `bulk`, where the population was made so.
  public let spikes: [Spike]
  /// Row j holds u_jk^2, for the first `halfColumns` columns j: the rest mirrors them where Sigma is centrosymmetric.
  private let squares: Matrix
  /// Columns that determine the others: all, or for Toeplitz covariances the first half.
  private let halfColumns: Int

  public struct Spike: Sendable, Equatable {
    /// Sigma = bulk + strength v v'.
    public let strength: Double
    /// v, of unit length.
    public let direction: [Double]

    public init(strength: Double, direction: [Double]) {
      self.strength = strength
      self.direction = direction
    }
  }

  public var columns: Int { eigenvalues.count }

  /// The identity or a Toeplitz covariance.
  var isStationary: Bool { vectors == nil || halfColumns < columns }

  /// Any covariance. Cost: one symmetric eigendecomposition. Throws `invalidPopulation`.
  public init(covariance: Matrix, name: String = "covariance") throws {
    try self.init(covariance: covariance, name: name, spikes: [])
  }

  /// The identity, for `columns` columns.
  public static func identity(columns: Int) -> MaskedPopulation {
    precondition(columns > 0, "a population of \(columns) columns")
    return MaskedPopulation(
      name: "identity", eigenvalues: [Double](repeating: 1, count: columns), vectors: nil, spikes: [],
      squares: Matrix(rows: 0, columns: 0), halfColumns: 1)
  }

  /// Sigma_ij = sequence[|i - j|].
  public static func toeplitz(_ sequence: [Double], name: String = "toeplitz") throws -> MaskedPopulation {
    let d = sequence.count
    var sigma = Matrix(rows: d, columns: d)
    for i in 0..<d { for j in 0..<d { sigma[i, j] = sequence[abs(i - j)] } }
    return try MaskedPopulation(covariance: sigma, name: name, spikes: [], isCentrosymmetric: true)
  }

  /// Sigma_ij = correlation^|i - j|: a stationary autoregression of order 1.
  public static func autoregressive(_ correlation: Double, columns: Int) throws -> MaskedPopulation {
    guard abs(correlation) < 1 else {
      throw MaskedRegressionError.invalidPopulation("a correlation of \(correlation); it must lie between -1 and 1")
    }
    var sequence = [1.0]
    for _ in 1..<max(columns, 1) { sequence.append(sequence[sequence.count - 1] * correlation) }
    return try toeplitz(sequence, name: "ar1:\(correlation)")
  }

  /// I + sum strength_k v_k v_k' along delocalised orthonormal directions: ones/sqrt(d), then cosines of rising frequency.
  /// Strengths above -1.
  public static func spiked(_ strengths: [Double], columns: Int) throws -> MaskedPopulation {
    let directions = strengths.indices.map { k in
      (0..<columns).map { j in
        let angle = Double.pi * Double(k) * (Double(j) + 0.5) / Double(columns)
        return k == 0 ? 1 / Double(columns).squareRoot() : (2 / Double(columns)).squareRoot() * cos(angle)
      }
    }
    let spikes = zip(strengths, directions).map { Spike(strength: $0, direction: $1) }
    return try spiked(spikes, name: "spiked:" + strengths.map { "\($0)" }.joined(separator: ","))
  }

  /// I + strength v v' with v flat on the first `support` columns.
  public static func localizedSpike(_ strength: Double, support: Int, columns: Int) throws -> MaskedPopulation {
    guard support >= 1, support <= columns else {
      throw MaskedRegressionError.invalidPopulation("a spike on \(support) of \(columns) columns")
    }
    let direction = (0..<columns).map { $0 < support ? 1 / Double(support).squareRoot() : 0 }
    return try spiked([Spike(strength: strength, direction: direction)], name: "spiked:\(strength)@\(support)")
  }

  private static let strongestSpike = 1e8

  /// I plus these spikes; directions of unit length, orthogonal to each other.
  public static func spiked(_ spikes: [Spike], name: String = "spiked") throws -> MaskedPopulation {
    guard let columns = spikes.first?.direction.count, columns >= spikes.count else {
      throw MaskedRegressionError.invalidPopulation(
        "\(spikes.count) spikes in \(spikes.first?.direction.count ?? 0) columns")
    }
    var sigma = Matrix.identity(columns)
    for spike in spikes {
      guard spike.strength > -1, spike.strength.isFinite else {
        throw MaskedRegressionError.invalidPopulation("a spike of strength \(spike.strength); it must exceed -1")
      }
      guard spike.strength <= Self.strongestSpike else {
        throw MaskedRegressionError.invalidPopulation(
          "a spike of strength \(spike.strength); above 1e8 it leaves no digit of the other directions, whose variance is 1"
        )
      }
      for i in 0..<columns {
        for j in 0..<columns { sigma[i, j] += spike.strength * spike.direction[i] * spike.direction[j] }
      }
    }
    return try MaskedPopulation(covariance: sigma, name: name, spikes: spikes)
  }

  private init(covariance: Matrix, name: String, spikes: [Spike], isCentrosymmetric: Bool = false) throws {
    try Self.check(covariance)
    let eigen = try SymmetricEigen(covariance)
    let largest = eigen.values.first ?? 0
    guard largest > 0, (eigen.values.last ?? 0) > -1e-10 * largest else {
      throw MaskedRegressionError.invalidPopulation(
        "the covariance has the eigenvalue \(eigen.values.last ?? 0); it must be nonnegative definite and not 0")
    }
    let d = covariance.rows
    // Below this an eigenvalue of a matrix that is not diagonal is rounding.
    let isDiagonal = (0..<d).allSatisfy { i in (0..<i).allSatisfy { covariance[i, $0] == 0 } }
    let resolution = isDiagonal ? 0 : Double(d) * .ulpOfOne * largest
    let half = isCentrosymmetric ? (d + 1) / 2 : d
    var squares = eigen.vectors.rows(0..<half)
    squares.storage.withUnsafeMutableBufferPointer { for index in 0..<$0.count { $0[index] *= $0[index] } }
    self.init(
      name: name, eigenvalues: eigen.values.map { $0 > resolution ? $0 : 0 }, vectors: eigen.vectors, spikes: spikes,
      squares: squares, halfColumns: half)
  }

  private init(
    name: String, eigenvalues: [Double], vectors: Matrix?, spikes: [Spike], squares: Matrix, halfColumns: Int
  ) {
    self.name = name
    self.eigenvalues = eigenvalues
    self.vectors = vectors
    self.spikes = spikes
    self.squares = squares
    self.halfColumns = halfColumns
  }

  private static func check(_ covariance: Matrix) throws {
    let d = covariance.rows
    guard covariance.isSquare, d > 0 else {
      throw MaskedRegressionError.invalidPopulation("a covariance of \(covariance.rows) x \(covariance.columns)")
    }
    try covariance.checkFinite()
    let scale = covariance.largestMagnitude
    guard (1e-100...1e100).contains(scale) else {
      throw MaskedRegressionError.invalidPopulation(
        "a covariance whose largest entry is \(scale); products of entries below 1e-100 or above 1e100 leave the range of "
          + "numbers. Multiply it by a constant: errors are multiplied by the same")
    }
    for i in 0..<d {
      for j in 0..<i where abs(covariance[i, j] - covariance[j, i]) > 1e-10 * scale {
        throw MaskedRegressionError.invalidPopulation(
          "the covariance is not symmetric: entries (\(i + 1), \(j + 1)) and (\(j + 1), \(i + 1)) are \(covariance[i, j]) and \(covariance[j, i])"
        )
      }
    }
  }

  /// Sigma itself.
  public var covariance: Matrix {
    guard let vectors else { return .identity(columns) }
    return multiply(vectors.scalingColumns(by: eigenvalues), vectors, transposing: .right)
  }

  /// sum_k u_jk^2 weight_k for every column j and each list of weights: the diagonals of functions of Sigma.
  /// Cost: 2 columns^2 flops a list (half for Toeplitz covariances), all threads.
  func diagonals(_ weights: [[Double]]) -> [[Double]] {
    if vectors == nil { return weights.map { [Double](repeating: $0[0], count: columns) } }
    let sums = weights.count <= 4 ? squares.products(with: weights) : manyDiagonals(weights)
    if halfColumns == columns { return sums }
    return sums.map { half in (0..<columns).map { half[min($0, columns - 1 - $0)] } }
  }

  private func manyDiagonals(_ weights: [[Double]]) -> [[Double]] {
    let sums = multiply(Matrix(weights), squares, transposing: .right)
    return weights.indices.map { sums.row($0) }
  }
}
