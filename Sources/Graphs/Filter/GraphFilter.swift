import CMath

/// A polynomial of the adjacency with self-loops S = D^-1/2 (A + I) D^-1/2 (or D^-1 (A + I)): P = Σ_k c_k S^k.
///
/// Sources: Wu et al. 2019 (SGC), Klicpera et al. 2019 (APPNP, heat).
public enum GraphFilter: Sendable, Equatable, CustomStringConvertible {
  /// S^hops.
  case sgc(hops: Int)
  /// Σ_{l<steps} a (1 - a)^l S^l + (1 - a)^steps S^steps, a the share of the start that comes back in each step.
  case appnp(steps: Int, alpha: Double)
  /// exp(-t (I - S)), its series to full precision.
  case heat(time: Double)

  /// Coefficients c_0, c_1, ... of the powers of S; they are not negative and add up to 1.
  public var coefficients: [Double] {
    switch self {
    case .sgc(let hops): return [Double](repeating: 0, count: hops) + [1]
    case .appnp(let steps, let alpha):
      return (0..<steps).map { alpha * pow(1 - alpha, Double($0)) } + [pow(1 - alpha, Double(steps))]
    case .heat(let time):
      var (term, result, sum) = (exp(-time), [Double](), 0.0)
      while result.count < 2 || 1 - sum > 1e-16 && term > 1e-18 || Double(result.count) < time {
        result.append(term)
        sum += term
        term *= time / Double(result.count)
      }
      return result
    }
  }

  /// Powers of S that one application takes: 2 nnz(S) flops a column each.
  public var steps: Int { coefficients.count - 1 }

  /// Throws `invalidFilter` for parameters outside their ranges.
  public func check() throws(GraphError) {
    switch self {
    case .sgc(let hops):
      guard (1...Self.mostSteps).contains(hops) else {
        throw .invalidFilter("sgc:\(hops): the number of hops must be between 1 and \(Self.mostSteps)")
      }
    case .appnp(let steps, let alpha):
      guard (1...Self.mostSteps).contains(steps), alpha > 0, alpha < 1 else {
        throw .invalidFilter(
          "appnp:\(steps):\(alpha): give 1 to \(Self.mostSteps) steps and a share that comes back above 0 and below 1")
      }
    case .heat(let time):
      guard time > 0, time <= 100 else {
        throw .invalidFilter("heat:\(time): the time must lie above 0 and be at most 100")
      }
    }
  }

  private static let mostSteps = 1000

  /// `sgc:2`, `appnp:10:0.1` or `heat:1.5`. Throws `invalidFilter`.
  public init(_ text: String) throws(GraphError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let known: GraphFilter?
    switch (parts[0], parts.count) {
    case ("sgc", 2): known = Int(parts[1]).map { .sgc(hops: $0) }
    case ("appnp", 3):
      known = Int(parts[1]).flatMap { steps in Double(parts[2]).map { .appnp(steps: steps, alpha: $0) } }
    case ("heat", 2): known = Double(parts[1]).map { .heat(time: $0) }
    default: known = nil
    }
    guard let known else {
      throw .invalidFilter(
        "'\(text)' is no filter: give sgc:HOPS, appnp:STEPS:ALPHA or heat:TIME, such as sgc:2, appnp:10:0.1, heat:1.5")
    }
    try known.check()
    self = known
  }

  public var description: String {
    switch self {
    case .sgc(let hops): "sgc:\(hops)"
    case .appnp(let steps, let alpha): "appnp:\(steps):\(alpha)"
    case .heat(let time): "heat:\(time)"
    }
  }
}

/// How the adjacency with self-loops A + I is scaled, d the degrees with it.
public enum GraphNormalization: String, Sendable, CaseIterable {
  /// d_i^-1/2 d_j^-1/2.
  case symmetric
  /// d_i^-1: every row adds up to 1.
  case rows
}
