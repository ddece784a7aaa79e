import Foundation

/// One benchmark: a file here, a line in `Benchmarks.all`, and a script of the same name under `peers`.
protocol Benchmark: SendableMetatype {
  /// As on the command line: lower-case words joined by hyphens.
  static var name: String { get }
  /// Prints measurements. `data` is the folder into which the peer's `prepare` has written.
  static func run(data: URL) throws
}

/// What one contestant took for one piece of work: a line of JSON for `run` to compare.
struct Measurement: Encodable {
  /// The same text in every contestant.
  let measure: String
  var contestant = "Pretell"
  let seconds: Double
  /// How much work that was, so that a rate can be printed.
  let amount: Double
  let unit: String
  /// Numbers that contestants must agree on; empty where answers are random.
  var answers: [Double] = []
  /// The most memory this process has held, where that is part of the measure.
  var peakBytes: Int?

  func print() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    Swift.print(String(decoding: try encoder.encode(self), as: UTF8.self))
  }
}

/// Seconds of the fastest of `repetitions` runs, and the last answer.
func best<Answer>(of repetitions: Int, _ body: () throws -> Answer) rethrows -> (seconds: Double, answer: Answer) {
  let clock = ContinuousClock()
  var fastest = Double.infinity
  var answer: Answer?
  for _ in 0..<repetitions {
    let start = clock.now
    answer = try body()
    fastest = min(fastest, (clock.now - start) / .seconds(1))
  }
  return (fastest, answer!)
}

/// The most memory this process has held so far.
func peakBytes() -> Int {
  var usage = rusage()
  // RUSAGE_SELF, whose type differs between systems.
  getrusage(0, &usage)
  #if canImport(Darwin)
    return usage.ru_maxrss
  #else
    return 1024 * usage.ru_maxrss
  #endif
}
