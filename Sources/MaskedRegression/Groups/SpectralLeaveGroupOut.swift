import LinearAlgebra

/// Errors with a whole group of rows left out, of all columns at many penalties from one factorization: equal to refits without each group.
///
/// Groups of more rows than the rank are solved in the basis of the eigenvectors, others in that of their rows.
/// Cost: for each penalty and group of g rows 2 g rank columns + 2 g^2 columns + g^3/3 flops, with min(g, rank) in the place of g in the
/// last two; all threads. Memory: rows x rank numbers.
struct SpectralLeaveGroupOut: Sendable {
  let spectrum: SampleSpectrum
  let groups: Partition
  /// X V, rows x rank.
  private let scores: Matrix
  private let members: [[Int]]

  /// One pass over the rows where their scores are not at hand.
  init(_ spectrum: SampleSpectrum, _ groups: Partition) throws {
    (self.spectrum, self.groups, members) = (spectrum, groups, groups.members)
    scores = try spectrum.scores ?? SpectralLeaveOneOut(spectrum: spectrum).scores()
  }

  /// Groups whose results are held at once.
  private static let together = 256

  /// Mean squared error of every column at each penalty; infinite where it does not exist.
  func columnErrors(ridges: [Double]) -> [[Double]] {
    let d = spectrum.columns
    let inverses = spectrum.columnSums(ridges: ridges).map(\.inverse)
    var totals = [[Double]](repeating: [Double](repeating: 0, count: d), count: ridges.count)
    for first in stride(from: 0, to: groups.count, by: Self.together) {
      let sums = Parallel.map(count: min(Self.together, groups.count - first)) { index in
        ridges.indices.map { list -> [Double] in
          let found = residuals(group: first + index, ridge: ridges[list], inverse: inverses[list])
          var sums = [Double](repeating: found == nil ? .infinity : 0, count: d)
          if let found {
            for i in 0..<found.rows { for j in 0..<d { sums[j] += found[i, j] * found[i, j] } }
          }
          return sums
        }
      }
      for lists in sums {
        for (list, values) in lists.enumerated() { for j in 0..<d { totals[list][j] += values[j] } }
      }
    }
    return totals.map { $0.map { $0 / Double(spectrum.rows) } }
  }

  /// Every residual, rows x columns; infinite where it does not exist.
  func residuals(ridge: Double) -> Matrix {
    let inverse = spectrum.columnSums(ridges: [ridge])[0].inverse
    let parts = Parallel.map(count: groups.count) { residuals(group: $0, ridge: ridge, inverse: inverse) }
    var result = Matrix(rows: spectrum.rows, columns: spectrum.columns, repeating: .infinity)
    for (group, part) in parts.enumerated() {
      guard let part else { continue }
      for (position, row) in members[group].enumerated() {
        for j in 0..<spectrum.columns { result[row, j] = part[position, j] }
      }
    }
    return result
  }

  /// Mean squared error of predicting each column by its mean over the other groups.
  func baselines() -> [Double] {
    let n = Double(spectrum.rows)
    var sums = spectrum.columnMeanSquares.map { $0 * spectrum.divisor }
    if spectrum.transform.preparation.centers {
      for rows in members {
        let g = Double(rows.count)
        let total = spectrum.vectorRows.transposedTimes(
          scores.rows(at: rows).columnMeans().map { $0 * g })
        for j in sums.indices { sums[j] += total[j] * total[j] * (2 / (n - g) + g / ((n - g) * (n - g))) }
      }
    }
    return sums.enumerated().map { j, sum in
      let mean = spectrum.transform.means[j] * spectrum.transform.factors[j]
      // Rounding of the mean of a constant column is not variance.
      return spectrum.columnMeanSquares[j] > 1e-24 * mean * mean ? sum / n : 0
    }
  }

  // MARK: one group

  /// nil where the fit without the group is singular.
  private func residuals(group: Int, ridge: Double, inverse: [Double]) -> Matrix? {
    let y = scores.rows(at: members[group])
    // With as many eigenvalues as m everything is over lambda, so that penalty 0 keeps its limit.
    let isScaled = spectrum.deficiency == 0
    let filter = spectrum.values.map { 1 / ($0 + ridge) }
    let z = multiply(y.scalingColumns(by: filter), spectrum.vectorRows)
    let solved = isScaled ? solvedOverRidge(y, z, filter) : solved(y, z, filter)
    let diagonal = spectrum.unseen.indices.map { j -> Double in
      let unseen = spectrum.unseen[j]
      if isScaled { return unseen + ridge * inverse[j] }
      return unseen == 0 ? inverse[j] : ridge > 0 ? unseen / ridge + inverse[j] : .infinity
    }
    return solved.map { GroupKernel.residuals(z, $0, diagonal: diagonal, divisor: spectrum.divisor) }
  }

  /// (M/lambda)^-1 Z where M = lambda sum_k U_k U_k'/(l_k + lambda).
  private func solvedOverRidge(_ y: Matrix, _ z: Matrix, _ filter: [Double]) -> Matrix? {
    let shares = zip(spectrum.values, filter).map { ($1 / ($0 * spectrum.divisor)).squareRoot() }
    let rows = y.scalingColumns(by: shares)
    return (try? Cholesky(multiply(rows, rows, transposing: .right))).map { $0.solve(z) }
  }

  /// M^-1 Z,  M = I - C C' with C = [1/sqrt n, Y / sqrt(m (l + lambda))].
  private func solved(_ y: Matrix, _ z: Matrix, _ filter: [Double]) -> Matrix? {
    let c = y.scalingColumns(by: filter.map { ($0 / spectrum.divisor).squareRoot() })
    if !spectrum.transform.preparation.centers { return c.solveIdentityLessProduct(z) }
    let ones = Matrix(rows: y.rows, columns: 1, repeating: 1 / Double(spectrum.rows).squareRoot())
    return ones.joined(leftOf: c).solveIdentityLessProduct(z)
  }
}
