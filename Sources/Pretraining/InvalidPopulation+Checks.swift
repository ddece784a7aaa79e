import LinearAlgebra
import MaskedRegression

extension InvalidPopulation {
  static func check(noise: Double) throws {
    guard noise >= 0, noise.isFinite else {
      throw InvalidPopulation(
        key: "downstream.noise", value: "\(noise)", problem: "a standard deviation cannot be negative or infinite",
        remedy: "Give the standard deviation of the label noise, 0 or more")
    }
    try check(magnitudes: [noise], key: "downstream.noise")
  }

  static func check(covariance: Matrix, key: String, dimension: Int) throws {
    try check(symmetric: covariance, key: key, dimension: dimension)
    try check(magnitudes: covariance.diagonalEntries, key: key)
    guard (try? Cholesky(covariance)) != nil else {
      throw InvalidPopulation(
        key: key, value: "\(covariance.rows) x \(covariance.columns)", problem: "it is not positive definite",
        remedy: "Remove constant or redundant columns")
    }
  }

  /// A finite symmetric matrix of this order.
  static func check(symmetric matrix: Matrix, key: String, dimension: Int) throws {
    let size = "\(matrix.rows) x \(matrix.columns)"
    guard matrix.rows == dimension, matrix.columns == dimension else {
      throw InvalidPopulation(
        key: key, value: size, problem: "there are \(dimension) columns",
        remedy: "Give a \(dimension) x \(dimension) matrix")
    }
    if let index = matrix.storage.firstIndex(where: { !$0.isFinite }) {
      throw InvalidPopulation(
        key: key, value: "\(matrix.storage[index])",
        problem: "row \(index / matrix.columns), column \(index % matrix.columns) (counted from 0) is not finite",
        remedy: "Give finite numbers")
    }
    let asymmetry = (matrix - matrix.transposed()).largestMagnitude
    guard asymmetry <= 1e-9 * matrix.largestMagnitude else {
      throw InvalidPopulation(
        key: key, value: size, problem: "it is not symmetric", remedy: "Use (C + C') / 2 if the difference is rounding")
    }
  }

  /// Numbers whose products in a law neither overflow nor vanish.
  private static let magnitudes = 1e-50...1e50

  /// The largest in magnitude is 0 or in range: with it the rest cannot overflow, and may be as small as it likes.
  static func check(magnitudes values: some Sequence<Double>, key: String) throws {
    let largest = values.reduce(0) { abs($0) > abs($1) || $1.isNaN ? $0 : $1 }
    if largest == 0 || magnitudes.contains(abs(largest)) { return }
    throw outOfRange(largest, key: key)
  }

  /// Every one is in range: values that are divided by.
  static func check(divisors values: some Sequence<Double>, key: String) throws {
    if let wrong = values.first(where: { !magnitudes.contains(abs($0)) }) { throw outOfRange(wrong, key: key) }
  }

  private static func outOfRange(_ value: Double, key: String) -> InvalidPopulation {
    InvalidPopulation(
      key: key, value: "\(value)",
      problem: "beyond \(magnitudes.lowerBound) to \(magnitudes.upperBound) in magnitude products overflow or vanish",
      remedy: "Change the units of the rows or of the labels")
  }

  /// Some matrices of dimension x columns fit into memory.
  static func check(dimension: Int, columns: Int, purpose: String) throws {
    let (entries, overflow) = dimension.multipliedReportingOverflow(by: columns)
    guard overflow || entries > MemoryLimit.physical.bytes / 32 else { return }
    throw InvalidPopulation(
      key: "dimension", value: "\(dimension)",
      problem: "\(purpose) takes matrices of \(dimension) x \(columns) numbers, more than there is memory for",
      remedy: "Lower dimension")
  }

  /// What a simulation holds.
  static func check(drawn dimension: Int) throws {
    try check(dimension: dimension, columns: dimension, purpose: "drawing samples")
  }
}
