import CMath

/// Error = floor + scale n^-exponent, fitted to a learning curve by least squares with floor, scale >= 0.
///
/// What users of learning curves do; here as the rival to beat. For each exponent on a grid the other two are linear.
package struct PowerLaw: Sendable, Equatable {
  package let floor: Double
  package let scale: Double
  package let exponent: Double

  package static let exponents = stride(from: 0.05, through: 4, by: 0.05).map { $0 }

  /// nil with fewer than 3 points.
  package init?(sizes: [Double], errors: [Double]) {
    guard sizes.count >= 3, sizes.count == errors.count else { return nil }
    var best: (loss: Double, floor: Double, scale: Double, exponent: Double)?
    for exponent in Self.exponents {
      let fit = Self.fit(sizes.map { pow($0 / sizes[0], -exponent) }, errors)
      if best == nil || fit.loss < best!.loss {
        best = (fit.loss, fit.floor, fit.scale * pow(sizes[0], exponent), exponent)
      }
    }
    (floor, scale, exponent) = (best!.floor, best!.scale, best!.exponent)
  }

  /// What is drawn by hand through runs of an encoder: this law, or without a floor a straight line on log axes where there are two
  /// sizes, which determine no more. nil of one size, or of errors of 0.
  package init?(throughRuns sizes: [Double], errors: [Double]) {
    guard Set(sizes).count < 3 else {
      self.init(sizes: sizes, errors: errors)
      return
    }
    guard Set(sizes).count == 2, errors.allSatisfy({ $0 > 0 }) else { return nil }
    let (x, y, n) = (sizes.map { log($0) }, errors.map { log($0) }, Double(sizes.count))
    let (meanX, meanY) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
    let spread = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    let together = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
    let slope = together / spread
    self.init(floor: 0, scale: exp(meanY - slope * meanX), exponent: -slope)
  }

  private init(floor: Double, scale: Double, exponent: Double) {
    (self.floor, self.scale, self.exponent) = (floor, scale, exponent)
  }

  package func callAsFunction(_ n: Double) -> Double { floor + scale * pow(n, -exponent) }

  /// Least squares of y on (1, x) with both coefficients >= 0.
  private static func fit(_ x: [Double], _ y: [Double]) -> (loss: Double, floor: Double, scale: Double) {
    let n = Double(x.count)
    let (meanX, meanY) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
    let spread = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    let together = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
    var scale = spread > 0 ? together / spread : 0
    var floor = meanY - scale * meanX
    if scale < 0 { (scale, floor) = (0, meanY) }
    if floor < 0 {
      floor = 0
      scale = max(zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } / x.reduce(0) { $0 + $1 * $1 }, 0)
    }
    let loss = zip(x, y).reduce(0.0) { sum, pair in
      let error = pair.1 - floor - scale * pair.0
      return sum + error * error
    }
    return (loss, floor, scale)
  }
}
