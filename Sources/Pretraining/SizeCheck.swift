import Asymptotics

/// Whether sample sizes are large enough for a law of large m and n to be taken at its word, by counting alone: 20 unlabeled rows
/// for each direction that pre-training chooses from, 20 labels for each coefficient.
///
/// For where no replicates can be run. What a law leaves out is of the order of these shares: with n labels for p coefficients of
/// Gaussian features the mean labels part is n / (n - p - 1) times its limit, 5 % more at n = 20 p.
public struct SizeCheck: Sendable {
  private static let enough = 20
  private let rows: (unlabeled: Int, labeled: Int)
  private let directions: Int
  private let coefficients: Int

  public init(_ law: LimitLaw, unlabeled: Int, labeled: Int) {
    rows = (unlabeled, labeled)
    (directions, coefficients) = (law.baseDimension, law.activeDimension)
  }

  public var areEnough: Bool {
    rows.unlabeled / Self.enough >= directions && rows.labeled / Self.enough >= coefficients
  }

  public var warning: Warning {
    Warning(
      code: "far-from-limit",
      message:
        "The law is one of large samples; here there are \(rows.unlabeled) unlabeled rows for \(directions) directions and "
        + "\(rows.labeled) labels for \(coefficients) coefficients. Below about \(Self.enough) of each the true risk may be "
        + "much larger; replicates were not run here to measure it.",
      remedy: "Simulate these sizes, or raise them.")
  }
}
