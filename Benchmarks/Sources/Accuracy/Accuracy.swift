import Foundation
import Pretell

/// `Accuracy DATA-FOLDER SET SUBSAMPLES DRAWS`: plans on subsamples of one data set, beside what is true of it, as lines of JSON.
/// The set `sign` answers another question: see `SignOfTheGain`.
@main struct Accuracy {
  static let seed: UInt64 = 20_261_121

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 5, let subsamples = Int(arguments[3]), let draws = Int(arguments[4]) else {
      FileHandle.standardError.write(Data("usage: Accuracy DATA-FOLDER SET SUBSAMPLES DRAWS\n".utf8))
      exit(64)
    }
    let stem = URL(filePath: arguments[1]).appending(path: arguments[2]).path
    if arguments[2] == "sign" {
      return try SignOfTheGain.run(stem, subsamples: subsamples, draws: draws, seed: seed)
    }
    let audit = try ForecastAudit(
      features: DataFile.read(stem + "-x.npy").values, labels: DataFile.read(stem + "-y.npy").values.storage,
      method: PrincipalComponents(), sizes: AccuracyGrid.sizes)
    for size in audit.sizes where size < audit.features.columns {
      let count = try audit.breakEvenLabels(size: size, draws: draws, seed: seed)
      try print(BreakEvenLine(set: arguments[2], size: size, labels: count))
    }
    for (unlabeled, labeled) in AccuracyGrid.rows {
      for later in [labeled, 4 * labeled] {
        for truth in try audit.truths(unlabeled: unlabeled, labeled: later, draws: draws, seed: seed) {
          try print(TruthLine(set: arguments[2], unlabeled: unlabeled, labeled: later, truth))
        }
      }
      for index in 0..<subsamples {
        let plan = try audit.plan(unlabeled: unlabeled, labeled: labeled, subsample: index, seed: seed)
        let later = plan.at(unlabeled: unlabeled, labeled: 4 * labeled)
        let advice = plan.recommendation
        try print(
          ChoiceLine(
            set: arguments[2], unlabeled: unlabeled, labeled: labeled, multiple: 1, method: advice.method,
            size: advice.size))
        if let choice = later.best {
          try print(
            ChoiceLine(
              set: arguments[2], unlabeled: unlabeled, labeled: labeled, multiple: 4, method: choice.method,
              size: choice.size))
        }
        for candidate in plan.candidates {
          try print(
            PredictionLine(
              set: arguments[2], unlabeled: unlabeled, labeled: labeled, subsample: index, candidate, plan.warnings,
              later: later.candidates.first { $0.label == candidate.label }))
        }
      }
    }
  }

  private static func print(_ line: some Encodable) throws {
    Swift.print(String(decoding: try JSONEncoder().encode(line), as: UTF8.self))
  }
}

/// Numbers of rows and sizes; with five sizes and 3 labels per parameter about 30 cells a data set.
enum AccuracyGrid {
  static let sizes = [1, 2, 3, 5, 8]

  static let rows: [(unlabeled: Int, labeled: Int)] = [
    (100, 30), (100, 60), (200, 60), (200, 120), (400, 60), (400, 120), (1000, 120),
  ]
}

struct TruthLine: Encodable {
  let kind = "truth"
  let set: String
  let unlabeled: Int
  let labeled: Int
  let method: String
  let size: Int?
  let risk: Double
  let standardError: Double
  let best: Double?

  init(set: String, unlabeled: Int, labeled: Int, _ truth: ForecastAudit.Truth) {
    (self.set, self.unlabeled, self.labeled) = (set, unlabeled, labeled)
    (method, size, risk, standardError, best) = (truth.method, truth.size, truth.risk, truth.standardError, truth.best)
  }
}

struct BreakEvenLine: Encodable {
  let kind = "breakEven"
  let set: String
  let size: Int
  let labels: Double?
}

struct PredictionLine: Encodable {
  let kind = "prediction"
  let set: String
  let unlabeled: Int
  let labeled: Int
  let subsample: Int
  let method: String
  let size: Int?
  let reliable: Bool
  let warnings: [String]
  let excess: Double?
  let risk: Interval?
  let later: Interval?
  let breakEvenLabels: BreakEven?
  /// Said of a gain over the raw columns, now and at the later size.
  let probability: Double?
  let laterProbability: Double?

  init(
    set: String, unlabeled: Int, labeled: Int, subsample: Int, _ candidate: Candidate, _ shared: [Warning],
    later: PlanAt.Entry?
  ) {
    (self.set, self.unlabeled, self.labeled, self.subsample) = (set, unlabeled, labeled, subsample)
    (method, size, reliable) = (candidate.method, candidate.size, candidate.reliable)
    warnings = (candidate.warnings + shared).map(\.code)
    excess = candidate.parts.map { $0.labels + ($0.pretraining ?? 0) }
    (risk, breakEvenLabels, self.later) = (candidate.predictedRisk, candidate.breakEvenLabels, later?.predictedRisk)
    probability = candidate.gainOverRaw?.probabilityPositive
    laterProbability = later?.gainOverRaw?.probabilityPositive
  }
}

/// What the plan would use at `multiple` times its labels.
struct ChoiceLine: Encodable {
  let kind = "choice"
  let set: String
  let unlabeled: Int
  let labeled: Int
  let multiple: Int
  let method: String
  let size: Int?
}
