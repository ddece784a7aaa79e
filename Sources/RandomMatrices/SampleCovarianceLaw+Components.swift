import CMath
import SpecialFunctions

extension SampleCovarianceLaw {
  /// The pieces of the positive spectrum, smallest eigenvalues first, by tau at their ends: between neighbouring population eigenvalues
  /// (1/n) sum s^2/(s - tau)^2 is convex, and there is a gap where it falls below 1.
  var components: [(lower: Double, upper: Double)] {
    let s = levels.values.filter { $0 > 0 }
    var pieces: [(lower: Double, upper: Double)] = []
    var upper = upperTau
    for (above, below) in zip(s, s.dropFirst()) {
      let width = above - below
      let (low, high) = (below + 1e-9 * width, above - 1e-9 * width)
      guard low < high else { continue }
      let least = minimum(from: low, to: high) { self.levels.spread($0, 0).value / self.rows }
      if least.value >= 1 { continue }
      func edge(_ from: Double, _ to: Double) -> Double {
        let found = root(from: min(from, to), to: max(from, to)) {
          min(self.levels.spread($0, 0).value / self.rows, 1e300) - 1
        }
        return found ?? to
      }
      pieces.append((edge(least.place, high), upper))
      upper = edge(least.place, low)
    }
    pieces.append((lowerTau, upper))
    return pieces.reversed()
  }

  /// The density piece by piece: each from 0 to 0, so that lines between points draw gaps as gaps. At least `count` points.
  ///
  /// With as many rows as population eigenvalues the density grows like l^(-1/2) towards 0; the point there is left out.
  package func outline(points count: Int) -> [Point] {
    let pieces = components
    let total = Double(positiveCount)
    return pieces.enumerated().flatMap { number, piece -> [Point] in
      let top = self.countAbove(number, pieces, isLower: true)
      let bottom = self.countAbove(number, pieces, isLower: false)
      let share = (top - bottom) / max(total, 1)
      let inner = max(24, Int((Double(count) * share).rounded(.up)))
      let counts = (1..<inner).map { k in
        top - (top - bottom) * 0.5 * (1 - cos(.pi * Double(k) / Double(inner)))
      }
      let inside = taus(countsAbove: counts).map { point(tau: $0) }
      let ends = [piece.lower, piece.upper].map { end(at: $0) }
      let diverges = number == 0 && rank == rows
      return (diverges ? [] : [ends[0]]) + inside + [ends[1]]
    }
  }

  /// Points below `first`, ascending, down to this value: where the density grows towards 0, and what is far beyond the last
  /// point of an outline counts. Each value is four fifths of the next: straight lines between them are right to about 1 %.
  package func points(below first: Point, downTo value: Double) -> [Point] {
    var (result, last) = ([Point](), first)
    while last.value > value, result.count < Self.mostPointsBelow {
      last = point(tau: last.tau * 0.9)
      result.append(last)
    }
    return result.reversed()
  }

  private static let mostPointsBelow = 2000

  /// Whole numbers of sample eigenvalues lie above a gap.
  private func countAbove(_ number: Int, _ pieces: [(lower: Double, upper: Double)], isLower: Bool) -> Double {
    if isLower && number == 0 { return Double(positiveCount) }
    if !isLower && number == pieces.count - 1 { return 0 }
    let below = isLower ? number - 1 : number
    let (low, high) = (pieces[below].upper, pieces[below + 1].lower)
    return countAbove(tau: 0.5 * (low + high)).rounded()
  }

  /// An end of a piece, where the density is 0.
  private func end(at tau: Double) -> Point {
    let value = tau * (1 + levels.transform(.init(re: tau, im: 0)).value.re / rows)
    return Point(tau: tau, nu: 0, value: max(0, value), density: 0, phi: value > 0 ? tau * tau / value : 0)
  }

  /// Mass, mean and mean square that all d sample eigenvalues have in the limit: min(1, rank/d, n/d), tr Sigma/d and
  /// (tr Sigma^2 + (tr Sigma)^2/n)/d.
  package var moments: SpectrumMoments {
    let trace = zip(levels.values, levels.counts).reduce(0) { $0 + $1.0 * $1.1 }
    let d = Double(columns)
    return SpectrumMoments(
      mass: Double(positiveCount) / d, mean: trace / d, square: (levels.squareSum + trace * trace / rows) / d)
  }
}

/// What a density integrates to, against what it must.
package struct SpectrumMoments: Sendable, Equatable {
  package let mass: Double
  package let mean: Double
  package let square: Double

  package init(mass: Double, mean: Double, square: Double) {
    (self.mass, self.mean, self.square) = (mass, mean, square)
  }

  /// Of straight lines between points, in ascending order.
  package init(points: [(place: Double, density: Double)]) {
    var (mass, mean, square) = (0.0, 0.0, 0.0)
    for (a, b) in zip(points, points.dropFirst()) {
      let width = b.place - a.place
      mass += 0.5 * width * (a.density + b.density)
      mean += 0.5 * width * (a.density * a.place + b.density * b.place)
      square += 0.5 * width * (a.density * a.place * a.place + b.density * b.place * b.place)
    }
    self.init(mass: mass, mean: mean, square: square)
  }
}
