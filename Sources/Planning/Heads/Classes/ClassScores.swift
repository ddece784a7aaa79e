import LinearAlgebra
import CMath

/// How good probabilities of classes are: log-loss, accuracy, Brier score, and what unequal classes need.
///
/// Cost: a pass over rows x classes, and a sort of the rows for two classes.
public struct ClassScores: Sendable, Equatable, Codable {
  /// Mean of -log p_y.
  public let logLoss: Double
  /// Share of rows whose likeliest class is theirs.
  public let accuracy: Double
  /// Mean over classes of the share of their rows that are classified right.
  public let balancedAccuracy: Double
  /// Mean of Σ_k (p_k - [y = k])², between 0 and 2.
  public let brier: Double
  /// Two classes: how often a row of the second has a larger probability of it than a row of the first; ties count half.
  public let areaUnderCurve: Double?

  /// - Parameters:
  ///   - logProbabilities: log p_k of each row, rows x classes.
  ///   - classes: 0 ..< classes, one per row; a class without a row counts in no mean over classes.
  ///   - leftOutAlone: each row's probabilities are by a fit to all others (`toldRight`).
  public init(_ logProbabilities: Matrix, classes: [Int], leftOutAlone: Bool = false) {
    precondition(logProbabilities.rows == classes.count, "\(logProbabilities.rows) rows, \(classes.count) classes")
    let count = logProbabilities.columns
    var (loss, brier) = (0.0, 0.0)
    var right = [Double](repeating: 0, count: count)
    var rows = [Double](repeating: 0, count: count)
    let told = Self.toldRight(logProbabilities, classes: classes, leftOutAlone: leftOutAlone)
    for (row, own) in classes.enumerated() {
      loss -= logProbabilities[row, own]
      rows[own] += 1
      right[own] += told[row]
      for k in 0..<count {
        let difference = exp(logProbabilities[row, k]) - (k == own ? 1 : 0)
        brier += difference * difference
      }
    }
    let n = Double(max(classes.count, 1))
    logLoss = loss / n
    self.brier = brier / n
    accuracy = right.reduce(0, +) / n
    let present = (0..<count).filter { rows[$0] > 0 }
    balancedAccuracy = present.reduce(0) { $0 + right[$1] / rows[$1] } / Double(max(present.count, 1))
    areaUnderCurve = count == 2 && present.count == 2 ? Self.area(logProbabilities, classes) : nil
  }

  /// Whether each row's class is the likeliest, shared among those that tie.
  ///
  /// A row left out alone takes a label of its class with it: of classes of equal size that nothing tells apart, its own is
  /// then the rarest and never the likeliest. Where all classes have as many rows, by design that is, the free intercepts give
  /// n_y/(n_y - 1) back, to which its own probability is raised here; of classes as they come leaving rows out is right on average as it is.
  static func toldRight(_ logs: Matrix, classes: [Int], leftOutAlone: Bool) -> [Double] {
    let lift = lift(classes, leftOutAlone: leftOutAlone)
    return classes.enumerated().map { row, own in
      let raised = logs[row, own] + lift
      let rivals = (0..<logs.columns).filter { $0 != own && logs[row, $0] >= raised - tie }
      let isBeaten = rivals.contains { logs[row, $0] > raised + tie }
      return isBeaten ? 0 : 1 / Double(rivals.count + 1)
    }
  }

  /// What a row's own log-odds are raised by.
  static func lift(_ classes: [Int], leftOutAlone: Bool) -> Double {
    let sizes = Set(Dictionary(grouping: classes) { $0 }.values.map { Double($0.count) })
    guard leftOutAlone, sizes.count == 1, let rows = sizes.first, rows > 1 else { return 0 }
    return log(rows / (rows - 1))
  }

  /// Log-probabilities this near each other are the same, but for rounding and for where a fit stopped.
  static let tie = 1e-9

  /// Mann and Whitney's statistic of log p_1 - log p_0 over its largest value.
  private static func area(_ logs: Matrix, _ classes: [Int]) -> Double {
    let scores = classes.indices.map { logs[$0, 1] - logs[$0, 0] }
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    var (below, total, position) = (0.0, 0.0, 0)
    while position < order.count {
      let tie = order[position...].prefix { scores[$0] == scores[order[position]] }
      let first = Double(tie.count { classes[$0] == 0 })
      total += (Double(tie.count) - first) * (below + first / 2)
      below += first
      position = tie.endIndex
    }
    let second = Double(classes.count { $0 == 1 })
    return total / (second * (Double(classes.count) - second))
  }
}
