import Failures

extension LeaveGroupOutErrors {
  /// Fewer groups than these say little of a new one.
  static let fewGroups = 10

  /// What to know before trusting errors with groups left out.
  func warnings(leaveOneOut: Double?) -> [MaskedWarning] {
    var result: [MaskedWarning] = []
    if groups < Self.fewGroups { result.append(.fewGroups(groups)) }
    if error == nil { result.append(.leaveGroupOutUndefined) }
    if let error, let leaveOneOut, leaveOneOut > 0, error > 1.1 * leaveOneOut {
      result.append(.rowsOfAGroupAgree(ratio: error / leaveOneOut))
    }
    return result
  }
}

extension MaskedWarning {
  static func fewGroups(_ count: Int) -> MaskedWarning {
    MaskedWarning(
      code: "few-groups",
      message: "There are \(count) groups: the error with a group left out says little of yet another group.",
      remedy: "Collect rows of more groups; ten are few.")
  }

  static var leaveGroupOutUndefined: MaskedWarning {
    MaskedWarning(
      code: "leave-group-out-undefined",
      message: "Leave-group-out errors do not exist at this penalty: without some group the fit is singular.",
      remedy: "Give a larger penalty.")
  }

  static var maskPenaltyKept: MaskedWarning {
    MaskedWarning(
      code: "mask-penalty-kept",
      message:
        "There are more than 64 blocks: rows left out leave their part of the mask penalty behind, and leave-one-out is 1.5 to 2.5 % too high.",
      remedy: "Take larger blocks, or \(.option("groups", swift: "GroupedPath")): groups are left out exactly.")
  }

  static func rowsOfAGroupAgree(ratio: Double) -> MaskedWarning {
    MaskedWarning(
      code: "rows-of-a-group-agree",
      message:
        "The error with a group left out is \((100 * ratio).rounded() / 100) times that with a row left out: rows of a group tell of each other, or there are few of them.",
      remedy: "Trust leave-group-out for rows of new groups; leave-one-out, cross-validation and kappa are too good.")
  }
}
