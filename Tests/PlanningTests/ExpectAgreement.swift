import TestSupport
import Testing

/// What a forecast says on average over samples against what fresh samples give: |z| <= 5.
///
/// Power: a standard error of at most 3.3 % of the truth; a forecast that is 20 % off, either way, then lies 6 standard errors off and is
/// rejected, which is asserted.
func expectAgreement(
  of found: SampleMean, with truth: SampleMean, location: SourceLocation = #_sourceLocation
) {
  func z(_ factor: Double) -> Double {
    let (a, b) = (factor * found.standardError, truth.standardError)
    return (factor * found.mean - truth.mean) / (a * a + b * b).squareRoot()
  }
  #expect(abs(z(1)) < 5, "\(found.mean) for \(truth.mean), z = \(z(1))", sourceLocation: location)
  for wrong in [0.8, 1.2] {
    #expect(abs(z(wrong)) > 5, "\(wrong) times the forecast passes, z = \(z(wrong))", sourceLocation: location)
  }
}
