import CMath
import LinearAlgebra

/// What expectation and maximization moves.
struct MixtureState {
  /// K x d.
  var centers: Matrix
  var weights: [Double]
  var variance: Double

  /// Centers over the deviation, logarithms of weights and variance: free of units and without bounds.
  fileprivate func coordinates(unit: Double) -> [Double] {
    centers.storage.map { $0 / unit } + weights.map { log($0) } + [log(variance)]
  }

  fileprivate init(coordinates: [Double], components k: Int, unit: Double) {
    let split = coordinates.count - 1 - k
    centers = Matrix(rows: k, columns: split / k, storage: coordinates[..<split].map { $0 * unit })
    let shares = coordinates[split..<split + k].map { exp($0) }
    let total = shares.reduce(0, +)
    weights = shares.map { $0 / total }
    variance = exp(coordinates[split + k])
  }

  init(centers: Matrix, weights: [Double], variance: Double) {
    (self.centers, self.weights, self.variance) = (centers, weights, variance)
  }
}

/// Expectation and maximization, with a long step after every two where these are nearly parallel:
///
///     r = θ1 - θ0,   v = θ2 - 2 θ1 + θ0,   α = |r| / |v|,   θ = θ0 + 2 α r + α² v   where α > 1
///
/// A long step is kept where its likelihood is not below θ1's, so the likelihood never decreases.
/// Source: Varadhan and Roland 2008, scheme S3.
struct MixtureIteration {
  let method: GaussianMixture
  let data: MixtureRows

  /// Cost: `GaussianMixture`'s for each iteration.
  func run(from start: MixtureState) throws -> MixtureFit {
    var history = [Double]()
    // Steps in a row, the last one not evaluated yet; what to go on from where a long step is rejected.
    var (trail, fallback) = ([start], MixtureState?.none)
    var evaluations = 0
    while true {
      let current = trail[trail.count - 1]
      let sums = try data.expectation(
        centers: current.centers, weights: current.weights, variance: current.variance)
      evaluations += 1
      if let safe = fallback {
        fallback = nil
        guard sums.logLikelihood >= history[history.count - 1], sums.emptyComponent == nil else {
          trail = [safe]
          continue
        }
        history.append(sums.logLikelihood)
      } else {
        let grown = trail.count > 1 ? sums.logLikelihood - history[history.count - 1] : .infinity
        history.append(sums.logLikelihood)
        if let status = status(sums, grown: grown, evaluations: evaluations) {
          return MixtureFit(
            centers: current.centers, weights: current.weights, variance: current.variance, logLikelihoods: history,
            status: status)
        }
      }
      trail.append(maximized(current, sums))
      if method.accelerates, trail.count == 3 {
        if let far = longStep(trail) {
          fallback = trail[2]
          trail = [far]
        } else {
          trail.removeFirst()
        }
      }
    }
  }

  private func status(_ sums: MixtureRows.Sums, grown: Double, evaluations: Int) -> MixtureFit.Status? {
    if let empty = sums.emptyComponent { return .emptyComponent(empty) }
    if grown < method.tolerance { return .converged }
    return evaluations >= method.maximumIterations ? .iterationLimit : nil
  }

  private func maximized(_ state: MixtureState, _ sums: MixtureRows.Sums) -> MixtureState {
    let centers = sums.sums.scalingRows(by: sums.counts.map { 1 / $0 })
    return MixtureState(
      centers: centers,
      weights: method.estimates.weights ? sums.counts.map { $0 / Double(data.count) } : state.weights,
      variance: method.estimates.variance ? data.variance(around: centers, counts: sums.counts) : state.variance)
  }

  /// nil where two steps do not call for one.
  private func longStep(_ trail: [MixtureState]) -> MixtureState? {
    let unit = trail[2].variance.squareRoot()
    let points = trail.map { $0.coordinates(unit: unit) }
    var (first, second) = (0.0, 0.0)
    for i in points[0].indices {
      let (r, next) = (points[1][i] - points[0][i], points[2][i] - points[1][i])
      first += r * r
      second += (next - r) * (next - r)
    }
    let alpha = (first / second).squareRoot()
    guard alpha > 1, alpha.isFinite else { return nil }
    let far = points[0].indices.map { i in
      let (r, next) = (points[1][i] - points[0][i], points[2][i] - points[1][i])
      return points[0][i] + 2 * alpha * r + alpha * alpha * (next - r)
    }
    guard far.allSatisfy(\.isFinite) else { return nil }
    var state = MixtureState(coordinates: far, components: trail[0].weights.count, unit: unit)
    if !method.estimates.weights { state.weights = trail[0].weights }
    if !method.estimates.variance { state.variance = trail[0].variance }
    return state
  }
}

extension MixtureRows.Sums {
  fileprivate var emptyComponent: Int? { counts.firstIndex { $0 < 1e-8 } }
}
