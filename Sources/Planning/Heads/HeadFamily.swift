import Asymptotics
import LinearAlgebra
import Pretraining

/// What is fitted on labels, and what a wrong prediction costs: least squares and ridge under squared error, softmax
/// regression under log-loss. Another head is another conformer, here and nowhere else in a plan.
protocol HeadFamily: Sendable {
  /// On the raw columns, without pre-training: none and ridge.
  var raws: [HeadFit] { get }
  /// On what a method made of all rows, one for each representation.
  func fits(
    _ job: PlanJob, _ data: PreparedData, _ method: any PretrainingMethod, _ representations: [any Representation],
    tick: @escaping @Sendable () -> Void
  ) throws -> [HeadFit]
  /// On features computed elsewhere, the labeled rows' last: their own risk and labels part; the pre-training part is unknown.
  func given(_ embedding: any RowSource) throws -> HeadFit
  /// What no predictor that is linear in the raw columns can tell; nil where there are too few labels to say.
  var rawNoise: Double? { get }
  /// The columns give the target exactly.
  var isExact: Bool { get }
}

/// A method with the sizes tried and the largest there could be.
struct PlanJob {
  let method: any PretrainingMethod
  let sizes: [Int]
  let largest: Int
}

/// One set of features with a head: all that candidates are built from, whatever the head.
struct HeadFit: Sendable {
  let method: String
  let size: Int?
  /// nil where the labels determine none.
  let head: (any Head)?
  /// nil without a risk.
  let forecast: RiskForecast?
  /// The same of the share of wrong classes.
  var errors: RiskForecast?
  /// By which break-even labels are found.
  var curve: LabelCurve?
  /// Features are linear in the columns.
  var isLinear = false
  /// Forecasts for other numbers of rows can be relied on.
  let isReliable: Bool
  /// The risk can be told in parts.
  let hasParts: Bool
  var pairs: [ComponentPair] = []
  var crossoverRatio: Double?
  /// A world to simulate.
  var world: FittedModel?
  /// Of an encoder trained elsewhere.
  var encoder: EncoderFindings?
  /// Said before and after what the parts and the break-even labels give cause for.
  var warnings: (first: [Warning], last: [Warning]) = ([], [])

  var label: String { size.map { "\(method)-\($0)" } ?? method }
}
