#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Errors at any number of penalties from one pass of preparation: `MaskedPath`, `SinglePrecisionPath`.
public protocol PenaltyPath: Sendable {
  var columns: Int { get }
  /// Trace of S.
  var totalVariance: Double { get }
  /// The smallest penalty worth looking at.
  var smallestRidge: Double { get }
  /// Errors at each penalty.
  func errors(ridges: [Double]) throws -> [MaskedErrors]
}

extension PenaltyPath {
  /// Penalties spaced evenly in logarithm from 1e-6 of the mean eigenvalue to ten times their sum.
  public func ridgeGrid(count: Int = 40) -> [Double] {
    precondition(count >= 2, "a grid of \(count) penalties")
    let sum = totalVariance > 0 ? totalVariance : 1
    let (low, high) = (log(max(smallestRidge, 1e-6 * sum / Double(max(columns, 1)))), log(10 * sum))
    return (0..<count).map { exp(low + (high - low) * Double($0) / Double(count - 1)) }
  }

  /// One penalty for all columns: a grid, then two finer ones between the neighbours of the best.
  /// The logarithm of the penalty is found to about 0.01; the error there is flat to second order.
  public func bestRidge() throws -> BestRidge {
    var path = try errors(ridges: ridgeGrid())
    let coarse = path
    var best = Self.smallest(path)
    let isAtBoundary = best == 0 || best == path.count - 1
    for _ in 0..<2 {
      guard let position = best, position > 0, position < path.count - 1 else { break }
      let (low, high) = (log(path[position - 1].ridge.value(0)), log(path[position + 1].ridge.value(0)))
      let finer = try errors(ridges: (1...9).map { exp(low + (high - low) * Double($0) / 10) })
      path = [path[position - 1]] + finer + [path[position + 1]]
      best = Self.smallest(path)
    }
    guard let best else { throw MaskedRegressionError.noConvergence(what: "the search for a penalty") }
    return BestRidge(
      ridge: path[best].ridge, errors: path[best], path: coarse, isAtBoundary: isAtBoundary)
  }

  private static func smallest(_ path: [MaskedErrors]) -> Int? {
    let known = path.indices.compactMap { index in path[index].leaveOneOutError.map { (index, $0) } }
    return known.min { $0.1 < $1.1 }?.0
  }
}
