import Distributions
import LinearAlgebra
import RandomMatrices

/// Masked probabilistic PCA where columns differ: risks column by column, from the law of sample eigenvectors in the population's frame.
///
///     risk = (1/d) sum_j [Q Sigma Q]_jj / Q_jj^2,   Q = sum_i g_i v_i v_i',   g_i = 1/l_i for i <= q, 1/sigma^2 beyond
///     Q_jj = sum_k u_jk^2 sum_i g_i O_ik            [Q Sigma Q]_jj = sum_k u_jk^2 sum_il g_i g_l V_k(i, l)
///
/// O_ik = s_k |t_i|^2/(n l_i |t_i - s_k|^2) is the expected square of v_i along population direction k (Ledoit and Peche 2011), and V_k
/// comes from the two-point equivalent of (z_1 - S)^-1 Sigma (z_2 - S)^-1,
///
///     H_k(t_1, t_2) = t_1 t_2/(z_1 z_2) s_k/((t_1 - s_k)(t_2 - s_k)(1 - gamma)),   gamma = (1/n) sum s^2/((t_1 - s)(t_2 - s)),
///
/// by its jumps across the axis: V_k(i, l) = Re[H_k(t_i, conj t_l) - H_k(t_i, t_l)]/(2 pi^2 f_i f_l) for i != l, phi_i O_ik for i = l. At
/// the quantiles i - 1/2 of the d sample eigenvalues. Derived; relative finite-size bias of order 1/d.
/// Cost: 20 d min(rank, n)^2 flops, all threads; memory 4 min(rank, n)^2 numbers.
struct UnequalColumnsPredictor {
  private let population: MaskedPopulation
  private let levels: [Double]
  private let rows: Double
  /// t_i, l_i, the count of eigenvalues per unit of l, phi_i.
  private let points: [Station]
  /// t_1 t_2/(l_1 l_2 (1 - gamma)) / (2 pi^2 f_1 f_2) at (t_i, conj t_l) and at (t_i, t_l), row by row.
  private let across: [Complex]
  private let along: [Complex]
  /// The directions that rows never saw.
  private let unseen: Unseen?

  private struct Station: Sendable {
    let t: Complex
    let value: Double
    let rate: Double
    let phi: Double
  }

  private struct Unseen: Sendable {
    /// kappa_0/(s + kappa_0) for each direction.
    let shares: [Double]
    /// (1/n) sum s^2/(s + kappa_0)^2.
    let gamma: Double
    let kappa: Double
  }

  init(_ population: MaskedPopulation, rows: Int) {
    self.population = population
    (levels, self.rows) = (population.eigenvalues, Double(rows))
    let law = SampleCovarianceLaw(eigenvalues: levels, rows: rows)
    let count = law.positiveCount
    let taus = law.taus(countsAbove: (0..<count).map { Double($0) + 0.5 })
    let d = Double(population.columns)
    points = Parallel.map(count: count) { index in
      let point = law.point(tau: taus[index])
      return Station(
        t: Complex(re: point.tau, im: point.nu), value: point.value, rate: d * point.density, phi: point.phi)
    }
    (across, along) = Self.pairs(points, levels, Double(rows))
    unseen = Self.unseen(population, rows: rows, count: population.columns - count)
  }

  private static func unseen(_ population: MaskedPopulation, rows: Int, count: Int) -> Unseen? {
    if count == 0 { return nil }
    let s = population.eigenvalues
    let kappa = EffectivePenalty(eigenvalues: s, rows: Double(rows)).smallest
    return Unseen(
      shares: s.map { $0 > 0 ? kappa / ($0 + kappa) : 1 },
      gamma: s.reduce(0) { $0 + ($1 > 0 ? ($1 / ($1 + kappa)) * ($1 / ($1 + kappa)) : 0) } / Double(rows), kappa: kappa)
  }

  private static func pairs(_ points: [Station], _ s: [Double], _ n: Double) -> ([Complex], [Complex]) {
    let count = points.count
    let rows = Parallel.map(count: count) { i in
      (0..<count).map { l -> (Complex, Complex) in
        var (across, along) = (Complex(re: 0, im: 0), Complex(re: 0, im: 0))
        let (a, b) = (points[i].t, points[l].t)
        for value in s {
          let first = (a - Complex(re: value, im: 0)).reciprocal
          let second = (b - Complex(re: value, im: 0)).reciprocal
          along = along + (value * value) * (first * second)
          across = across + (value * value) * (first * Complex(re: second.re, im: -second.im))
        }
        let scale = 1 / (points[i].value * points[l].value * 2 * .pi * .pi * points[i].rate * points[l].rate)
        let one = Complex(re: 1, im: 0)
        let plus = scale * (a * b * (one - (1 / n) * along).reciprocal)
        if i == l { return (Complex(re: 0, im: 0), plus) }
        let minus = scale * (a * Complex(re: b.re, im: -b.im) * (one - (1 / n) * across).reciprocal)
        return (minus, plus)
      }
    }
    return (rows.flatMap { $0.map(\.0) }, rows.flatMap { $0.map(\.1) })
  }

  /// sigma^2 for q = 0, 1, ..., the mean of the sample eigenvalues left out.
  private func noises() -> [Double] {
    var rest = points.reduce(0) { $0 + $1.value }
    var result: [Double] = []
    for (q, point) in points.enumerated() {
      let noise = max(rest, 0) / Double(population.columns - q)
      if noise <= 1e-12 * (points.first?.value ?? 1) { break }
      result.append(noise)
      rest -= point.value
    }
    return result
  }

  /// For q = 0, 1, ..., as many as leave some variance to the noise.
  func maskedPPCARisks() -> [Double] {
    let d = Double(population.columns)
    let noises = noises()
    if noises.isEmpty { return [] }
    let directions = Parallel.map(count: levels.count) { self.direction($0, noises) }
    let lists = (0..<noises.count).flatMap { q in [directions.map { $0[q].first }, directions.map { $0[q].second }] }
    let sums = population.diagonals(lists)
    return noises.indices.map { q in
      zip(sums[2 * q], sums[2 * q + 1]).reduce(0) { $0 + $1.1 / ($1.0 * $1.0) } / d
    }
  }

  /// Along population direction k: u_k'Q u_k and u_k'Q Sigma Q u_k for each q.
  private func direction(_ k: Int, _ noises: [Double]) -> [(first: Double, second: Double)] {
    let (count, s) = (points.count, levels[k])
    let inverse = points.map { ($0.t - Complex(re: s, im: 0)).reciprocal }
    let overlaps = points.indices.map { i in
      s * points[i].t.squaredMagnitude * inverse[i].squaredMagnitude / (rows * points[i].value)
    }
    // The last place stands for what was never seen.
    let order = count + 1
    var v = [Double](repeating: 0, count: order * order)
    for i in 0..<count {
      for l in 0..<count where l != i {
        let a = inverse[i]
        let minus = across[i * count + l] * a * Complex(re: inverse[l].re, im: -inverse[l].im)
        let plus = along[i * count + l] * a * inverse[l]
        v[i * order + l] = s * (minus.re - plus.re)
      }
      v[i * order + i] = points[i].phi * overlaps[i]
      let edge = unseenPart(i, k, inverse[i])
      v[i * order + count] = edge
      v[count * order + i] = edge
    }
    if let unseen { v[order * order - 1] = unseen.shares[k] * unseen.shares[k] * s / (1 - unseen.gamma) }
    return sums(v, overlaps + [unseen?.shares[k] ?? 0], noises)
  }

  /// V_k(i, never seen).
  private func unseenPart(_ i: Int, _ k: Int, _ inverse: Complex) -> Double {
    guard let unseen else { return 0 }
    let t = points[i].t
    var gamma = Complex(re: 0, im: 0)
    for s in levels where s > 0 {
      gamma = gamma + (-s * s / (unseen.kappa + s)) * (t - Complex(re: s, im: 0)).reciprocal
    }
    let whole = t * inverse * (Complex(re: 1, im: 0) - (1 / rows) * gamma).reciprocal
    return -(levels[k] * unseen.shares[k] / (.pi * points[i].value * points[i].rate)) * whole.im
  }

  /// sum g_i o_i and sum g_i g_l v_il with g = 1/l up to q and 1/noise_q beyond, for each q: running sums over heads and tails.
  private func sums(_ v: [Double], _ overlaps: [Double], _ noises: [Double]) -> [(first: Double, second: Double)] {
    let order = overlaps.count
    // tails[i * order + q]: the sum of v_il over l >= q.
    var tails = v
    for i in 0..<order {
      for l in stride(from: order - 2, through: 0, by: -1) { tails[i * order + l] += tails[i * order + l + 1] }
    }
    var corner = [Double](repeating: 0, count: order + 1)
    var tailOverlap = corner
    for q in stride(from: order - 1, through: 0, by: -1) {
      corner[q] = corner[q + 1] + 2 * tails[q * order + q] - v[q * order + q]
      tailOverlap[q] = tailOverlap[q + 1] + overlaps[q]
    }
    let g = points.map { 1 / $0.value }
    var (head, headOverlap) = (0.0, 0.0)
    return noises.indices.map { q in
      if q > 0 {
        let p = q - 1
        var mixed = 0.0
        for l in 0..<p { mixed += g[l] * v[p * order + l] }
        head += g[p] * (2 * mixed + g[p] * v[p * order + p])
        headOverlap += g[p] * overlaps[p]
      }
      var cross = 0.0
      for i in 0..<q { cross += g[i] * tails[i * order + q] }
      let noise = 1 / noises[q]
      return (headOverlap + noise * tailOverlap[q], head + 2 * noise * cross + noise * noise * corner[q])
    }
  }
}

extension MaskedPopulation {
  /// Whether all columns are alike, so that predictors with the sample's eigenvectors have nearly constant diagonals: stationary
  /// populations, and those whose resolvent's diagonal varies by at most 2 % (root mean square) at any penalty.
  var hasLikeColumns: Bool {
    if isStationary { return true }
    let mean = eigenvalues.reduce(0, +) / Double(columns)
    let weights = [1e-4, 1e-2, 0.1, 1].map { share in eigenvalues.map { 1 / ($0 + share * mean) } } + [eigenvalues]
    return diagonals(weights).allSatisfy { diagonal in
      let centre = diagonal.reduce(0, +) / Double(columns)
      let spread = diagonal.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / Double(columns)
      return spread <= 4e-4 * centre * centre
    }
  }
}
