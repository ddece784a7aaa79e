import Failures

/// The library's one warning.
public typealias MaskedWarning = Warning

/// Something that makes a number less trustworthy than it looks.
extension Warning {
  private static let scaling = RemedyOption.flag("scale", swift: "ColumnPreparation(scales: true)")

  /// Leave-one-out far above cross-validation.
  static func heavyRows(ratio: Double) -> MaskedWarning {
    MaskedWarning(
      code: "heavy-rows",
      message:
        "Leave-one-out error is \((100 * ratio).rounded() / 100) times the cross-validation error: a few rows weigh much more than the others.",
      remedy: "Trust leave-one-out; distrust generalized cross-validation, kappa and forecasts.")
  }

  /// The same where the fit leaves so few degrees of freedom that rows alike do it, too.
  static func fewResiduals(ratio: Double, rest: Double) -> MaskedWarning {
    MaskedWarning(
      code: "few-degrees-of-freedom",
      message:
        "Leave-one-out error is \((100 * ratio).rounded() / 100) times the cross-validation error: the fit leaves the residuals \((10 * rest).rounded() / 10) degrees of freedom, too few for the two to agree.",
      remedy: "Trust leave-one-out; give more rows or a larger penalty before trusting kappa and forecasts.")
  }

  /// Columns (0-based) whose errors rounding reaches.
  static func lostDigits(_ columns: [Int], digits: Int) -> MaskedWarning {
    let (shown, isOne) = (list(columns), columns.count == 1)
    return MaskedWarning(
      code: "few-digits",
      message:
        "Column\(isOne ? "" : "s") \(shown) nearly repeat\(isOne ? "s" : "") what the others say, or var\(isOne ? "ies" : "y") very little next to them: rounding leaves \(digits == 0 ? "no digit" : "about \(digits) digits") of \(isOne ? "its" : "their") errors.",
      remedy: """
        Leave one of them out, give a larger penalty, or divide columns by their standard deviations \
        (\(Self.scaling)).
        """)
  }

  /// Numbers from 1, the first ten.
  private static func list(_ columns: [Int]) -> String {
    let more = columns.count > 10 ? " and \(columns.count - 10) more" : ""
    return columns.prefix(10).map { String($0 + 1) }.joined(separator: ", ") + more
  }

  /// Single precision was asked for where it does not suffice.
  public static var singlePrecisionUnused: MaskedWarning {
    MaskedWarning(
      code: "single-precision-unused",
      message:
        "Double precision was used: these penalties need eigenvectors, and single precision is for inverting only, or the columns' units are too unequal for it.",
      remedy:
        "One ridge penalty above 0 for all columns, or auto, at least as many rows as columns, and columns of like units (\(Self.scaling)); or leave \(.option("precision", swift: "precision")) out."
    )
  }

  static func leaveOneOutUndefined(isZero: Bool) -> MaskedWarning {
    MaskedWarning(
      code: "leave-one-out-undefined",
      message: "Leave-one-out errors do not exist at this penalty: without some row the fit is singular.",
      remedy: isZero ? "Give a positive penalty." : "Give a larger penalty.")
  }

  /// Columns (0-based) whose variance rests on a few rows.
  public static func nearConstantColumns(_ columns: [Int]) -> MaskedWarning {
    let list = list(columns)
    let rows = Int(NearConstantColumns.minimumRows)
    return MaskedWarning(
      code: "near-constant-columns",
      message:
        "The variance of \(columns.count) column\(columns.count == 1 ? "" : "s") rests on fewer than \(rows) rows: \(list).",
      remedy: """
        Errors stay exact; leave these columns out (\(.flag("drop-constant", swift: "NearConstantColumns"))) before \
        trusting a forecast.
        """)
  }

  /// The best penalty is at an end of the range searched.
  static func ridgeAtBoundary(_ ridge: Double) -> MaskedWarning {
    MaskedWarning(
      code: "ridge-at-boundary", message: "The best penalty, \(ridge), is at an end of the range searched.",
      remedy:
        "At the upper end the columns hardly predict each other: compare with their means. At the lower end no penalty is needed."
    )
  }
}
