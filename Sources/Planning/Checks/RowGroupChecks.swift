import Asymptotics
import LinearAlgebra

/// What groups of rows allow a plan to say.
enum RowGroupChecks {
  /// Fewer groups than these say little of how groups differ.
  static let fewGroups = 10
  /// A group with more of the rows than this is missing from half of the halves altogether.
  static let largestShare = 0.1

  /// Throws `PlanError` where no group could be left out, and for what is not built for groups.
  static func check(_ request: PlanRequest) throws {
    guard let groups = request.groups else { return }
    if request.lag != nil { throw PlanError.groupsUnsupported(with: "rows in order of time (a lag)") }
    let labeled = groups.restricted(to: request.labeledPositions)
    if labeled.count < 2 { throw PlanError.tooFewGroups(count: labeled.count, needed: 2) }
    if request.head != .linear {
      try checkClasses(ClassLabels(request.labels, names: request.classNames), labeled)
    }
  }

  /// Without the only group that a class is in, no fit knows of the class.
  private static func checkClasses(_ classes: ClassLabels, _ groups: Partition) throws {
    var seen = [Set<Int>](repeating: [], count: classes.count)
    for (code, group) in zip(classes.codes, groups.label) { seen[code].insert(group) }
    let alone = seen.indices.filter { seen[$0].count < 2 }
    if !alone.isEmpty { throw PlanError.classesOfOneGroup(names: alone.map { classes.names[$0] }) }
  }

  static func warnings(_ data: PreparedData) -> [Warning] {
    guard let groups = data.groups else { return [] }
    let labeled = data.labeledGroups?.count ?? data.labeledCount
    if min(groups.count, labeled) < fewGroups { return [.fewGroups(min(groups.count, labeled))] }
    return groups.largestShare > largestShare ? [.largeGroup(groups.largestShare)] : []
  }
}

extension PlanRequest {
  /// Of the labeled rows among all rows.
  var labeledPositions: [Int] { Array(unlabeledCount..<unlabeledCount + features.rows) }
}

extension Warning {
  static func fewGroups(_ count: Int) -> Warning {
    Warning(
      code: "few-groups",
      message:
        "There are \(count) groups of rows: how much groups differ, and with it every interval, is hardly known.",
      remedy: "Label rows of more groups rather than more rows of these; ten groups are few.")
  }

  static func largeGroup(_ share: Double) -> Warning {
    Warning(
      code: "large-group",
      message:
        "One group has \(Int((100 * share).rounded())) % of the rows: half of the halves lack it, and the pre-training part is known to "
        + "a factor of 2.",
      remedy: "Divide the group if its rows do not all resemble each other, or get rows of other groups.")
  }
}
