import LinearAlgebra

extension Matrix {
  /// x_i' M x_i for each row x_i; `form` is M. Cost: 2 rows columns^2 flops.
  func quadraticForms(_ form: Matrix) -> [Double] {
    let projected = multiply(self, form)
    return (0..<rows).map { i in
      var sum = 0.0
      for j in 0..<columns { sum += projected[i, j] * self[i, j] }
      return sum
    }
  }
}
