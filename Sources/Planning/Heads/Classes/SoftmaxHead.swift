import Asymptotics
import CMath
import LinearAlgebra

/// A softmax head of labeled rows, its penalty by `SoftmaxSearch`, with the loss of each row by fits without it.
///
/// At the penalty chosen every row is left out by an exact refit where that takes under 20 Gflop, otherwise the folds'
/// losses stand: they know a part of the labels only, which `SoftmaxLabelsPart` accounts for. Rows of a group are left out together, in
/// folds of whole groups; groups one by one where exact refits may be had.
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
  private let step: SoftmaxPath.Step
  private let path: SoftmaxPath
  /// Of the rows, where some belong together.
  let groups: Partition?

  private static let foldCount = 10
  private static let mostExactFlops = 2e10
  private static let tolerance = 1e-8

  /// - Parameters:
  ///   - features: n x p without a column of ones; columns on comparable scales.
  ///   - classes: 0 ..< count, one per row, at least two rows of each.
  /// Throws `HeadError.emptyClass`, `LinearAlgebraError`.
  package init(
    _ features: Matrix, classes: [Int], count: Int, seed: UInt64, groups: Partition? = nil
  ) throws {
    try self.init(scalings: [features], classes: classes, count: count, seed: seed, groups: groups)
  }

  /// The best of several scalings of the same features.
  /// - Parameters:
  ///   - isJudged: otherwise the penalty alone is chosen, and the folds' losses stand.
  ///   - isQuick: a third of the penalties, by three folds.
  package init(
    scalings: [Matrix], classes: [Int], count: Int, seed: UInt64, isJudged: Bool = true, isQuick: Bool = false,
    groups: Partition? = nil
  ) throws {
    let groups = groups?.keepsRowsTogether
    var searches = [SoftmaxSearch]()
    for features in scalings {
      searches.append(
        try SoftmaxSearch(
          features, classes: classes, count: count, seed: seed, rival: searches.first, isQuick: isQuick, groups: groups)
      )
    }
    let scaling = searches.indices.min { searches[$0].objective < searches[$1].objective }!
    let search = searches[scaling]
    let penalty = search.penalties[search.best]
    let chosen = search.path.fit(penalty: penalty, from: search.steps[search.best], tolerance: Self.tolerance)
    let exact = isJudged ? Self.exactParts(search.path, groups) : nil
    let left = exact.map { search.path.leftOut(chosen, parts: $0, tolerance: Self.tolerance) } ?? search.leftOut(chosen)
    guard let left, chosen.fit.status == .converged else { throw HeadError.notConverged(penalty: penalty) }
    let tried = searches.flatMap(\.losses).filter { $0.allSatisfy(\.isFinite) }
    let losses = Matrix(rows: tried.count, columns: classes.count, storage: tried.flatMap { $0 }).transposed()
    let choice = isJudged ? WeightedLosses(losses, groups: groups).choice : nil
    self.init(
      search.path, chosen, left, Self.kind(exact, groups) ?? .folds(search.folds), groups,
      halves: isJudged ? search.halves(seed: seed) : nil,
      optimism: choice.map { $0.optimism + $0.excess } ?? 0, scaling: scaling, spread: search.spread,
      penalties: search.penalties, pathLosses: search.losses)
  }

  /// Without a penalty; nil where the classes are separated with all rows or without some: no finite number is right.
  package init?(
    unpenalized features: Matrix, classes: [Int], count: Int, seed: UInt64, groups: Partition? = nil
  ) throws {
    let groups = groups?.keepsRowsTogether
    let path = try SoftmaxPath(PrincipalRows(features), classes: classes, count: count)
    // As many coordinates as rows separate anything.
    guard path.rows.coordinates.columns < classes.count else { return nil }
    let step = path.fit(penalty: 0, tolerance: Self.tolerance)
    guard step.fit.status == .converged else { return nil }
    let exact = Self.exactParts(path, groups)
    let parts = exact ?? StratifiedFolds.parts(classes, count: Self.foldCount, seed: seed, groups: groups)
    guard let left = path.leftOut(step, parts: parts, tolerance: Self.tolerance) else { return nil }
    let halves = (1...2).compactMap {
      path.leftOut(
        step, parts: StratifiedFolds.parts(classes, count: 2, seed: seed &+ $0, groups: groups),
        tolerance: SoftmaxSearch.tolerance)
    }
    self.init(
      path, step, left, Self.kind(exact, groups) ?? .folds(parts.count), groups,
      halves: halves.count == 2 ? halves : nil, optimism: 0,
      scaling: 0, spread: .infinity, penalties: [0], pathLosses: [])
  }

  private init(
    _ path: SoftmaxPath, _ step: SoftmaxPath.Step, _ left: Matrix, _ leftOut: LeftOut, _ groups: Partition?,
    halves: [Matrix]?, optimism: Double, scaling: Int, spread: Double, penalties: [Double], pathLosses: [[Double]]
  ) {
    (self.path, self.step, fit, leftOutLogs, self.leftOut) = (path, step, step.fit, left, leftOut)
    self.groups = groups
    (self.halves, self.optimism, self.scaling, self.spread) = (halves, optimism, scaling, spread)
    (self.penalties, self.pathLosses) = (penalties, pathLosses)
    leftOutLosses = SoftmaxSearch.losses(left, path.classes)
    scores = ClassScores(left, classes: path.classes, leftOutAlone: leftOut == .exact)
  }

  /// Rows, or groups of them, one by one, where refits without them may be had; nil otherwise.
  private static func exactParts(_ path: SoftmaxPath, _ groups: Partition?) -> [[Int]]? {
    let cost = path.leaveOneOutCost * Double(groups?.count ?? path.classes.count) / Double(path.classes.count)
    if cost > mostExactFlops { return nil }
    return groups?.members ?? path.classes.indices.map { [$0] }
  }

  /// Groups one by one are as many parts.
  private static func kind(_ exact: [[Int]]?, _ groups: Partition?) -> LeftOut? {
    exact.map { groups == nil ? .exact : .folds($0.count) }
  }

  /// How many times what estimating costs is what it would be with independent rows: with residuals r = p - y of rows left out, on
  /// principal coordinates z of sum of squares s_j,
  ///
  ///     Σ_g Σ_jk w_j (Σ_{i in g} z_ij r_ik)² / Σ_i Σ_jk w_j (z_ij r_ik)²,    w_j = 1/(s_j a + c),
  ///
  /// the ratio of tr(H⁻¹ K) with the slopes' second moment K taken by groups and by rows; a is the mean of p_k (1 - p_k). 1 without groups, and
  /// never less. Source: the sandwich of clustered observations (Liang and Zeger 1986). Cost: n rank K.
  var designEffect: Double {
    guard let groups else { return 1 }
    let (z, count) = (path.rows.coordinates, leftOutLogs.columns)
    var residuals = Matrix(rows: z.rows, columns: count)
    var curvature = 0.0
    for row in 0..<z.rows {
      for k in 0..<count {
        let p = exp(leftOutLogs[row, k])
        curvature += p * (1 - p) / Double(z.rows * count)
        residuals[row, k] = p - (path.classes[row] == k ? 1 : 0)
      }
    }
    var sums = Matrix(rows: groups.count, columns: z.columns * count)
    var (alone, squares) = (0.0, [Double](repeating: 0, count: z.columns))
    for row in 0..<z.rows { for j in 0..<z.columns { squares[j] += z[row, j] * z[row, j] } }
    let weights = squares.map { 1 / max($0 * curvature + fit.penalty, .leastNormalMagnitude) }
    for row in 0..<z.rows {
      for j in 0..<z.columns {
        for k in 0..<count {
          let slope = z[row, j] * residuals[row, k]
          sums[groups.label[row], j * count + k] += slope
          alone += weights[j] * slope * slope
        }
      }
    }
    var together = 0.0
    for group in 0..<groups.count {
      for j in 0..<z.columns {
        for k in 0..<count { together += weights[j] * sums[group, j * count + k] * sums[group, j * count + k] }
      }
    }
    return alone > 0 ? max(together / alone, 1) : 1
  }

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
    let parts = StratifiedFolds.parts(classes, count: 5, seed: seed, groups: groups)
    var (path, step) = (path, step)
    if let features {
      path = try SoftmaxPath(PrincipalRows(features), classes: classes, count: self.path.count)
      step = path.fit(penalty: fit.penalty, tolerance: SoftmaxSearch.tolerance)
    }
    return path.leftOut(step, parts: parts, tolerance: SoftmaxSearch.tolerance)
  }
}
