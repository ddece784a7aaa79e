import LinearAlgebra

/// Σ_i z_i z_i' ⊗ (diag(p_i) - p_i p_i'), the second derivative of a multinomial loss: entry (j K + k, l K + m) of the weights of coordinate j
/// for class k and of l for m.
///
/// - Parameters:
///   - rows: z, n x p.
///   - probabilities: n x K.
/// Cost: n p² K² flops, BLAS-3; memory (p K)² numbers.
package func softmaxCurvature(_ rows: Matrix, _ probabilities: Matrix) -> Matrix {
  let (p, count) = (rows.columns, probabilities.columns)
  var result = Matrix(rows: p * count, columns: p * count)
  for k in 0..<count {
    for m in k..<count {
      let shares = (0..<rows.rows).map { row in probabilities[row, k] * ((k == m ? 1 : 0) - probabilities[row, m]) }
      let block = multiply(rows, rows.scalingRows(by: shares), transposing: .left)
      for j in 0..<p {
        for l in 0..<p {
          result[j * count + k, l * count + m] = block[j, l]
          result[l * count + m, j * count + k] = block[j, l]
        }
      }
    }
  }
  return result
}
