import ArgumentParser
import Pretell

extension EncoderOptions {
  /// Runs whose labeled rows are those of the table that have a label, or all of its rows.
  func beside(_ table: LabeledTable) throws -> [TrainedEncoder] {
    if !isGiven { return [] }
    return try encoders(table: table.labels.count, known: table.labels.indices.filter { table.labels[$0] != nil })
  }

  /// A file of one label for each row, no raw columns.
  func labelsAlone(_ target: String, _ groups: GroupsOption) throws -> PlanData {
    let found = try encoders(table: 0, known: [])
    guard let first = found.first?.runs.first else { throw ValidationError("--encoder: no runs.") }
    guard DataSource.exists(target) else {
      throw CommandFailure(
        status: .noInput,
        message:
          "\(target): there is no such file. Without --labeled or --data the target is a file of one label for each row."
      )
    }
    let words = try RowGroups.labels(ofFile: target, count: first.labeled.rows, of: first.name)
    let numbers = words.compactMap(Double.init).filter(\.isFinite)
    let names = Array(Set(words)).sorted()
    let labels = numbers.count == words.count ? numbers : words.map { Double(names.firstIndex(of: $0)!) }
    var result = PlanData(labels: labels, of: target)
    result.classes = numbers.count == words.count ? nil : names
    result.encoders = found
    if let file = groups.groups {
      let labels = try RowGroups.labels(ofFile: file, count: words.count, of: target)
      result.groups = Partition(labels)
    }
    return result
  }
}
