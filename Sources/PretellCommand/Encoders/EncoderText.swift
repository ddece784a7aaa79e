import Pretell

/// What the runs of an encoder say, as the terminal shows it.
struct EncoderText {
  private let candidate: Candidate
  private let runs: [EncoderRunRisk]
  private let gains: [GainAt]

  /// nil for a candidate that is no encoder.
  init?(_ candidate: Candidate) {
    guard let runs = candidate.runs, let all = candidate.gainsAt, let risk = candidate.predictedRisk?.estimate,
      risk > 0
    else { return nil }
    (self.candidate, self.runs) = (candidate, runs)
    gains = all.filter { $0.against == GainAt.present }
  }

  private var risk: Double { candidate.predictedRisk!.estimate }

  var text: String {
    let units = candidate.units.map { "\(NumberText.significant($0, 2)) trainings on all rows" } ?? ""
    let spread = candidate.seedSpread.map {
      "; encoders of one size differ by \(NumberText.significant(100 * $0.standardDeviation / risk, 2)) % of the risk"
    }
    let list = runs.map { "\($0.part) \(NumberText.significant($0.risk))" }.joined(separator: ", ")
    var table = TextTable(header: ["unlabeled", "labels", "risk", "off the risk", "90 % interval", "P(gain>0)"])
    table.rows = gains.map { gain in
      [
        "  " + NumberText.count(gain.unlabeled), NumberText.count(gain.labeled),
        NumberText.significant(gain.predictedRisk.estimate), NumberText.signedPercent(gain.gain.estimate / risk),
        "\(NumberText.signedPercent(gain.gain.low / risk)) .. \(NumberText.signedPercent(gain.gain.high / risk))",
        NumberText.percent(gain.probabilityPositive),
      ]
    }
    return [
      Terminal.output.wrapped("\(candidate.label): \(units)\(spread ?? ""). Risk of each run: \(list).", indent: 2),
      table.rendered(.output), ([seeds, match, others].filter { !$0.isEmpty }).joined(separator: "\n"),
    ].filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private var seeds: String {
    guard let gain = candidate.next?.averageSeeds else {
      return "A second seed of the full run would price averaging two encoders."
    }
    let share = { (value: Double) in NumberText.signedPercent(value / risk) }
    return
      "Averaging the heads of two seeds takes \(share(gain.estimate ?? 0)) off (\(share(gain.low)) .. \(share(gain.high)))."
  }

  private var match: String {
    candidate.rowsToMatch.map { "As good as the raw columns with \(NumberText.count($0)) unlabeled rows." } ?? ""
  }

  private var others: String {
    (candidate.gainsOver ?? []).map {
      "Against \($0.against): \(NumberText.signedPercent($0.estimate / risk)) of the risk, P(better) \(NumberText.percent($0.probabilityPositive))."
    }.joined(separator: "\n")
  }
}
