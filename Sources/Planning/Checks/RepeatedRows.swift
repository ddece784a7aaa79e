import Asymptotics
import CMath
import LinearAlgebra

/// Labeled rows that repeat others, target included: leaving one out leaves its copies in, so that the error of a fit
/// to copies is a training error. Each is counted once.
///
/// Rows of a few discrete values repeat by chance and are left alone: the target or some column has to take more than
/// half as many values as there are different rows. So are draws from a population that is itself a table: there,
/// labeled rows are found among the unlabeled ones as often as among each other.
struct RepeatedRows {
  /// Positions of the first of each, ascending.
  let first: [Int]
  /// How many others.
  let repeated: Int

  init(_ features: Matrix, _ labels: [Double]) {
    var (seen, first) = ([Row: Int](), [Int]())
    for row in labels.indices {
      let key = Row(features.row(row), labels[row])
      if seen[key] == nil {
        seen[key] = row
        first.append(row)
      }
    }
    self.first = first
    repeated = labels.count - first.count
  }

  private struct Row: Hashable {
    let values: [Double]
    let label: Double

    init(_ values: [Double], _ label: Double) { (self.values, self.label) = (values, label) }
  }

  /// The request with each repeated labeled row once, and a warning, where that is called for.
  static func counted(_ request: PlanRequest) throws -> (PlanRequest, [Warning]) {
    // Labels alone repeat by chance.
    if request.features.columns == 0 { return (request, []) }
    // Nodes that are alike have other neighbors.
    if request.methods.contains(where: { $0.ownRows != nil }) { return (request, []) }
    let rows = RepeatedRows(request.features, request.labels)
    guard rows.repeated > 0, rows.areCopies(request.features, request.labels),
      try !rows.areDraws(request.features, among: request)
    else { return (request, []) }
    guard rows.first.count >= PreparedData.fewestLabels else {
      throw PlanError.tooFewDifferentRows(
        count: rows.first.count, of: request.labels.count, needed: PreparedData.fewestLabels)
    }
    return (
      request.keeping(labeled: rows.first),
      [.repeatedRows(rows.repeated, of: request.labels.count)]
    )
  }

  /// Values of the target or of some column, of which there are too many for rows to agree by chance.
  func areCopies(_ features: Matrix, _ labels: [Double]) -> Bool {
    let most = first.count / 2
    if Set(first.map { labels[$0] }).count > most { return true }
    return (0..<features.columns).contains { column in Set(first.map { features[$0, column] }).count > most }
  }

  /// Whether as many of the labeled rows are repeated as draws of their number from the unlabeled rows' population
  /// would be: a row found among m others with probability q is found among n - 1 with probability 1 - (1 - q)^((n -
  /// 1)/m). Up to 4 standard errors.
  private func areDraws(_ features: Matrix, among request: PlanRequest) throws -> Bool {
    let (n, m) = (Double(features.rows), Double(request.unlabeledCount))
    if m == 0 { return false }
    var counts = [[Double]: Int]()
    for row in 0..<features.rows { counts[features.row(row), default: 0] += 1 }
    var found = Set<[Double]>()
    try request.unlabeled.forEachBlock(ofRows: max(256, (1 << 20) / max(features.columns, 1))) { _, block in
      for row in 0..<block.rows {
        let values = block.row(row)
        if counts[values] != nil { found.insert(values) }
      }
    }
    let share = min(Double(found.count) / Double(counts.count), 1 - 0.5 / n)
    let expected = 1 - exp((n - 1) / m * log(1 - share))
    let actual = Double(counts.values.filter { $0 > 1 }.reduce(0, +)) / n
    return actual - expected <= 4 * (max(expected * (1 - expected), 1 / n) / n).squareRoot()
  }
}
