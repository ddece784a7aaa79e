import Foundation
import Pretell

/// What a model says of a plan's rows, in the order of their files.
struct PlannedRows {
  private let model: PlannedModel
  private let rows: PlanData
  private let source: any RowSource

  /// The labeled rows stand below the others in the source.
  private let isWhole: Bool

  init(_ model: PlannedModel, _ rows: PlanData, _ request: PlanRequest) {
    (self.model, self.rows) = (model, rows)
    let whole = model.method == "embedding" ? rows.embedding : request.ownRows(of: model.method)
    (source, isWhole) = (whole ?? rows.unlabeled, whole != nil)
  }

  /// Of the rows without a label, in blocks of them.
  private func forEachUnlabeled(_ body: (Matrix) throws -> Void) throws {
    let count = rows.unlabeledCount
    if count == 0 { return }
    try source.forEachBlock(ofRows: source.passRows) { first, block in
      let own = min(block.rows, count - first)
      if own > 0 { try body(model.features(own == block.rows ? block : block.rows(0..<own))) }
    }
  }

  private func labeledFeatures() throws -> Matrix {
    guard isWhole else { return model.features(rows.features) }
    let count = rows.unlabeledCount
    return model.features(try source.rows(at: Array(count..<count + rows.labels.count)))
  }

  // MARK: features

  /// Memory: the features of all rows.
  func writeFeatures(to path: String) throws {
    var upper = Matrix(rows: 0, columns: model.features.featureCount)
    var storage: [Double] = []
    storage.reserveCapacity(rows.unlabeledCount * upper.columns)
    try forEachUnlabeled { storage += $0.storage }
    upper = Matrix(rows: rows.unlabeledCount, columns: upper.columns, storage: storage)
    let lower = try labeledFeatures()
    let places = rows.places
    // Blank rows of the labeled file are the last unlabeled ones; in the file they stand among the others.
    let before = rows.unlabeledCount - places.blank.count
    var order = [Int](repeating: 0, count: places.blank.count + places.known.count)
    for (index, place) in places.blank.enumerated() { order[place] = before + index }
    for (index, place) in places.known.enumerated() { order[place] = rows.unlabeledCount + index }
    let all = upper.stacked(above: lower).rows(at: Array(0..<before) + order)
    switch path.lowercased().suffix(4) {
    case ".npy": try NPY.write(all, to: path)
    case ".npz": try NPZ.write([(name: "features", matrix: all)], to: path)
    default:
      let head = (1...max(all.columns, 1)).map { "\(model.label)_\($0)" }.joined(separator: ",")
      try write(head, (0..<all.rows).map { all.row($0).map { "\($0)" }.joined(separator: ",") }, to: path)
    }
  }

  // MARK: predictions

  func writePredictions(to path: String) throws {
    var (values, low, high) = ([Double](), [Double](), [Double]())
    var probabilities: [Double] = []
    try forEachUnlabeled { features in
      if model.classNames != nil {
        probabilities += model.probabilities(features).storage
      } else {
        let found = model.predictions(features)
        values += found.values
        low += found.low ?? []
        high += found.high ?? []
      }
    }
    let places = rows.unlabeledPlaces
    guard let names = model.classNames else {
      return try write(numbers: values, low, high, places, to: path)
    }
    let table = Matrix(rows: probabilities.count / names.count, columns: names.count, storage: probabilities)
    let likeliest = (0..<table.rows).map { row in
      names.indices.max { (table[row, $0], -$0) < (table[row, $1], -$1) } ?? 0
    }
    if path.lowercased().hasSuffix(".npz") {
      return try NPZ.write(
        Self.places(places) + [
          ("prediction", .texts(likeliest.map { names[$0] })), ("probabilities", .matrix(table)),
          ("classes", .texts(names)),
        ], to: path)
    }
    try write(
      "\(Self.head(places)),prediction," + names.map { Self.cell("p_" + $0) }.joined(separator: ","),
      likeliest.enumerated().map { row, own in
        "\(Self.front(places, row)),\(Self.cell(names[own])),"
          + table.row(row).map { "\($0)" }.joined(separator: ",")
      }, to: path)
  }

  private func write(
    numbers values: [Double], _ low: [Double], _ high: [Double], _ places: [RowPlace], to path: String
  ) throws {
    if path.lowercased().hasSuffix(".npz") {
      let ends = low.isEmpty ? [] : [("low", NPZ.Content.matrix(.column(low))), ("high", .matrix(.column(high)))]
      return try NPZ.write(
        Self.places(places) + [("prediction", .matrix(.column(values)))] + ends, to: path)
    }
    try write(
      "\(Self.head(places)),prediction,low,high",
      values.enumerated().map { row, value in
        "\(Self.front(places, row)),\(value)," + (low.isEmpty ? "," : "\(low[row]),\(high[row])")
      }, to: path)
  }

  private static func places(_ places: [RowPlace]) -> [(name: String, content: NPZ.Content)] {
    [("row", .integers(places.map(\.row)))] + (isOfTwo(places) ? [("file", .texts(places.map(\.file)))] : [])
  }

  private static func isOfTwo(_ places: [RowPlace]) -> Bool { places.first?.file != places.last?.file }

  private static func head(_ places: [RowPlace]) -> String { isOfTwo(places) ? "file,row" : "row" }

  private static func front(_ places: [RowPlace], _ row: Int) -> String {
    (isOfTwo(places) ? cell(places[row].file) + "," : "") + "\(places[row].row)"
  }

  private static func cell(_ text: String) -> String {
    text.contains { ",\"\n\r".contains($0) } ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }

  private func write(_ head: String, _ lines: [String], to path: String) throws {
    try writeText(([head] + lines).joined(separator: "\n"), to: path)
  }
}

/// Where a row stands, counted from 1 without the heading.
struct RowPlace {
  let file: String
  let row: Int
}
