import LinearAlgebra

/// Softmax regressions of the same labeled rows at several penalties, each started at the one before, and the loss of rows
/// that were left out of the fit.
///
/// Source: multinomial logistic regression as in scikit-learn's `LogisticRegression`; folds as in `LogisticRegressionCV`.
public struct SoftmaxPath: Sendable {
  public let rows: PrincipalRows
  /// 0 ..< count, one per row.
  public let classes: [Int]
  public let count: Int
  private let problem: SoftmaxProblem

  /// Throws `HeadError.emptyClass` for a class without a row.
  public init(_ rows: PrincipalRows, classes: [Int], count: Int) throws {
    precondition(rows.coordinates.rows == classes.count, "\(rows.coordinates.rows) rows and \(classes.count) classes")
    precondition(count >= 2 && classes.allSatisfy { (0..<count).contains($0) }, "classes beyond 0 ..< \(count)")
    let present = Set(classes)
    if let missing = (0..<count).first(where: { !present.contains($0) }) { throw HeadError.emptyClass(missing) }
    self.rows = rows
    self.classes = classes
    self.count = count
    problem = SoftmaxProblem(rows.coordinates, classes: classes, count: count, penalty: 0)
  }

  /// c on the weights of all classes: with two of them the difference of the weights is what c penalises.
  private func symmetric(_ penalty: Double) -> Double { count == 2 ? 2 * penalty : penalty }

  /// A fit with the weights on principal coordinates that another fit can start from.
  public struct Step: Sendable {
    public let fit: SoftmaxFit
    package let weights: Matrix
  }

  public func fit(penalty: Double, from start: Step? = nil, tolerance: Double = SoftmaxFit.tolerance) -> Step {
    let result = SoftmaxSolver.minimize(
      problem.with(penalty: symmetric(penalty)), from: start?.weights, tolerance: tolerance)
    return Step(fit: SoftmaxFit(rows, result, penalty: penalty), weights: result.weights)
  }

  /// Fits at all penalties; give them from the largest down.
  public func fits(penalties: [Double], tolerance: Double = SoftmaxFit.tolerance) -> [Step] {
    var result: [Step] = []
    for penalty in penalties { result.append(fit(penalty: penalty, from: result.last, tolerance: tolerance)) }
    return result
  }

  /// log p of rows left out, by fits to the others that start at the fit to all; nil where one of them is separated or does
  /// not converge: then no finite number is right.
  ///
  /// - Parameter parts: which rows are left out together; one row each is leave-one-out by exact refits.
  /// Cost: parts times 4 n rank K flops for each of some 10 to 30 products; of every row alone that of `SoftmaxLeaveOneOut` where that is
  /// less.
  public func leftOut(
    _ step: Step, parts: [[Int]], tolerance: Double = SoftmaxFit.tolerance
  ) -> Matrix? {
    var (logs, open) = (Matrix(rows: classes.count, columns: count), Array(parts.indices))
    if let alone = leftOutAlone(step, parts: parts, tolerance: tolerance) {
      (logs, open) = (alone.logs, alone.left)
    }
    let chosen = open.map { parts[$0] }
    guard let found = refits(step, chosen, tolerance: tolerance) else { return nil }
    for (part, values) in zip(chosen, found) {
      for (position, row) in part.enumerated() { for k in 0..<count { logs[row, k] = values[position, k] } }
    }
    return logs
  }

  /// All rows but those whose refits take many steps; nil where not every row is left out alone, in their order, or single refits cost less.
  private func leftOutAlone(_ step: Step, parts: [[Int]], tolerance: Double) -> (logs: Matrix, left: [Int])? {
    let (n, p) = (classes.count, rows.coordinates.columns)
    guard parts.count == n, parts.enumerated().allSatisfy({ $0.element == [$0.offset] }),
      SoftmaxLeaveOneOut.cost(rows: n, columns: p, classes: count) < leaveOneOutCost
    else { return nil }
    return SoftmaxLeaveOneOut(
      rows.coordinates, classes: classes, count: count, penalty: symmetric(step.fit.penalty), weights: step.weights)?
      .logs(tolerance: tolerance)
  }

  private func refits(_ step: Step, _ parts: [[Int]], tolerance: Double) -> [Matrix]? {
    let penalty = symmetric(step.fit.penalty)
    let found = Parallel.map(count: parts.count) { index -> Matrix? in
      let left = Set(parts[index])
      let others = classes.indices.filter { !left.contains($0) }
      guard Set(others.map { classes[$0] }).count == count else { return nil }
      let own = SoftmaxProblem(rows.coordinates, classes: classes, count: count, penalty: penalty, rows: others)
      let result = SoftmaxSolver.minimize(own, from: step.weights, tolerance: tolerance)
      guard result.status == .converged else { return nil }
      var logs = rows.coordinates.rows(at: parts[index]) * result.weights
      logs.takeLogSoftmax()
      return logs
    }
    let known = found.compactMap(\.self)
    return known.count == found.count ? known : nil
  }

  /// Flops of leave-one-out at one penalty by single refits, about.
  public var leaveOneOutCost: Double {
    let n = Double(classes.count)
    return 60 * n * n * Double(rows.coordinates.columns) * Double(count)
  }
}
