/// Labels that are classes: a number and a name for each.
package struct ClassLabels: Sendable {
  /// 0 ..< names.count, one per label, every class at least twice.
  package let codes: [Int]
  /// In the order of the labels' values.
  package let names: [String]

  package static let most = 1000

  package var count: Int { names.count }

  /// Throws `PlanError.notClasses`, `PlanError.rareClasses`.
  /// - Parameter names: of the classes whose labels are 0, 1, ...; a class without a name is told by its label.
  package init(_ labels: [Double], names given: [String]? = nil) throws {
    let values = Set(labels).sorted()
    guard (2...Self.most).contains(values.count) else { throw PlanError.notClasses(count: values.count) }
    let places = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
    codes = labels.map { places[$0]! }
    names = values.map { value in
      let position = Int(exactly: value)
      if let given, let position, given.indices.contains(position) { return given[position] }
      return position.map { "\($0)" } ?? "\(value)"
    }
    var rows = [Int](repeating: 0, count: values.count)
    for code in codes { rows[code] += 1 }
    let rare = rows.indices.filter { rows[$0] < 2 }
    guard rare.isEmpty else { throw PlanError.rareClasses(names: rare.map { [names] in names[$0] }) }
  }
}
