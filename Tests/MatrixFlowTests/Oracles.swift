import Foundation
import LinearAlgebra

/// Ẋ = (M - X X') X by Dormand and Prince's fifth-order pair: the slow, obvious version.
func integrate(_ start: Matrix, _ target: Matrix, to end: Double, tolerance: Double = 1e-13) -> Matrix {
  func field(_ x: Matrix) -> Matrix { target * x - x * x.gram() }
  let a: [[Double]] = [
    [1 / 5], [3 / 40, 9 / 40], [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
    [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
  ]
  let error: [Double] = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40]
  var (x, time, step) = (start, 0.0, 1e-3)
  while time < end {
    let width = min(step, end - time)
    var slopes = [field(x)]
    var next = x
    for row in a {
      next = x
      for (weight, slope) in zip(row, slopes) where weight != 0 { next = next + (width * weight) * slope }
      slopes.append(field(next))
    }
    var defect = Matrix(rows: x.rows, columns: x.columns)
    for (weight, slope) in zip(error, slopes) where weight != 0 { defect = defect + (width * weight) * slope }
    let ratio = defect.largestMagnitude / (tolerance * max(x.largestMagnitude, 1e-300))
    if ratio <= 1 {
      x = next
      time += width
    }
    step = width * min(4, max(0.2, 0.9 / max(ratio, 1e-10).fifthRoot))
  }
  return x
}

extension Double {
  fileprivate var fifthRoot: Double { pow(self, 0.2) }
}

/// The Jacobian of Ẋ = (M - X X') X at X, assembled column by column; symmetric, of order n r.
func jacobian(at x: Matrix, target: Matrix) -> Matrix {
  let (n, r) = (x.rows, x.columns)
  let residual = target - multiply(x, x, transposing: .right)
  var result = Matrix(rows: n * r, columns: n * r)
  for column in 0..<n * r {
    var h = Matrix(rows: n, columns: r)
    h.storage[column] = 1
    let turned = multiply(h, x, transposing: .right)
    let image = residual * h - (turned + turned.transposed()) * x
    for row in 0..<n * r { result[row, column] = image.storage[row] }
  }
  return result
}
