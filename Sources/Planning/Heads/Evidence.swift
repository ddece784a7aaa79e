import Asymptotics
import LinearAlgebra
import Pretraining

/// What any head asks of a representation: is its span known, has each of its components labels?
enum Evidence {
  /// λ_k λ_(k+1)/(m gap²) of the cut that a representation by leading eigenvectors makes; nil of others.
  static func tieRatio(_ representation: any Representation, _ span: PrincipalSpan?) -> Double? {
    guard let span, span.isSpanned(by: representation) else { return nil }
    return span.tieRatio(size: representation.featureCount)
  }

  static func isTied(_ ratio: Double?) -> Bool { (ratio ?? 0) > PretrainedFit.largestTieRatio }

  static func tie(_ ratio: Double?, size: Int) -> [Warning] {
    isTied(ratio) ? [.nearTie(size: size, ratio: ratio!)] : []
  }

  static func fewLabels(_ count: Double?) -> [Warning] {
    count.flatMap { $0 < PretrainedFit.fewestComponentLabels ? [.fewLabelsInComponent($0)] : nil } ?? []
  }
}
