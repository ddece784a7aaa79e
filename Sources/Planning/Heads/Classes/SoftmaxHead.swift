import Asymptotics
import CMath
import LinearAlgebra

/// A softmax head of labeled rows, its penalty by `SoftmaxSearch`, with the loss of each row by fits without it.
///
/// At the penalty chosen every row is left out by an exact refit where that takes under 20 Gflop, otherwise the folds'
/// losses stand: they know a part of the labels only, which `SoftmaxLabelsPart` accounts for.
package struct SoftmaxHead: Head {
  package let fit: SoftmaxFit
  package let leftOut: LeftOut
  /// log p_k of each row by a fit without it, n x K.
  package let leftOutLogs: Matrix
  /// -log p_y with the row left out.
  package let leftOutLosses: [Double]
  /// Of the rows left out.
  package let scores: ClassScores
  /// Penalties tried, from the largest down, and the folds' loss of each row at each of them.
  package let penalties: [Double]
  package let pathLosses: [[Double]]
  /// log p_k of each row by fits to halves of the others; nil where some half has no fit.
  package let halves: [Matrix]?
  /// What the mean left-out loss hides of the choice of the penalty, and of the scaling where two were tried.
  package let optimism: Double
  /// Which of the scalings tried.
  let scaling: Int
  /// τ of the penalty, see `SoftmaxSearch`; infinite without one.
  let spread: Double
  let step: SoftmaxPath.Step
  let path: SoftmaxPath
  private let rowParts: RowParts

  private static let foldCount = 10
  private static let mostExactFlops = 2e10
  private static let tolerance = 1e-8

  /// - Parameters:
  ///   - features: n x p without a column of ones; columns on comparable scales.
  ///   - classes: 0 ..< count, one per row, at least two rows of each.
  /// Throws `HeadError.emptyClass`, `LinearAlgebraError`.
  package init(_ features: Matrix, classes: [Int], count: Int, seed: UInt64, groups: Partition? = nil) throws {
    try self.init(scalings: [features], classes: classes, count: count, seed: seed, groups: groups)
  }

  /// The best of several scalings of the same features.
  /// - Parameters:
  ///   - isJudged: otherwise the penalty alone is chosen, and the folds' losses stand.
  ///   - isQuick: a third of the penalties, by three folds.
  ///   - groups: of the rows: they are left out together, and choosing is judged by them.
  package init(
    scalings: [Matrix], classes: [Int], count: Int, seed: UInt64, isJudged: Bool = true, isQuick: Bool = false,
    groups: Partition? = nil
  ) throws {
    let rowParts = RowParts(classes, groups: groups)
    var searches = [SoftmaxSearch]()
    for features in scalings {
      searches.append(
        try SoftmaxSearch(
          features, classes: classes, count: count, seed: seed, rival: searches.first, isQuick: isQuick,
          groups: groups))
    }
    let scaling = searches.indices.min { searches[$0].objective < searches[$1].objective }!
    let search = searches[scaling]
    let penalty = search.penalties[search.best]
    let chosen = search.path.fit(penalty: penalty, from: search.steps[search.best], tolerance: Self.tolerance)
    let isExact = isJudged && Self.isAffordable(search.path, rowParts)
    let left =
      isExact
      ? search.path.leftOut(chosen, parts: rowParts.alone, tolerance: Self.tolerance) : search.leftOut(chosen)
    guard let left, chosen.fit.status == .converged else { throw HeadError.notConverged(penalty: penalty) }
    let tried = searches.flatMap(\.losses).filter { $0.allSatisfy(\.isFinite) }
    let losses = Matrix(rows: tried.count, columns: classes.count, storage: tried.flatMap { $0 }).transposed()
    let choice = isJudged ? WeightedLosses(losses, groups: rowParts.groups).choice : nil
    self.init(
      search.path, chosen, left, rowParts, isExact ? rowParts.leftOutAlone : .folds(search.folds),
      halves: isJudged ? search.halves(seed: seed) : nil,
      optimism: choice.map { $0.optimism + $0.excess } ?? 0, scaling: scaling, spread: search.spread,
      penalties: search.penalties, pathLosses: search.losses)
  }

  /// Without a penalty; nil where the classes are separated with all rows or without some: no finite number is right.
  package init?(
    unpenalized features: Matrix, classes: [Int], count: Int, seed: UInt64, groups: Partition? = nil
  ) throws {
    let rowParts = RowParts(classes, groups: groups)
    let path = try SoftmaxPath(PrincipalRows(features), classes: classes, count: count)
    // As many coordinates as rows separate anything.
    guard path.rows.coordinates.columns < classes.count else { return nil }
    let step = path.fit(penalty: 0, tolerance: Self.tolerance)
    guard step.fit.status == .converged else { return nil }
    let isExact = Self.isAffordable(path, rowParts)
    let parts = isExact ? rowParts.alone : rowParts.folds(Self.foldCount, seed: seed)
    guard let left = path.leftOut(step, parts: parts, tolerance: Self.tolerance) else { return nil }
    let halves = (1...2).compactMap {
      path.leftOut(step, parts: rowParts.folds(2, seed: seed &+ $0), tolerance: SoftmaxSearch.tolerance)
    }
    self.init(
      path, step, left, rowParts, isExact ? rowParts.leftOutAlone : .folds(parts.count),
      halves: halves.count == 2 ? halves : nil, optimism: 0,
      scaling: 0, spread: .infinity, penalties: [0], pathLosses: [])
  }

  private init(
    _ path: SoftmaxPath, _ step: SoftmaxPath.Step, _ left: Matrix, _ rowParts: RowParts, _ leftOut: LeftOut,
    halves: [Matrix]?,
    optimism: Double, scaling: Int, spread: Double, penalties: [Double], pathLosses: [[Double]]
  ) {
    (self.path, self.step, fit, leftOutLogs, self.leftOut) = (path, step, step.fit, left, leftOut)
    self.rowParts = rowParts
    (self.halves, self.optimism, self.scaling, self.spread) = (halves, optimism, scaling, spread)
    (self.penalties, self.pathLosses) = (penalties, pathLosses)
    leftOutLosses = SoftmaxSearch.losses(left, path.classes)
    scores = ClassScores(left, classes: path.classes, leftOutAlone: leftOut == .exact)
  }

  /// Every row, or every group, left out at the price of these refits.
  private static func isAffordable(_ path: SoftmaxPath, _ parts: RowParts) -> Bool {
    let share = Double(parts.groups?.count ?? path.classes.count) / Double(path.classes.count)
    return path.leaveOneOutCost * share <= mostExactFlops
  }

  /// Of the rows; nil where each is alone.
  package var groups: Partition? { rowParts.groups }

  /// Independent features.
  var rank: Int { path.rows.axes.columns }
  package var classes: [Int] { path.classes }
  package var classScores: ClassScores? { scores }
  package var classPicture: ClassPicture? {
    ClassPicture(leftOutLogs, classes: classes, leftOutAlone: leftOut == .exact)
  }

  /// 1 of each left-out row that is told wrong.
  var leftOutErrors: [Double] {
    ClassScores.toldRight(leftOutLogs, classes: classes, leftOutAlone: leftOut == .exact).map { 1 - $0 }
  }

  static func errors(_ logs: Matrix, _ classes: [Int]) -> [Double] {
    ClassScores.toldRight(logs, classes: classes, leftOutAlone: false).map { 1 - $0 }
  }

  /// The losses of the same rows with other features at the same penalty, by five folds; of these features by the same
  /// folds where nil. nil where some fold has no fit.
  func foldLosses(_ features: Matrix? = nil, seed: UInt64) throws -> [Double]? {
    try foldLogs(features, seed: seed).map { SoftmaxSearch.losses($0, classes) }
  }

  /// The same as log p of every class.
  func foldLogs(_ features: Matrix? = nil, seed: UInt64) throws -> Matrix? {
    let parts = rowParts.folds(5, seed: seed)
    var (path, step) = (path, step)
    if let features {
      path = try SoftmaxPath(PrincipalRows(features), classes: classes, count: self.path.count)
      step = path.fit(penalty: fit.penalty, tolerance: SoftmaxSearch.tolerance)
    }
    return path.leftOut(step, parts: parts, tolerance: SoftmaxSearch.tolerance)
  }
}
