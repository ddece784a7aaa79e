import RandomMatrices

extension SpectrumMoments {
  /// Throws `noAnswer` where these miss others by more than 3 % (coarse grids: more), in the mean square by twice that.
  func check(against wanted: SpectrumMoments, points: Int, of name: String) throws(MaskedRegressionError) {
    let allowed = 0.03 * max(1, 10_000 / Double(points * points))
    for (what, own, right, factor) in [
      ("mass", mass, wanted.mass, 1.0), ("mean", mean, wanted.mean, 1.0), ("mean square", square, wanted.square, 2.0),
    ] where !(abs(own - right) <= factor * allowed * abs(right)) {
      throw .noAnswer(
        "the density of \(name) has the \(what) \(own) where it must have \(right): its spectrum has parts too narrow "
          + "or too far apart for these points. Give more points, or data in place of the population")
    }
  }
}
