import Asymptotics

/// Whether sample sizes are large enough for a law of large m and n to be taken at its word: 20 rows for each column, 20 labels
/// for each coefficient.
public struct SizeCheck: Sendable {
  private static let enough = 20
  private let rows: (unlabeled: Int, labeled: Int)
  private let columns: Int
  private let coefficients: Int

  public init(_ law: LimitLaw, unlabeled: Int, labeled: Int) {
    rows = (unlabeled, labeled)
    (columns, coefficients) = (law.baseDimension, law.activeDimension)
  }

  public var areEnough: Bool {
    rows.unlabeled / Self.enough >= columns && rows.labeled / Self.enough >= coefficients
  }

  public var warning: Warning {
    Warning(
      code: "far-from-limit",
      message:
        "The law is one of large samples; here there are \(rows.unlabeled) unlabeled rows for \(columns) columns and "
        + "\(rows.labeled) labels for \(coefficients) coefficients. Below about \(Self.enough) of each the true risk is larger, "
        + "without bound.",
      remedy: "See 'pretell simulate' for what these sizes give, or raise them.")
  }
}
