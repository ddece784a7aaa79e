import CMath

/// φ_t(λ) = (e^{2λt} - 1)/λ and its relatives, split so that nothing overflows: φ = e^{2 max(λ, 0) t} ψ.
enum ExponentialScale {
  /// ψ_t(λ) = (1 - e^{-2|λ|t})/|λ|, 2t at λ = 0.
  static func bounded(_ value: Double, _ time: Double) -> Double {
    value == 0 ? 2 * time : -expm1(-2 * abs(value) * time) / abs(value)
  }

  /// c_t(λ) = e^{λt} φ^{-1/2}: tends to √λ for λ > 0, to 0 otherwise.
  static func amplitude(_ value: Double, _ time: Double) -> Double {
    exp(min(value, 0) * time) / bounded(value, time).squareRoot()
  }

  /// e^{-max(λ, 0) t} ψ^{-1/2} = φ^{-1/2}.
  static func inverseRoot(_ value: Double, _ time: Double) -> Double {
    exp(-max(value, 0) * time) / bounded(value, time).squareRoot()
  }
}

/// e^x, under a name that a matrix exponential would not have.
func exponential(_ exponent: Double) -> Double { exp(exponent) }

func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

func logarithm(_ value: Double) -> Double { log(value) }
