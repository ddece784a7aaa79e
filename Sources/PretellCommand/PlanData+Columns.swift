import Pretell

extension PlanData {
  /// With what was made of the columns.
  func described<Body: Codable>(_ body: Body) -> WithColumns<Body> {
    WithColumns(body: body, columnsUsed: columnsUsed, classes: classes)
  }

  /// Numbers that are classes are their own names. Labels that are no classes stay without: the planner refuses them.
  mutating func nameClasses(_ head: PlanHead) {
    guard head == .logistic, classes == nil, let found = try? ClassLabels(labels) else { return }
    (classes, isOfWords) = (found.names, false)
  }

  /// Which number stands for which class, where that is not the number itself.
  var classLine: String {
    guard let classes, isOfWords else { return "" }
    let shown = classes.prefix(20).joined(separator: ", ") + (classes.count > 20 ? ", ..." : "")
    return "\n\nClasses of \(targetName): \(shown)"
  }
}
