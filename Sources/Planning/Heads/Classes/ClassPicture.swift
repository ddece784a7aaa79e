import CMath
import LinearAlgebra

/// What left-out probabilities say of each labeled row's class, beside what it is: counted in bins of probability and in pairs of
/// classes.
///
/// The class told is the likeliest, the first where some tie; a row left out alone has its own class's odds raised as `ClassScores` has
/// it, and its probabilities are divided by their sum again.
/// Cost: a pass over rows x classes, a sort of the rows.
package struct ClassPicture: Sendable, Equatable {
  /// Ascending in the probability of the class told, as equal in rows as they can be.
  package let bins: [Calibration.Bin]
  /// Actual x told; nil for more than `mostClasses`.
  package let counts: [[Int]]?
  /// Rows that were told wrong, the most of a pair first, at most `mostPairs`.
  package let pairs: [Pair]

  package struct Pair: Sendable, Equatable {
    package let actual: Int
    package let told: Int
    package let rows: Int
    /// Of the rows of the actual class.
    package let share: Double
  }

  /// As many classes as fit a page.
  package static let mostClasses = 20
  package static let mostPairs = 20
  private static let rowsPerBin = 20
  private static let (fewestBins, mostBins) = (2, 10)

  /// - Parameters:
  ///   - logs: log p_k of each row, rows x classes.
  ///   - classes: 0 ..< classes, one per row.
  ///   - leftOutAlone: each row's probabilities are by a fit to all others.
  package init(_ logs: Matrix, classes: [Int], leftOutAlone: Bool) {
    let count = logs.columns
    var rows = [Int](repeating: 0, count: count)
    for own in classes { rows[own] += 1 }
    let lift = ClassScores.lift(classes, leftOutAlone: leftOutAlone)
    let right = ClassScores.toldRight(logs, classes: classes, leftOutAlone: leftOutAlone)
    var told = [Int](repeating: 0, count: classes.count)
    var probability = [Double](repeating: 0, count: classes.count)
    for (row, own) in classes.enumerated() {
      func raised(_ k: Int) -> Double { logs[row, k] + (k == own ? lift : 0) }
      let most = (0..<count).map(raised).max() ?? 0
      let sum = (0..<count).reduce(0) { $0 + exp(raised($1) - most) }
      told[row] = (0..<count).first { raised($0) >= most - ClassScores.tie } ?? 0
      probability[row] = 1 / sum
    }
    bins = Self.bins(probability, right)
    var cells: [Int: Int] = [:]
    for (row, own) in classes.enumerated() { cells[own * count + told[row], default: 0] += 1 }
    counts =
      count > Self.mostClasses ? nil : (0..<count).map { own in (0..<count).map { cells[own * count + $0] ?? 0 } }
    let wrong = cells.filter { $0.key / count != $0.key % count }
    pairs = wrong.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.mostPairs).map { place, found in
      Pair(
        actual: place / count, told: place % count, rows: found,
        share: Double(found) / Double(rows[place / count]))
    }
  }

  /// A bin for every 20 rows, two to ten.
  private static func bins(_ probability: [Double], _ right: [Double]) -> [Calibration.Bin] {
    let order = probability.indices.sorted { (probability[$0], $0) < (probability[$1], $1) }
    let count = min(max(order.count / rowsPerBin, fewestBins), mostBins, order.count)
    return (0..<count).map { bin in
      let own = order[(bin * order.count / count)..<((bin + 1) * order.count / count)]
      let rows = Double(own.count)
      return Calibration.Bin(
        rows: own.count, predicted: own.reduce(0) { $0 + probability[$1] } / rows,
        right: Interval(accuracy: own.reduce(0) { $0 + right[$1] } / rows, standardError: 0, rows: rows))
    }
  }
}

/// How often probabilities of classes come true: the probability given to the class told, beside the share told right.
public struct Calibration: MethodAndSize, Sendable, Equatable, Codable {
  public struct Bin: Sendable, Equatable, Codable {
    public let rows: Int
    /// Mean probability of the class told.
    public let predicted: Double
    /// Share of the rows told right, with Wilson's interval of ±2.1 standard errors; rows with ties count in part.
    public let right: Interval
  }

  /// Whose probabilities, of rows left out.
  public let method: String
  public let size: Int?
  /// Ascending in `predicted`; together all labeled rows.
  public let bins: [Bin]

  package init(method: String, size: Int?, bins: [Bin]) { (self.method, self.size, self.bins) = (method, size, bins) }

  /// Mean over rows of |predicted - right| by bin: the expected calibration error.
  public var error: Double {
    let rows = bins.reduce(0) { $0 + $1.rows }
    return bins.reduce(0) { $0 + Double($1.rows) * abs($1.predicted - $1.right.estimate) } / Double(max(rows, 1))
  }
}

/// Which classes are told from each other: labeled rows by their class and by the class that is likeliest when they are left out.
public struct Confusion: MethodAndSize, Sendable, Equatable, Codable {
  public struct Pair: Sendable, Equatable, Codable {
    public let actual: String
    public let told: String
    public let rows: Int
    /// Of the rows of the actual class.
    public let share: Double
  }

  /// Whose probabilities, of rows left out.
  public let method: String
  public let size: Int?
  /// Names, in the order of `counts`; nil for more than 20 classes.
  public let classes: [String]?
  /// Rows by class (first index) and class told (second); nil for more than 20 classes.
  public let counts: [[Int]]?
  /// The 20 pairs of classes with the most rows told wrong, the most first.
  public let pairs: [Pair]
}

extension Plan {
  /// With the calibration and the confusion of the recommended candidate, where labels are classes.
  /// - Parameter fits: of all candidates.
  func showingClasses(_ request: PlanRequest, _ fits: [HeadFit]) throws -> Plan {
    let advice = recommendation
    guard head == .logistic, let picture = fits.first(where: { $0.label == advice.label })?.head?.classPicture else {
      return self
    }
    let names = try ClassLabels(request.labels, names: request.classNames).names
    var result = self
    result.calibration = Calibration(method: advice.method, size: advice.size, bins: picture.bins)
    result.confusion = Confusion(
      method: advice.method, size: advice.size, classes: picture.counts == nil ? nil : names, counts: picture.counts,
      pairs: picture.pairs.map {
        Confusion.Pair(actual: names[$0.actual], told: names[$0.told], rows: $0.rows, share: $0.share)
      })
    return result
  }
}
