import LinearAlgebra

extension MaskedRidge {
  /// Rows with their missing (NaN) entries filled in, in the columns' own units.
  ///
  /// One missing entry in a row is predicted by the other columns. Several are predicted jointly: the entries at which every one equals
  /// its prediction from all others, filled-in ones included. For one penalty that is the conditional mean of a normal law with
  /// precision P,  P_MM x_M = -P_MO x_O.  A row with nothing observed gets the column means.
  /// Cost: missing^3 / 3 flops a row; factored models rank^3 / 3 instead. Throws `columnCount`, `nonFinite` for infinite entries,
  /// `singular` where the missing entries are not determined.
  public func imputed(_ rows: Matrix) throws -> Matrix {
    if rows.columns != columns { throw MaskedRegressionError.columnCount(given: rows.columns, model: columns) }
    if let index = rows.storage.firstIndex(where: { $0.isInfinite }) {
      throw MaskedRegressionError.nonFinite(
        row: index / columns, column: index % columns, value: rows.storage[index])
    }
    let prepared = transform.applied(to: rows)
    let completed = try Parallel.map(count: rows.rows) { i -> [Double] in
      let row = prepared.row(i)
      let missing = row.indices.filter { row[$0].isNaN }
      return missing.isEmpty ? row : try filled(row, missing)
    }
    var result = transform.inverted(on: Matrix(rows: rows.rows, columns: columns, storage: completed.flatMap { $0 }))
    for index in rows.storage.indices where !rows.storage[index].isNaN { result.storage[index] = rows.storage[index] }
    return result
  }

  /// One prepared row.
  private func filled(_ row: [Double], _ missing: [Int]) throws -> [Double] {
    var completed = row
    for j in missing { completed[j] = 0 }
    if missing.count < row.count {
      let values: [Double]
      if case .factored(let factors) = form, case .shared(let ridge) = self.ridge {
        values = try factors.conditionalMean(completed, missing, ridge: ridge)
      } else {
        values = try jointPrediction(completed, missing)
      }
      for (position, j) in missing.enumerated() { completed[j] = values[position] }
    }
    return completed
  }

  /// x_M with x_M = (x A)_M: (I - A_MM)' x_M = A_OM' x_O.
  private func jointPrediction(_ row: [Double], _ missing: [Int]) throws -> [Double] {
    let target = predictionsOfPrepared(Matrix(rows: 1, columns: columns, storage: row)).row(0)
    let right = missing.map { target[$0] }
    if missing.count == 1 { return right }
    let block = weightBlock(missing)
    guard case .shared = ridge, blocks == nil else {
      do {
        return try QR(.identity(missing.count) - block.transposed()).leastSquares(.column(right)).storage
      } catch {
        throw undetermined(error, missing)
      }
    }
    // With P_ij = -A_ij P_jj the system is symmetric and positive definite.
    var system = Matrix(rows: missing.count, columns: missing.count)
    for (a, _) in missing.enumerated() {
      for (b, j) in missing.enumerated() {
        system[a, b] = (a == b ? 1 : -block[a, b]) * precisionDiagonal[j]
      }
    }
    let scaled = zip(missing, right).map { precisionDiagonal[$0] * $1 }
    do {
      return try Cholesky(system.symmetrized()).solve(scaled)
    } catch {
      throw undetermined(error, missing)
    }
  }

  /// A singular system in the words of this room.
  private func undetermined(_ error: LinearAlgebraError, _ missing: [Int]) -> any Error {
    switch error {
    case .rankDeficient(let position):
      MaskedRegressionError.singular(ridge: ridge.value(missing[position]), column: missing[position])
    case .notPositiveDefinite(let minor):
      MaskedRegressionError.singular(ridge: ridge.value(missing[minor - 1]), column: missing[minor - 1])
    default: error
    }
  }

  /// A_MM.
  private func weightBlock(_ members: [Int]) -> Matrix {
    switch form {
    case .dense(let weights): weights.rows(at: members).columns(at: members)
    case .single(let entries):
      Matrix(members.map { i in members.map { Double(entries[i * columns + $0]) } })
    case .factored(let factors): factors.block(members)
    }
  }
}

extension FactoredWeights {
  /// A_MM.
  func block(_ members: [Int]) -> Matrix {
    let right = members.map { rightFactor($0..<$0 + 1).storage }
    var result = Matrix(rows: members.count, columns: members.count)
    for (a, i) in members.enumerated() {
      for b in members.indices where a != b {
        result[a, b] = (0..<rank).reduce(0) { $0 + vectorRows[$1, i] * right[b][$1] }
      }
    }
    return result
  }

  /// x_M given x_O under the covariance V diag(l) V' + lambda I, through rank x rank:
  /// x_M = V_M (lambda diag(1/l) + V_O'V_O)^-1 V_O' x_O.  `row` holds zeros at the missing entries.
  func conditionalMean(_ row: [Double], _ missing: [Int], ridge: Double) throws -> [Double] {
    let gone = vectorRows.columns(at: missing)
    // V_O'V_O = I - V_M'V_M.
    var system = .identity(rank) - multiply(gone, gone, transposing: .right)
    for k in 0..<rank { system[k, k] += ridge / eigenvalues[k] }
    do {
      let weights = try Cholesky(system.symmetrized()).solve(vectorRows * row)
      return gone.transposedTimes(weights)
    } catch {
      if case .notPositiveDefinite = error { throw MaskedRegressionError.singular(ridge: ridge, column: missing[0]) }
      throw error
    }
  }
}
