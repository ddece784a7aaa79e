import TestSupport
import Testing

/// What a forecast says on average over samples against what fresh samples give, see `Agreement`.
func expectAgreement(
  of found: SampleMean, with truth: SampleMean, location: SourceLocation = #_sourceLocation
) {
  let problems = Agreement(of: found, with: truth).problems
  #expect(problems.isEmpty, "\(problems.joined(separator: "; "))", sourceLocation: location)
}
