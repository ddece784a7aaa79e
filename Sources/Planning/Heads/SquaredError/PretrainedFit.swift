import Asymptotics
import LinearAlgebra
import Pretraining

/// One pre-trained representation with head, labels part and pre-training part.
package struct PretrainedFit: Sendable {
  package let method: String
  package let size: Int
  package let featureCount: Int
  package let design: PoolDesign
  package let head: LeastSquaresHead
  package let part: LabelsPart?
  package let pretraining: PretrainingPart
  /// Gaussian pairs, principal components only.
  package let pairs: [PrincipalComponentsPart.Pair]
  /// λ_k λ_(k+1)/(m gap²), principal components only.
  package let tieRatio: Double?
  /// Labeled rows that the component with the fewest has, counted by posterior; mixtures only.
  package let fewestLabels: Double?
  /// Features are linear in the columns.
  package let isLinear: Bool
  /// See `PoolLeverage`.
  let poolLeverage: Double
  /// Not every half of the rows could be fitted.
  let halfFailure: Warning?

  package static let largestTieRatio = 0.05
  package static let fewestComponentLabels = 5.0

  package static func all(
    method: any PretrainingMethod, named name: String? = nil, sizes: [Int], representations: [any Representation],
    data: PreparedData, span: PrincipalSpan?, deletedSpans: [PrincipalSpan], seed: UInt64,
    tick: @escaping @Sendable () -> Void
  ) throws -> [PretrainedFit] {
    let designs = try PoolDesign.all(representations, data)
    let heads = try designs.map { try LeastSquaresHead($0.labeled, labels: data.labels, groups: data.labeledGroups) }
    // Only these have parts: halves need not be fitted for the others.
    let isDetermined = designs.map { data.labeledCount >= 3 * $0.parameterCount }
    let known = designs.indices.filter { isDetermined[$0] }
    let losses = try DeleteHalf.losses(
      method: method, sizes: known.map { sizes[$0] }, full: known.map { representations[$0] },
      designs: known.map { designs[$0] }, heads: known.map { heads[$0] }, data: data, seed: seed, tick: tick)
    let halves = Dictionary(uniqueKeysWithValues: zip(known, losses))
    let curves = Dictionary(
      uniqueKeysWithValues: zip(known, try DesignCurve.curves(of: known.map { designs[$0] }, data.pool, seed: seed)))
    let leverages = try PoolLeverage.ratios(designs, heads, over: data.pool)
    // What is linear in rows of the method's own tells what no column does.
    let isLinear = method.ownRows == nil
    return try Parallel.map(count: sizes.count) { position in
      let (representation, head) = (representations[position], heads[position])
      let span = span.flatMap { $0.isSpanned(by: representation) ? $0 : nil }
      let tie = span?.tieRatio(size: representation.featureCount)
      let nearTie = Evidence.isTied(tie)
      let analytic = try span.flatMap { span in
        // The closed form is of independent rows.
        isDetermined[position] && !nearTie && data.groups == nil
          ? try PrincipalComponentsPart(
            span: span, deletedSpans: deletedSpans, data: data, size: representation.featureCount) : nil
      }
      let m = Double(data.rowCount)
      tick()
      let pretraining =
        halves[position].flatMap { half -> PretrainingPart? in
          guard half.losses.spanLoss.count >= HalfFits.fewest else { return nil }
          return PretrainingPart(
            halves: half.losses, analytic: analytic.map { ($0.scaledRisk / m, $0.standardError / m) }, nearTie: nearTie
          ).withoutRounding(beside: MeanError(head.leaveOneOutSquares).mean)
        } ?? .none
      let part = curves[position].flatMap {
        LabelsPart(
          head: head, rows: designs[position].labeled, design: $0, moment: designs[position].secondMoment)
      }
      tick()
      return PretrainedFit(
        method: name ?? method.name, size: sizes[position], featureCount: representation.featureCount,
        design: designs[position], head: head, part: part, pretraining: pretraining,
        pairs: analytic?.pairs ?? [], tieRatio: tie,
        fewestLabels: representation.rowsPerComponent(data.labeled)?.min(),
        isLinear: isLinear && representation.affine != nil,
        poolLeverage: leverages[position],
        halfFailure: halves[position]?.warning)
    }
  }
}
