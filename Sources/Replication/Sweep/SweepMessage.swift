import Asymptotics
import Pretraining

/// What ranks say to each other during a sweep.
enum SweepMessage: Sendable {
  /// From a rank: what became of its last task, if it had one; it wants another.
  case done(SweepResult?)
  /// From a rank: it has no more work, and why if something went wrong.
  case leaving(problem: String?)
  /// From rank 0: the next task; nil for no more.
  case task(SweepTask?)

  var bytes: [UInt8] {
    var writer = ByteWriter()
    switch self {
    case .done(nil): writer.add(0)
    case .done(let result?):
      writer.add(1)
      writer.add(result)
    case .leaving(let problem):
      writer.add(2)
      writer.add(problem)
    case .task(let task):
      writer.add(3)
      writer.add(task == nil ? 0 : 1)
      if let task { writer.add(task) }
    }
    return writer.bytes
  }

  /// nil unless `bytes` made these bytes.
  init?(_ bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    switch reader.integer() {
    case 0: self = .done(nil)
    case 1:
      guard let result = reader.result() else { return nil }
      self = .done(result)
    case 2: self = .leaving(problem: reader.text())
    case 3: self = .task(reader.integer() == 0 ? nil : reader.task())
    default: return nil
    }
    if reader.hasFailed { return nil }
  }
}

/// Integers, doubles and texts one after the other.
private struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ value: Int) {
    withUnsafeBytes(of: Int64(value).littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func add(_ value: Double) { add(Int(Int64(bitPattern: value.bitPattern))) }

  mutating func add(_ text: String?) {
    add(text.map(\.utf8.count) ?? -1)
    if let text { bytes.append(contentsOf: text.utf8) }
  }

  mutating func add(_ task: SweepTask) {
    add(task.cell)
    add(task.replicates?.lowerBound ?? -1)
    add(task.replicates?.upperBound ?? -1)
  }

  mutating func add(_ result: SweepResult) {
    add(result.task)
    add(result.seconds)
    switch result.outcome {
    case .law(let text, let problem, let experiment):
      add(text)
      add(problem)
      add(experiment.unlabeled)
      add(experiment.labeled)
    case .replicates(let risks):
      add(risks.count)
      for risk in risks {
        for part in [risk?.representation, risk?.leakage, risk?.variance] { add(part ?? .nan) }
      }
    }
  }
}

private struct ByteReader {
  private var rest: ArraySlice<UInt8>
  private(set) var hasFailed = false

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  mutating func integer() -> Int {
    guard rest.count >= 8 else {
      hasFailed = true
      return -1
    }
    defer { rest = rest.dropFirst(8) }
    return Int(Int64(bitPattern: rest.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }))
  }

  mutating func double() -> Double { Double(bitPattern: UInt64(bitPattern: Int64(integer()))) }

  mutating func text() -> String? {
    let count = integer()
    guard count >= 0, count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return String(decoding: rest.prefix(count), as: UTF8.self)
  }

  mutating func task() -> SweepTask {
    let (cell, first, end) = (integer(), integer(), integer())
    return SweepTask(cell: cell, replicates: first >= 0 && end >= first ? first..<end : nil)
  }

  mutating func result() -> SweepResult? {
    let (task, seconds) = (task(), double())
    if task.replicates == nil {
      let (text, problem, unlabeled, labeled) = (text(), text(), integer(), integer())
      guard unlabeled > 0, labeled > 0 else { return nil }
      return SweepResult(
        task: task,
        outcome: .law(text: text, problem: problem, experiment: Experiment(unlabeled: unlabeled, labeled: labeled)),
        seconds: seconds)
    }
    let count = integer()
    guard count >= 0, count <= rest.count / 24 else { return nil }
    let risks = (0..<count).map { _ -> RiskDecomposition? in
      let (representation, leakage, variance) = (double(), double(), double())
      return representation.isNaN
        ? nil : RiskDecomposition(representation: representation, leakage: leakage, variance: variance)
    }
    return SweepResult(task: task, outcome: .replicates(risks), seconds: seconds)
  }
}
