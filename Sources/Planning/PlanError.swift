import Failures

/// Input from which no plan can be made.
public enum PlanError: Failure, Equatable {
  /// Rows in groups together with what is not built for them.
  case groupsUnsupported(with: String)
  /// So few groups of labeled rows that none can be left out.
  case tooFewGroups(count: Int, needed: Int)
  /// Every label is the same number.
  case constantTarget(value: Double)
  /// Every label is the same word.
  case oneClass(name: String)
  /// Fewer labeled rows than the least that gives a residual to look at.
  case tooFewLabels(count: Int, needed: Int)
  /// So many labeled rows of which too few differ.
  case tooFewDifferentRows(count: Int, of: Int, needed: Int)
  /// A softmax head needs labels of 2 to 1000 values.
  case notClasses(count: Int)
  /// Classes with a single labeled row: without it nothing is known of them.
  case rareClasses(names: [String])
  /// Classes whose labeled rows are all of one group: without it nothing is known of them.
  case classesOfOneGroup(names: [String])
  /// No column varies.
  case noVaryingColumn(columns: Int)
  /// An entry is NaN or infinite; `part` is `unlabeled`, `features`, `labels`, `pairs` or `embedding`, rows and
  /// columns counted from 0.
  case nonFinite(part: String, row: Int, column: Int, value: Double)
  /// An entry whose powers are no numbers any more; `part` is `features`, `unlabeled` or `labels`, rows and columns
  /// counted from 0.
  case tooLarge(part: String, row: Int, column: Int, value: Double)
  /// The labels differ by so little that squares of their differences are 0.
  case tooSmall(spread: Double)
  /// A unit cost that is not a positive number.
  case invalidCost(name: String, value: Double)
  /// A budget or target risk that is not a positive number.
  case invalidGoal(value: Double)
  /// A lag below 1 or above a quarter of the series.
  case invalidLag(lag: Int, rows: Int)
  /// A backtest setting outside its range.
  case invalidBacktest(name: String, value: Double, allowed: String)
  /// A candidate that there is not, or whose features were computed elsewhere.
  case nothingToTake(candidate: String, known: [String])
  /// Directions that are no numbers: the units of the columns are too far apart for them.
  case featuresOverflow(method: String, size: Int)
  /// A method has no such size with so many rows and columns; `largest` is below `smallest` where it has none.
  case invalidSize(method: String, size: Int, smallest: Int, largest: Int, rows: Int, columns: Int)

  /// Costs, goals and settings come from options, the rest from data.
  public var kind: FailureKind {
    switch self {
    case .invalidCost, .invalidGoal, .invalidBacktest, .groupsUnsupported, .nothingToTake, .invalidSize:
      .usage
    case .tooFewGroups, .invalidLag, .constantTarget, .oneClass, .tooFewLabels, .tooFewDifferentRows, .notClasses,
      .rareClasses, .classesOfOneGroup, .featuresOverflow, .noVaryingColumn,
      .nonFinite,
      .tooLarge, .tooSmall:
      .badInput
    }
  }

  public var description: String {
    switch self {
    case .groupsUnsupported(let other):
      "groups of rows do not go with \(other) yet; leave one of the two out"
    case .tooFewGroups(let count, let needed):
      "the labeled rows are of \(count) group\(count == 1 ? "" : "s"), at least \(needed) are needed; label rows of other groups"
    case .constantTarget(let value):
      "every label is \(Self.plain(value)): there is nothing to predict; check the target column"
    case .oneClass(let name):
      "every label is '\(name)': there is nothing to predict; check the target column"
    case .tooFewDifferentRows(let count, let all, let needed):
      "\(all) labeled rows of which \(count) differ, at least \(needed) different ones are needed: a copy tells nothing new; "
        + "label other rows"
    case .tooFewLabels(let count, let needed):
      "\(count) labeled rows, at least \(needed) are needed; label more rows"
    case .notClasses(let count) where count < 2:
      "every label is the same: there is nothing to predict; check the target column"
    case .notClasses(let count):
      "the target has \(count) different values, a softmax head needs 2 to \(ClassLabels.most) classes; "
        + "use --head linear for numbers"
    case .rareClasses(let names):
      (names.count == 1 ? "class \(names[0]) has" : "classes \(Self.listed(names)) have")
        + " a single labeled row, which says nothing of rows like it once it is left out; label more rows of "
        + (names.count == 1
          ? "it, leave it out, or merge it with another class"
          : "them, leave them out, or merge them with other classes")
    case .featuresOverflow(let method, let size):
      "\(method)-\(size): its features are no numbers: the units of the columns are too far apart; divide the columns by their "
        + "standard deviations"
    case .classesOfOneGroup(let names):
      (names.count == 1 ? "class \(names[0]) has" : "classes \(Self.listed(names)) have")
        + " labeled rows of one group only, without which nothing is known of "
        + (names.count == 1
          ? "it; label rows of it in other groups, leave it out, or merge it with another class"
          : "them; label rows of them in other groups, leave them out, or merge them with other classes")
    case .noVaryingColumn(let columns):
      "none of the \(columns) feature columns varies; check that the right columns were read"
    case .nonFinite(let part, let row, let column, let value):
      "\(part): row \(row), column \(column) is \(value); remove or fill such entries first"
    case .tooLarge(let part, let row, let column, let value):
      "\(part): row \(row + 1)\(part == "labels" ? "" : ", column \(column + 1)") is \(value), too large to square; bring the numbers "
        + "to units in which none is above \(PreparedData.largestMagnitude)"
    case .tooSmall(let spread):
      "the labels differ by \(spread) at most, too little to square; bring them to larger units"
    case .invalidCost(let name, let value):
      "the cost of a \(name) is \(Self.plain(value)); give a positive number"
    case .invalidGoal(let value):
      "a budget or target risk of \(Self.plain(value)); give a positive number"
    case .invalidLag(let lag, let rows):
      "a lag of \(lag) in a series of \(rows) unlabeled rows; give one from 1 to \(rows / 4)"
    case .invalidBacktest(let name, let value, let allowed):
      "\(name) is \(Self.plain(value)); it must be \(allowed)"
    case .nothingToTake(let candidate, let known):
      "'\(candidate)' is not a candidate whose model can be taken away; there are \(Self.listed(known))"
    case .invalidSize(let method, let size, let smallest, let largest, let rows, let columns):
      largest < smallest
        ? "\(method) has no size with \(rows) rows of \(columns) varying columns; give more rows"
        : "\(method) of size \(size): with \(rows) rows of \(columns) varying columns it has sizes from \(smallest) to "
          + "\(largest); give one of these"
    }
  }

  /// Whole numbers without a point.
  private static func plain(_ value: Double) -> String { Int(exactly: value).map { "\($0)" } ?? "\(value)" }

  private static func listed(_ names: [String]) -> String {
    names.prefix(10).joined(separator: ", ") + (names.count > 10 ? " and \(names.count - 10) more" : "")
  }
}
