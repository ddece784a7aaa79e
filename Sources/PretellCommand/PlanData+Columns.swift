import Pretell

extension PlanData {
  /// With what was made of the columns.
  func described<Body: Codable>(_ body: Body) -> WithColumns<Body> {
    WithColumns(body: body, columnsUsed: columnsUsed, classes: classes)
  }

  /// Which number stands for which class.
  var classLine: String {
    guard let classes else { return "" }
    let shown = classes.prefix(20).joined(separator: ", ") + (classes.count > 20 ? ", ..." : "")
    return "\n\nClasses of \(targetName): \(shown)"
  }
}
