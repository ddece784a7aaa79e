/// A labels part with its values at some numbers of labels kept in mind: the same numbers, found once.
struct RememberedLabels: LabelsDependence {
  private let part: any LabelsDependence
  private let values: [Double: Double?]

  init(_ part: any LabelsDependence, at numbers: [Double]) {
    self.part = part
    values = Dictionary(numbers.map { ($0, part($0)) }, uniquingKeysWith: { first, _ in first })
  }

  func callAsFunction(_ n: Double) -> Double? { values[n] ?? part(n) }

  var relativeError: Double { part.relativeError }
  var changeError: Double { part.changeError }
}
