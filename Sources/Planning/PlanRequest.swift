import LinearAlgebra
import Pretraining

/// What a plan is asked: the data, the candidates, what labels and rows cost.
public struct PlanRequest: Sendable {
  /// Rows without a label, m x d; m may be 0. Pre-training uses them together with `features`. A matrix, or a source
  /// that is read in passes and may be longer than memory.
  public let unlabeled: any RowSource
  /// m.
  public let unlabeledCount: Int
  /// Rows with a label, n x d.
  public let features: Matrix
  /// One number per row of `features`.
  public let labels: [Double]
  /// Ways to pre-train. 'none' and ridge on the raw columns are always added.
  public let methods: [any PretrainingMethod]
  /// Sizes to try; those beyond what a method supports are left out.
  public let sizes: [Int]
  /// What labels and rows cost and how much may be spent or must be reached; nil when nobody has said.
  public let purchase: Purchase?
  public let seed: UInt64
  /// For messages; numbers when nil.
  public let featureNames: [String]?
  /// A representation computed elsewhere: a row of features for each unlabeled row, then for each labeled one. A
  /// matrix, or a source.
  public let embedding: (any RowSource)?
  public let head: PlanHead
  /// Of classes whose labels are 0, 1, ..., in that order; nil where a class is told by its label.
  public let classNames: [String]?
  /// A partner for each unlabeled row, such as another view of it: adds linear spectral pre-training on these pairs. A
  /// matrix, or a source with a quick way to rows that lie together (`RowSource.rows(at:)`).
  public let pairs: (any RowSource)?
  /// Unlabeled rows are in order of time: adds linear spectral pre-training on pairs of rows this far apart.
  public let lag: Int?
  /// How often to hide half of the labels and see how such forecasts do; 0 for not at all.
  public let backtestRepeats: Int
  /// Of the unlabeled rows, then of the labeled ones: rows of one person, image, document or site. They stay together in
  /// halves and when rows are left out, and errors are counted by group. nil where every group is one row.
  public let groups: Partition?
  /// Encoders trained elsewhere, each on all unlabeled rows and on parts of them. With these `features` may have no columns.
  public let encoders: [TrainedEncoder]

  /// - Parameters:
  ///   - unlabeledCount: how many rows `unlabeled` has; to be given unless it is a matrix.
  ///   - embedding: unlabeledCount + features.rows rows.
  ///   - pairs: unlabeledCount rows.
  ///   - groups: unlabeledCount + features.rows labels.
  public init(
    unlabeled: any RowSource, unlabeledCount: Int? = nil, features: Matrix, labels: [Double],
    methods: [any PretrainingMethod], sizes: [Int],
    purchase: Purchase? = nil, seed: UInt64 = 0, featureNames: [String]? = nil, embedding: (any RowSource)? = nil,
    head: PlanHead = .linear, classNames: [String]? = nil, pairs: (any RowSource)? = nil, lag: Int? = nil,
    backtestRepeats: Int = 0, groups: Partition? = nil, encoders: [TrainedEncoder] = []
  ) {
    precondition(unlabeledCount != nil || unlabeled.inMemory != nil, "rows of a source must be counted before")
    let unlabeledCount = unlabeledCount ?? unlabeled.inMemory!.rows
    self.unlabeledCount = unlabeledCount
    precondition(backtestRepeats == 0 || backtestRepeats > 1, "\(backtestRepeats) repeat tells nothing")
    self.backtestRepeats = backtestRepeats
    let rows = unlabeledCount + features.rows
    precondition(methods.allSatisfy { $0.ownRows.map { $0.rows == rows } ?? true }, "a method's own rows are \(rows)")
    precondition(
      methods.allSatisfy { $0.ownRows == nil } || groups != nil && backtestRepeats == 0,
      "methods with rows of their own need groups and have no backtest")
    precondition(
      groups.map { $0.label.count == unlabeledCount + features.rows } ?? true,
      "\(groups?.label.count ?? 0) groups for \(unlabeledCount + features.rows) rows")
    self.groups = groups?.keepsRowsTogether
    self.encoders = encoders
    self.head = head
    self.classNames = classNames
    self.pairs = pairs
    self.lag = lag
    precondition(
      pairs.map { $0.columns == features.columns } ?? true,
      "partners of \(pairs?.columns ?? 0) columns for rows of \(features.columns)")
    precondition(featureNames.map { $0.count == features.columns } ?? true, "\(featureNames?.count ?? 0) names")
    self.featureNames = featureNames
    self.embedding = embedding
    precondition(
      unlabeledCount == 0 || unlabeled.columns == features.columns,
      "\(unlabeled.columns) unlabeled columns and \(features.columns) labeled ones")
    precondition(features.rows == labels.count, "\(labels.count) labels for \(features.rows) rows")
    self.unlabeled = unlabeled
    self.features = features
    self.labels = labels
    self.methods = methods
    self.sizes = Array(Set(sizes)).sorted()
    self.purchase = purchase
    self.seed = seed
  }

  /// Rows that a method brings itself, such as a graph's, in the plan's order; nil where it sees the columns.
  public func ownRows(of method: String) -> Matrix? { methods.first { $0.name == method }?.ownRows }

  /// No method brings the columns to one scale by itself.
  var followsUnits: Bool {
    !methods.contains { if case .ofStandardizedRows = $0.innerProducts { true } else { false } }
  }

  /// With some of the labeled rows only, ascending.
  func keeping(labeled rows: [Int]) -> PlanRequest {
    let positions = Array(0..<unlabeledCount) + rows.map { unlabeledCount + $0 }
    let kept = embedding.map { rows -> any RowSource in
      if let matrix = rows.inMemory { return matrix.rows(at: positions) }
      return RowSelection(rows, at: positions)
    }
    return PlanRequest(
      unlabeled: unlabeled, unlabeledCount: unlabeledCount, features: features.rows(at: rows),
      labels: rows.map { labels[$0] }, methods: methods, sizes: sizes, purchase: purchase, seed: seed,
      featureNames: featureNames, embedding: kept, head: head, classNames: classNames,
      pairs: pairs, lag: lag, backtestRepeats: backtestRepeats, groups: groups?.restricted(to: positions),
      encoders: encoders.map { $0.keeping(labeled: rows) })
  }
}

/// What is fitted on the labels, and what risk means.
public enum PlanHead: String, Sendable, Codable, CaseIterable {
  /// Least squares; squared error.
  case linear
  /// Softmax regression on labels of 2 to 1000 classes (logistic regression of two), penalised but for `none`; log-loss.
  case logistic
}

/// Unit costs, and either a budget to spend or a risk to reach.
public struct Purchase: Sendable, Equatable {
  /// Exactly one end is fixed.
  public enum Goal: Sendable, Equatable {
    /// Lowest risk for at most this much money.
    case budget(Double)
    /// Least money for a predicted risk of at most this.
    case targetRisk(Double)
  }

  /// Labeling one row. Rows already there are labeled first; once all are, a label also needs a new row.
  public let costPerLabel: Double
  /// One more row, without label.
  public let costPerRow: Double
  public let goal: Goal

  public init(costPerLabel: Double, costPerRow: Double, goal: Goal) throws {
    guard costPerLabel > 0, costPerLabel.isFinite else {
      throw PlanError.invalidCost(name: "label", value: costPerLabel)
    }
    guard costPerRow > 0, costPerRow.isFinite else { throw PlanError.invalidCost(name: "row", value: costPerRow) }
    switch goal {
    case .budget(let value), .targetRisk(let value):
      guard value > 0, value.isFinite else { throw PlanError.invalidGoal(value: value) }
    }
    self.costPerLabel = costPerLabel
    self.costPerRow = costPerRow
    self.goal = goal
  }
}
