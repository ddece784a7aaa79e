import CMath

/// What a linear head minimizes: a loss l(y, f) in the linear prediction f = ⟨θ, ψ⟩, with the canonical link.
///
///     squaredError  (y - f)²           mean f
///     logistic      log(1 + e^f) - yf  mean 1/(1 + e^-f), y 0 or 1
///     poisson       e^f - yf           mean e^f, y a count; log y! is left out
///
/// For all three l'' does not involve the label, and l' has mean 0 given x where the prediction is right.
/// Source: McCullagh and Nelder (1989), chapter 2.
public enum DownstreamLoss: String, Sendable, Equatable, CaseIterable, Codable {
  case squaredError
  case logistic
  case poisson

  /// l(y, f).
  public func value(label y: Double, prediction f: Double) -> Double {
    self == .squaredError ? (y - f) * (y - f) : cumulant(f) - y * f
  }

  /// l' = ∂l/∂f.
  public func slope(label y: Double, prediction f: Double) -> Double {
    self == .squaredError ? 2 * (f - y) : mean(f) - y
  }

  /// ω = l'' = ∂²l/∂f².
  public func curvature(_ f: Double) -> Double {
    switch self {
    case .squaredError: return 2
    case .logistic:
      // e^-|f| does not overflow.
      let e = exp(-abs(f))
      return e / ((1 + e) * (1 + e))
    case .poisson: return exp(f)
    }
  }

  /// E[y | x] at the right prediction f: b'(f).
  public func mean(_ f: Double) -> Double {
    switch self {
    case .squaredError: f
    case .logistic: f >= 0 ? 1 / (1 + exp(-f)) : exp(f) / (1 + exp(f))
    case .poisson: exp(f)
    }
  }

  /// b(f) of l = b(f) - yf; f²/2 for squared error, whose loss is twice that plus y².
  func cumulant(_ f: Double) -> Double {
    switch self {
    case .squaredError: f * f / 2
    case .logistic: max(f, 0) + log1p(exp(-abs(f)))
    case .poisson: exp(f)
    }
  }

  /// l = scale · (b(f) - yf) + a function of y.
  var scale: Double { self == .squaredError ? 2 : 1 }

  /// Labels that the loss has a likelihood for.
  func allows(label y: Double) -> Bool {
    switch self {
    case .squaredError: y.isFinite
    case .logistic: y == 0 || y == 1
    case .poisson: y >= 0 && y.isFinite && y == y.rounded()
    }
  }
}
