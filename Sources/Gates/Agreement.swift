/// Whether a mean of independent draws is what a formula, or another mean, says: |z| < 5, and a formula that is 20 % off would not pass.
///
///     let agreement = Agreement(of: SampleMean(draws), with: formula)
///     #expect(agreement.problems.isEmpty, "\(agreement.problems)")
///
/// |z| < 5 fails for a right formula with probability 6e-7 over seeds. Power: with a standard error of at most 3.3 % of the truth, 0.8
/// and 1.2 times the formula lie 5 standard errors off or more; that they are rejected is part of the gate, so that one without power
/// fails instead of passing.
public struct Agreement: Sendable {
  public let found: SampleMean
  /// The mean it is set against, and that one's standard error; 0 for a formula.
  public let expected: (mean: Double, standardError: Double)

  public init(of found: SampleMean, with truth: SampleMean) {
    (self.found, expected) = (found, (truth.mean, truth.standardError))
  }

  /// - Parameter formula: the exact mean, not 0.
  public init(of found: SampleMean, with formula: Double) {
    (self.found, expected) = (found, (formula, 0))
  }

  /// (found - expected) / standard error, after what was found has been multiplied by `factor`.
  public func z(factor: Double = 1) -> Double {
    let (a, b) = (factor * found.standardError, expected.standardError)
    return (factor * found.mean - expected.mean) / (a * a + b * b).squareRoot()
  }

  /// What is wrong, in sentences; nothing where they agree and the gate has power.
  public var problems: [String] {
    let agreement = abs(z()) < 5 ? [] : ["\(found.mean) for \(expected.mean), z = \(z())"]
    return agreement
      + [0.8, 1.2].filter { !(abs(z(factor: $0)) > 5) }.map { "\($0) times as much passes, z = \(z(factor: $0))" }
  }
}
