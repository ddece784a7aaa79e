extension Matrix {
  /// (I - C C')^-1 Z for this C (rows x k), by the smaller of C C' and C'C:
  ///
  ///     (I - C C')^-1 = I + C (I - C'C)^-1 C'
  ///
  /// nil where an eigenvalue of I - C C' is below about 1e-10: rounding would have taken its digits.
  /// Cost: 2 rows k (min(rows, k) + Z's columns) + min(rows, k)^3 / 3 flops.
  package func solveIdentityLessProduct(_ z: Matrix) -> Matrix? {
    precondition(z.rows == rows, "\(z.rows) rows for a system of \(rows)")
    if columns >= rows {
      return Self.factored(.identity(rows) - multiply(self, self, transposing: .right)).map { $0.solve(z) }
    }
    return Self.factored(.identity(columns) - gram()).map {
      z + self * $0.solve(multiply(self, z, transposing: .left))
    }
  }

  private static func factored(_ matrix: Matrix) -> Cholesky? {
    guard let factor = try? Cholesky(matrix), factor.factor.diagonalEntries.allSatisfy({ $0 > 1e-5 }) else {
      return nil
    }
    return factor
  }
}
