import CMath
import LinearAlgebra

extension EncoderCurve {
  /// What the risks of some encoders should come out as on these labeled rows, from the losses of the others.
  ///
  /// With V of all encoders, h a hidden one, v the others and c = V_vh, every shape says
  ///
  ///     E y_h = R + D x(s_h) + c'V_vv⁻¹(y - R - D x),   var y_h = V_hh - c'V_vv⁻¹c + u'(X'V_vv⁻¹X)⁻¹u,   u = (1, x(s_h))' - X'V_vv⁻¹c
  ///
  /// and the shapes are weighted as in the curve of the others: a mixture, widened as all that is said of a curve. Label noise that the
  /// rows have in common drops out, the spread between encoders does not. Of the hidden losses covariances are used, their means are not.
  /// Source: Goldberger (1962), Best linear unbiased prediction in the generalized linear regression model.
  /// - Parameters:
  ///   - losses: n x E, of all encoders.
  ///   - hidden: positions; the others are of at least two sizes, and none of these is beyond their reach.
  /// Cost: n E² + 256 E² flops.
  package static func predictions(
    losses: Matrix, places: [Place], hidden: [Int], groups: Partition? = nil, prior: CurvePrior = CurvePrior(),
    widening: Double = EncoderCurve.widening
  ) throws -> [NormalMixture] {
    let seen = places.indices.filter { !hidden.contains($0) }
    let known = seen.map { places[$0] }
    let curve = try EncoderCurve(
      losses: losses.columns(at: seen), places: known, groups: groups, prior: prior, widening: widening)
    let all = covariance(samplingCovariance(losses, losses.columnMeans(), groups), curve.spread, places)
    let between = all.rows(at: seen)
    let factor = try Cholesky(between.columns(at: seen))
    // In coordinates of unit variance all products are plain ones.
    let cross = factor.solveLower(between.columns(at: hidden))
    let design = Self.design(known, most: curve.rowCount, curve.shapes).joined(leftOf: .column(curve.risks))
    let products = multiply(factor.solveLower(design), cross, transposing: .left)
    let last = products.rows - 1
    return hidden.indices.map { h in
      let place = hidden[h]
      let x = curve.shapes(log2(Double(places[place].rows) / curve.rowCount))
      let own = cross.column(h).reduce(all[place, place]) { $0 - $1 * $1 }
      let moved = curve.fits.indices.map { k -> (mean: Double, deviation: Double) in
        let (fit, u) = (curve.fits[k], (one: 1 - products[0, h], x: x[k] - products[1 + k, h]))
        let variance = own + fit.rr * u.one * u.one + 2 * fit.dr * u.one * u.x + fit.dd * u.x * u.x
        return (fit.risk * u.one + fit.doubling * u.x + products[last, h], max(variance, 0).squareRoot())
      }
      return NormalMixture(weights: curve.weights, means: moved.map(\.mean), deviations: moved.map(\.deviation))
        .widened(by: widening)
    }
  }
}
