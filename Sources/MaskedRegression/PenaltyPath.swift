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
  /// Where a search for the best penalty begins, at most `smallestRidge` or the grid's first.
  var lowestRidge: Double { get }
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

  /// The grid of `ridgeGrid`, and beyond it what there is to find: down to where a fit is that without a penalty, up to where every
  /// column is predicted by its mean.
  func searchGrid() -> [Double] {
    let grid = ridgeGrid()
    let lowest = max(lowestRidge, 1e-140)
    let decades = log(grid[0] / lowest)
    let count = decades > 1e-9 ? Int(decades.rounded(.up)) : 0
    let below = (0..<count).map { lowest * exp(decades * Double($0) / Double(count)) }
    let above = [1e2, 1e4, 1e6].map { $0 * grid[grid.count - 1] }.filter { $0 <= Ridge.largest }
    return below + grid + above
  }

  /// One penalty for all columns: a grid, then finer ones between the neighbours of each of its minima that may be the smallest.
  /// The logarithm of the penalty is found to about 0.01; the error there is flat to second order.
  public func bestRidge() throws -> BestRidge {
    let path = try errors(ridges: searchGrid())
    let known = path.indices.filter { Self.value(path[$0]) < .infinity }
    guard let coarse = known.min(by: { Self.value(path[$0]) < Self.value(path[$1]) }) else {
      throw MaskedRegressionError.noAnswer(
        "no penalty has leave-one-out errors: without some row every fit is singular. Give more rows, or leave out columns"
      )
    }
    var best = path[coarse]
    for position in minima(path, below: Self.value(best)) {
      let found = try refined(Array(path[position - 1...position + 1]))
      if Self.value(found) < Self.value(best) { best = found }
    }
    return BestRidge(
      ridge: best.ridge, errors: best, path: path, isAtBoundary: coarse == known.first || coarse == known.last)
  }

  /// Inner minima of a path; those whose parabola stays above a value cannot be the smallest.
  private func minima(_ path: [MaskedErrors], below value: Double) -> [Int] {
    path.indices.dropFirst().dropLast().filter { k in
      let (a, b, c) = (Self.value(path[k - 1]), Self.value(path[k]), Self.value(path[k + 1]))
      guard b <= a, b <= c, a < .infinity, c < .infinity else { return false }
      // The vertex lies at most an eighth of the curvature below the middle.
      return b - 0.25 * (a + c - 2 * b) <= value
    }
  }

  /// The smallest between the first and the last of three.
  private func refined(_ around: [MaskedErrors]) throws -> MaskedErrors {
    var (path, best) = (around, 1)
    while best > 0, best < path.count - 1 {
      let (low, high) = (log(path[best - 1].ridge.value(0)), log(path[best + 1].ridge.value(0)))
      if high - low < 0.1 { break }
      let finer = try errors(ridges: (1...9).map { exp(low + (high - low) * Double($0) / 10) })
      path = [path[best - 1]] + finer + [path[best + 1]]
      best = path.indices.min { Self.value(path[$0]) < Self.value(path[$1]) } ?? 0
    }
    return path[best]
  }

  /// The error left out; infinite where it does not exist or rounding has taken its digits.
  private static func value(_ errors: MaskedErrors) -> Double {
    errors.hasLostDigits ? .infinity : errors.choiceError ?? .infinity
  }
}
