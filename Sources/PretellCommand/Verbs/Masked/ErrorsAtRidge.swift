import Pretell

/// Errors of one penalty, as paths print them.
protocol ErrorsAtRidge {
  var ridge: Double { get }
  var trainingError: Double { get }
  var leaveOneOutError: Double? { get }
  /// nil without groups.
  var leaveGroupOutError: Double? { get }
}

extension ErrorsAtRidge {
  /// Of the best penalty.
  var smallestError: String {
    let what = leaveGroupOutError == nil ? "one" : "group"
    return "smallest leave-\(what)-out error: \(NumberText.optional(leaveGroupOutError ?? leaveOneOutError)) at ridge "
      + NumberText.significant(ridge)
  }
}

extension TextTable {
  /// A line for each penalty.
  /// - Parameter more: columns beside the errors.
  init<Point: ErrorsAtRidge>(
    along path: [Point], hasGroups: Bool, more: [(header: String, cell: (Point) -> String)] = []
  ) {
    self.init(
      header: ["ridge", "training", "leave-one-out"] + (hasGroups ? ["leave-group-out"] : []) + more.map(\.header),
      leftAligned: [])
    rows = path.map { point in
      [
        NumberText.significant(point.ridge), NumberText.significant(point.trainingError),
        NumberText.optional(point.leaveOneOutError),
      ] + (hasGroups ? [NumberText.optional(point.leaveGroupOutError)] : []) + more.map { $0.cell(point) }
    }
  }
}
