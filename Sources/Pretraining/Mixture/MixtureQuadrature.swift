import CMath
import LinearAlgebra
import Randomness
import SpecialFunctions

/// The law's integrals over the r-dimensional mixture, to a relative tolerance on E||L(Z)||².
///
/// r <= 4: the trapezoid rule on a lattice and on the same lattice shifted by half a cell. Above, or where a lattice would be too
/// large: scrambled Sobol points, stratified by component, with points between the centres where these lie far apart.
struct MixtureQuadrature: Sendable {
  /// What an integration found.
  struct Result: Sendable {
    let moments: MixtureMoments
    /// Of the columns `MixtureColumns`.
    let secondMoment: Matrix
    /// Relative, of E||L(Z)||²; two standard errors for scrambled points.
    let error: Double
    let points: Int
  }

  let mixture: ReducedMixture
  let tolerance: Double
  private let integrand: MixtureIntegrand

  /// Largest dimension for the trapezoid rule.
  static let largestLattice = 4

  /// 1e-6 up to r = 4, 1e-3 above.
  static func defaultTolerance(rank: Int) -> Double { rank <= largestLattice ? 1e-6 : 1e-3 }

  private static let largestLatticePoints = 4_000_000.0
  private static let scramblings = 8
  /// columns^2 times points at which scrambled points stop.
  private static let largestWork = 6e10
  private static let farApart = 3.5

  init(_ mixture: ReducedMixture, tolerance: Double) {
    self.mixture = mixture
    self.tolerance = tolerance
    integrand = MixtureIntegrand(mixture)
  }

  /// Throws `LinearAlgebraError` where the information is singular to working precision.
  func run() throws -> Result {
    guard mixture.rank <= Self.largestLattice else { return try scrambled() }
    let lattice = try trapezoid()
    if let lattice, lattice.error <= max(tolerance, 1e-5) { return lattice }
    let other = try scrambled(largestWork: Self.largestWork / 10)
    if let lattice, lattice.error < other.error { return lattice }
    return other
  }

  // MARK: trapezoid

  /// nil where even the coarsest lattice is too large.
  private func trapezoid() throws -> Result? {
    let reach = (2 * log(1 / min(tolerance, 0.1))).squareRoot() + 2
    var step = min(0.9, 2 * Double.pi * Double.pi / (2 * mixture.largestDistance))
    var previous: (mean: Double, step: Double)?
    var best: Result?
    while true {
      let plain = lattice(step: step, offset: 0, reach: reach)
      if Double(2 * plain.count / mixture.rank) > Self.largestLatticePoints { return best }
      let shifted = lattice(step: step, offset: 0.5, reach: reach)
      let weighting = MixtureIntegrand.Weighting.density(pow(step, Double(mixture.rank)))
      let sums = [secondMoment(plain, weighting), secondMoment(shifted, weighting)]
      let parts = try sums.map { try MixtureMoments(mixture, secondMoment: $0) }
      let middle = 0.5 * (sums[0] + sums[1])
      let both = try MixtureMoments(mixture, secondMoment: middle)
      var error = parts[0].distance(to: parts[1]) / (2 * both.mean)
      if let previous {
        let change = min(3 * abs(both.mean - previous.mean) / both.mean, 1)
        error = max(error, pow(change, previous.step / step))
      } else {
        error = 1
      }
      if both.mean == 0 { error = 0 }
      best = Result(
        moments: both, secondMoment: middle, error: error, points: (plain.count + shifted.count) / mixture.rank)
      if error <= tolerance { return best }
      previous = (both.mean, step)
      step *= 0.75
    }
  }

  /// Points step · (n + offset) within `reach` of a centre, row by row.
  private func lattice(step: Double, offset: Double, reach: Double) -> [Double] {
    var points: [Double] = []
    var point = [Double](repeating: 0, count: mixture.rank)
    extend(
      &points, &point, axis: 0, left: [Double](repeating: reach * reach, count: mixture.count), step: step,
      offset: offset)
    return points
  }

  /// - Parameter left: for each centre, what remains of the squared reach; negative when the point is too far.
  private func extend(
    _ points: inout [Double], _ point: inout [Double], axis: Int, left: [Double], step: Double, offset: Double
  ) {
    var (low, high) = (Double.infinity, -Double.infinity)
    for i in 0..<mixture.count where left[i] >= 0 {
      low = min(low, mixture.centers[i, axis] - left[i].squareRoot())
      high = max(high, mixture.centers[i, axis] + left[i].squareRoot())
    }
    guard low <= high else { return }
    var index = (low / step - offset).rounded(.up)
    while step * (index + offset) <= high {
      let value = step * (index + offset)
      index += 1
      point[axis] = value
      if axis == mixture.rank - 1 {
        let near = (0..<mixture.count).contains { i in
          let gap = value - mixture.centers[i, axis]
          return left[i] >= gap * gap
        }
        if near { points += point }
      } else {
        let rest = (0..<mixture.count).map { i in
          let gap = value - mixture.centers[i, axis]
          return left[i] - gap * gap
        }
        extend(&points, &point, axis: axis + 1, left: rest, step: step, offset: offset)
      }
    }
  }

  /// The points' weighted second moment: pieces of a fixed size, summed in order.
  private func secondMoment(_ points: [Double], _ weighting: MixtureIntegrand.Weighting) -> Matrix {
    let number = points.count / mixture.rank
    let piece = max(512, (number + 31) / 32)
    let pieces = Parallel.map(count: (number + piece - 1) / piece) { index in
      points.withUnsafeBufferPointer { all in
        let range = index * piece * mixture.rank..<min((index + 1) * piece, number) * mixture.rank
        return integrand.secondMoment(UnsafeBufferPointer(rebasing: all[range]), weighting)
      }
    }
    return pieces.reduce(Matrix(rows: integrand.columns.total, columns: integrand.columns.total), +)
  }

  // MARK: scrambled points

  private func scrambled(largestWork: Double = largestWork) throws -> Result {
    let strata = Strata(mixture, between: mixture.smallestDistance > Self.farApart)
    let streams = Self.scramblings * strata.count
    var sequences = (0..<streams).map { index -> ScrambledSobol in
      var stream = RandomStream(seed: 0, cell: 0x6d69_7874, replicate: UInt64(index))
      return ScrambledSobol(dimension: mixture.rank, using: &stream)
    }
    var sums = [Matrix](
      repeating: Matrix(rows: integrand.columns.total, columns: integrand.columns.total), count: Self.scramblings)
    var (done, next) = (0, 64)
    while true {
      let (start, count) = (sequences, next)
      let fresh = Parallel.map(count: streams) { index in
        var sequence = start[index]
        let sum = stratum(index % strata.count, of: strata, points: count, &sequence)
        return (sequence, sum)
      }
      for (index, item) in fresh.enumerated() {
        sequences[index] = item.0
        sums[index / strata.count] = sums[index / strata.count] + item.1
      }
      done += next
      next = done
      let result = try combined(sums.map { (1 / Double(done)) * $0 }, points: done * streams)
      let work = Double(2 * done * streams * integrand.columns.total * integrand.columns.total)
      if result.error <= tolerance || work > largestWork { return result }
    }
  }

  /// Averages over scramblings; the jackknife's standard error.
  private func combined(_ sums: [Matrix], points: Int) throws -> Result {
    let count = Double(sums.count)
    let total = sums.reduce(Matrix(rows: sums[0].rows, columns: sums[0].columns), +)
    let middleMoment = (1 / count) * total
    let both = try MixtureMoments(mixture, secondMoment: middleMoment)
    let left = try sums.map { try MixtureMoments(mixture, secondMoment: (1 / (count - 1)) * (total - $0)).mean }
    let middle = left.reduce(0, +) / count
    let square = left.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } * (count - 1) / count
    return Result(
      moments: both, secondMoment: middleMoment, error: both.mean == 0 ? 0 : 2 * square.squareRoot() / both.mean,
      points: points)
  }

  private func stratum(_ index: Int, of strata: Strata, points: Int, _ sequence: inout ScrambledSobol) -> Matrix {
    let r = mixture.rank
    var coordinates = [Double](repeating: 0, count: points * r)
    coordinates.withUnsafeMutableBufferPointer { target in
      for point in 0..<points {
        let place = UnsafeMutableBufferPointer(rebasing: target[point * r..<(point + 1) * r])
        sequence.fillNext(place)
        for j in 0..<r { place[j] = strata.centers[index, j] + normalQuantile(place[j]) }
      }
    }
    return coordinates.withUnsafeBufferPointer {
      integrand.secondMoment($0, strata.weighting(index))
    }
  }

  /// Normal proposals: one at each centre, and one between each two centres where these are far apart.
  private struct Strata: Sendable {
    let centers: Matrix
    let shares: [Double]
    let isMixture: Bool

    var count: Int { shares.count }

    init(_ mixture: ReducedMixture, between: Bool) {
      isMixture = !between
      guard between else {
        centers = mixture.centers
        shares = mixture.weights
        return
      }
      var rows = (0..<mixture.count).map { mixture.centers.row($0) }
      var shares = mixture.weights.map { 0.5 * $0 }
      let pairs = Double(mixture.count * (mixture.count - 1) / 2)
      for i in 0..<mixture.count {
        for j in 0..<i {
          rows.append(zip(rows[i], rows[j]).map { 0.5 * ($0 + $1) })
          shares.append(0.5 / pairs)
        }
      }
      centers = Matrix(rows)
      self.shares = shares
    }

    func weighting(_ index: Int) -> MixtureIntegrand.Weighting {
      isMixture ? .constant(shares[index]) : .ratio(shares[index], centers: centers, shares: shares)
    }
  }
}
