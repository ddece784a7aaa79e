import CMath
import LinearAlgebra
import Randomness
import SpecialFunctions

/// The law's integrals over the r-dimensional mixture, to a relative tolerance on E||L(Z)||².
///
/// r <= 4: the trapezoid rule on a lattice and on the same lattice shifted by half a cell. Above, or where a lattice would be too
/// large, or where only points between centres far apart count: scrambled Sobol points, stratified by component, with points
/// between the centres where these lie far apart.
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
  /// Below this relative error sums of doubles say nothing more.
  private static let smallestTolerance = 1e-13
  private static let scramblings = 8
  /// columns^2 times points at which scrambled points stop.
  private static let largestWork = 6e10
  private static let farApart = 3.5

  init(_ mixture: ReducedMixture, tolerance: Double) {
    self.mixture = mixture
    self.tolerance = max(tolerance, Self.smallestTolerance)
    integrand = MixtureIntegrand(mixture)
  }

  /// Throws `LinearAlgebraError` where the information is singular to working precision.
  func run() throws -> Result {
    guard mixture.rank <= Self.largestLattice else { return try scrambled() }
    let lattice = try trapezoid()
    let misses = lattice.map { missesWhatCounts($0.moments.mean) } ?? false
    if let lattice, !misses, lattice.error <= max(tolerance, 1e-5) { return lattice }
    let other = try scrambled(largestWork: Self.largestWork / 10)
    if let lattice, !misses, lattice.error < other.error { return lattice }
    return other
  }

  /// Whether E||L(Z)||² is so small that what counts may lie between centres, beyond the lattice: targets that differ by
  /// constants, with clusters far apart, are uncertain where two posteriors meet and nowhere else.
  private func missesWhatCounts(_ mean: Double) -> Bool {
    mixture.smallestDistance > 2 * (reach - 2) && mean <= tolerance * mixture.targetScale
  }

  // MARK: trapezoid

  /// The lattice's points are this near to a centre, or nearer: the rest has less than `tolerance` of the mass.
  private var reach: Double { (2 * log(1 / min(tolerance, 0.1))).squareRoot() + 2 }

  /// nil where even the coarsest lattice is too large. Posteriors change over a width of 1/distance, where centres are so near
  /// that the lattice has points between them.
  private func trapezoid() throws -> Result? {
    let reach = reach
    var step = min(0.9, 2 * Double.pi * Double.pi / (2 * mixture.largestDistance(below: 2 * reach)))
    var previous: (mean: Double, step: Double)?
    var best: Result?
    while true {
      if latticeSize(step: step, reach: reach) > Self.largestLatticePoints { return best }
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

  /// Number of points within `reach` of a centre, at most: balls that do not overlap, and what a cell adds to their radius.
  private func latticeSize(step: Double, reach: Double) -> Double {
    let r = mixture.rank
    let unitBall = [1, 2, Double.pi, 4 * Double.pi / 3, Double.pi * Double.pi / 2][r]
    let largestReach = 0.5 * mixture.largestDistance(below: .infinity) + reach
    let balls = Double(mixture.count) * pow(reach, Double(r))
    return unitBall * min(balls, pow(largestReach, Double(r))) / pow(step, Double(r))
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
    let strata = MixtureStrata(mixture, between: mixture.smallestDistance > Self.farApart)
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

  private func stratum(_ index: Int, of strata: MixtureStrata, points: Int, _ sequence: inout ScrambledSobol) -> Matrix
  {
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
}
