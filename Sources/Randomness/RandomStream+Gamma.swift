import CMath

extension RandomStream {
  /// Chi-square with `degreesOfFreedom` > 0: mean k, variance 2 k. Exact, at a cost that does not grow with k.
  public mutating func chiSquare(degreesOfFreedom: Int) -> Double {
    2 * gamma(shape: 0.5 * Double(degreesOfFreedom))
  }

  /// Gamma with this shape > 0 and scale 1: mean and variance `shape`. Exact, by rejection.
  /// Source: Marsaglia and Tsang (2000), "A simple method for generating gamma variables".
  public mutating func gamma(shape: Double) -> Double {
    precondition(shape > 0, "a gamma variable of shape \(shape)")
    if shape < 1 { return gamma(shape: shape + 1) * pow(uniform(), 1 / shape) }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let z = normals(1)[0]
      let cubeRoot = 1 + c * z
      if cubeRoot <= 0 { continue }
      let v = cubeRoot * cubeRoot * cubeRoot
      if log(uniform()) < 0.5 * z * z + d - d * v + d * log(v) { return d * v }
    }
  }
}
