/// Labels of nodes as numbers: their own, or those of their classes where one of them is a word.
public struct NodeLabels: Sendable {
  /// nil where blank.
  public let values: [Double?]
  /// In the order of the numbers 0, 1, ...; nil where labels are numbers.
  public let classes: [String]?

  /// - Parameter labels: one for each node, as the file has it. Throws `DataFileError` for an infinite number.
  public init(_ labels: [String?], file: String) throws {
    let numbers = labels.map { $0.flatMap(Double.init) }
    if zip(labels, numbers).allSatisfy({ ($0 == nil) == ($1 == nil) }) {
      if let node = numbers.firstIndex(where: { $0.map { !$0.isFinite } ?? false }) {
        throw DataFileError(
          file: file, value: labels[node], problem: "the label of node \(node) is no finite number",
          remedy: "Leave it blank where it is not known")
      }
      (values, classes) = (numbers, nil)
      return
    }
    let names = Set(labels.compactMap(\.self)).sorted { a, b in
      if let x = Double(a), let y = Double(b) { return x < y }
      return a < b
    }
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Double($0)) })
    values = labels.map { $0.flatMap { places[$0] } }
    classes = names
  }
}
