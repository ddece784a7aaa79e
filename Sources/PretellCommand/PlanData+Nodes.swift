import ArgumentParser
import Pretell

extension PlanDataOptions {
  /// Rows are nodes whose labels stand in a file of their own.
  func isOfNodes(_ graph: PlanGraphOption) -> Bool {
    graph.graph != nil && data != nil && DataSource.exists(target)
  }

  /// Features of every node, dense or SciPy's sparse ones, and a label for each, or node and label in every line.
  func nodes(_ graph: PlanGraphOption) throws -> PlanData {
    let others = [
      ("--columns, --exclude, --missing or --categories", table.isGiven), ("--embedding", embedding != nil),
      ("--pairs", pairs != nil), ("--lag", lag != nil), ("--encoder or --runs", encoders.isGiven),
    ]
    if let first = others.first(where: \.1) {
      throw ValidationError("\(first.0) and a file of labels (--target \(target)) do not go together.")
    }
    let rows = try NodeFeatures.read(data!)
    let count = rows.values.rows
    let names = try graph.nodes.map { try PlanData.names($0, count: count, of: data!) }
    let labels = try NodeFile.labels(target, count: count, names: names)
    let found = try NodeLabels(labels, file: target)
    var result = PlanData(rows, labels: found.values, of: target)
    (result.classes, result.nodeNames) = (found.classes, names)
    result.groups = try groups.groups.map { file in
      guard DataSource.exists(file) else {
        throw ValidationError("--groups \(file): give a file with a community for each node, or leave it to Louvain.")
      }
      let own = try RowGroups.labels(ofFile: file, count: count, of: data!, things: "nodes")
      return PlanData.partition(unlabeled: [], labeled: own, found.values)
    }
    return result
  }
}

extension PlanData {
  /// A name for each row, no two the same. Throws `DataFileError`.
  static func names(_ file: String, count: Int, of source: String) throws -> [String] {
    guard DataSource.exists(file) else {
      throw ValidationError("--nodes \(file): there is no such file; give one with a name for each row of \(source).")
    }
    return try distinct(RowGroups.labels(ofFile: file, count: count, of: source, things: "rows"), in: file)
  }

  /// Throws `DataFileError` for two rows of one name.
  static func distinct(_ names: [String], in source: String) throws -> [String] {
    var seen: [String: Int] = [:]
    for (row, name) in names.enumerated() {
      if let before = seen.updateValue(row, forKey: name) {
        throw DataFileError(
          file: source, row: row + 1, value: name, problem: "row \(before + 1) is of the same node",
          remedy: "Give every node one row")
      }
    }
    return names
  }
}
