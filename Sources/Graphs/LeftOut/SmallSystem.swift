/// A x = b by elimination with partial pivoting, for systems of a few unknowns.
package enum SmallSystem {
  /// nil where A (row-major, destroyed) is singular to working precision. Cost: n³ / 3.
  package static func solve(_ a: inout [Double], _ b: inout [Double]) -> Bool {
    let n = b.count
    let scale = a.reduce(0) { max($0, abs($1)) }
    for k in 0..<n {
      var pivot = k
      for i in k + 1..<max(n, k + 1) where abs(a[i * n + k]) > abs(a[pivot * n + k]) { pivot = i }
      guard abs(a[pivot * n + k]) > 1e-14 * scale else { return false }
      if pivot != k {
        for j in 0..<n { a.swapAt(k * n + j, pivot * n + j) }
        b.swapAt(k, pivot)
      }
      for i in k + 1..<max(n, k + 1) {
        let factor = a[i * n + k] / a[k * n + k]
        if factor == 0 { continue }
        for j in k..<n { a[i * n + j] -= factor * a[k * n + j] }
        b[i] -= factor * b[k]
      }
    }
    for k in stride(from: n - 1, through: 0, by: -1) {
      for j in k + 1..<max(n, k + 1) { b[k] -= a[k * n + j] * b[j] }
      b[k] /= a[k * n + k]
    }
    return true
  }
}
