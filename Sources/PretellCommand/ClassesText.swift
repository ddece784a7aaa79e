import Pretell

/// How often the recommended candidate's probabilities come true, and what it confuses, as `plan --all` prints them.
struct ClassesText {
  private let calibration: Calibration
  private let confusion: Confusion

  private static let mostPairs = 5

  /// nil where labels are numbers.
  init?(_ plan: Plan) {
    guard let calibration = plan.calibration, let confusion = plan.confusion else { return nil }
    (self.calibration, self.confusion) = (calibration, confusion)
  }

  var text: String {
    var table = TextTable(header: ["\(calibration.label), left out", "rows", "told right", "90 % interval"])
    table.rows = calibration.bins.map { bin in
      [
        "told with \(NumberText.percent(bin.predicted))", NumberText.count(bin.rows),
        NumberText.percent(bin.right.estimate),
        "\(NumberText.percent(bin.right.low)) .. \(NumberText.percent(bin.right.high))",
      ]
    }
    let confused = confusion.pairs.prefix(Self.mostPairs).map {
      "\($0.actual) as \($0.told) (\(NumberText.count($0.rows)) rows, \(NumberText.percent($0.share)) of \($0.actual))"
    }
    let sentence =
      confused.isEmpty ? "Every row was told right." : "Most often told: \(confused.joined(separator: ", "))."
    return table.rendered(.output) + "\n" + Terminal.output.wrapped(sentence)
  }
}
