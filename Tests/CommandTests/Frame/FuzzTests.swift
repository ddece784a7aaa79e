import Foundation
import Pretell
import PretellCommand
import TestSupport
import Testing

/// 100 000 instance files and command lines that no sensible person would write: extreme magnitudes, ties, zeros, ranks equal to
/// dimensions, junk. Each ends with one of the command's exit codes, never by a signal, in a process of its own with little memory.
@Suite struct FuzzTests {
  /// A fault of ours (70) is none of them, nor an interruption (2).
  static let endings: Set<Int32> = [0, 1, 64, 65, 66, 74]

  @Test func instances() async {
    await #expect(processExitsWith: .success, "\(Fuzz.place("instances"))") {
      try Fuzz.run("instances", count: 92_000) { random in
        let text = Fuzz.instance(&random)
        return (text, { InProcess.law(Array(text.utf8)) })
      }
    }
  }

  /// Mixtures are integrated: fewer of them.
  @Test func mixtures() async {
    await #expect(processExitsWith: .success, "\(Fuzz.place("mixtures"))") {
      try Fuzz.run("mixtures", count: 3000) { random in
        let text = Fuzz.mixture(&random)
        return (text, { InProcess.law(Array(text.utf8)) })
      }
    }
  }

  @Test func commandLines() async {
    await #expect(processExitsWith: .success, "\(Fuzz.place("lines"))") {
      let folder = FileManager.default.temporaryDirectory.appending(path: "pretell-fuzz-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Fuzz.furnish(folder)
      _ = FileManager.default.changeCurrentDirectoryPath(folder.path)
      defer { try? FileManager.default.removeItem(at: folder) }
      try Fuzz.run("lines", count: 5000) { random in
        let words = Fuzz.line(&random)
        if random.below(50) == 0 { try Fuzz.furnish(folder) }
        return (words.joined(separator: " "), { InProcess.run(words) })
      }
    }
  }

  /// The same through the built command.
  @Test func builtCommand() throws {
    try withTemporaryFolder { folder in
      try Fuzz.furnish(folder)
      var random = SplitMix(state: 77)
      for _ in 0..<60 {
        let words = Fuzz.line(&random)
        let run = try pretell(words, in: folder)
        #expect(
          Self.endings.contains(run.status), "pretell \(words.joined(separator: " ")): \(run.status) \(run.errors)")
      }
    }
  }
}

private enum Fuzz {
  /// Where the case in work stands, so that one that ends the process can be read.
  static func place(_ name: String) -> String {
    FileManager.default.temporaryDirectory.appending(path: "pretell-fuzz-\(name)-last.txt").path
  }

  /// Calls `make` for a case and its work, then the work; ends the process with the case in its file when the ending is none.
  static func run(
    _ name: String, count: Int, _ make: (inout SplitMix) throws -> (text: String, work: () -> Int32)
  ) throws {
    Parallel.threads = 1
    alarm(600)
    let log = open(place(name), O_RDWR | O_CREAT | O_TRUNC, 0o644)
    let silence = open("/dev/null", O_WRONLY)
    dup2(silence, STDOUT_FILENO)
    dup2(silence, STDERR_FILENO)
    var random = SplitMix(state: UInt64(name.utf8.reduce(7) { 31 &* $0 &+ Int($1) }))
    var endings: [Int32: Int] = [:]
    for _ in 0..<count {
      let (text, work) = try make(&random)
      ftruncate(log, 0)
      pwrite(log, text, text.utf8.count, 0)
      let ending = work()
      guard FuzzTests.endings.contains(ending) else { exit(ending == 0 ? 1 : ending) }
      endings[ending, default: 0] += 1
    }
    // Cases that are all refused, or all answered, would test little.
    precondition(endings[0, default: 0] > count / 50 && endings[0, default: 0] < count * 49 / 50, "\(endings)")
    unlink(place(name))
  }

  // MARK: numbers

  private static let extremes = [
    "0", "0.0", "-0.0", "1", "1.0", "-1", "2", "0.5", "1e-9", "1e-12", "1e-300", "5e-324", "1e-16",
    "0.9999999999999999",
    "1.0000000000000002", "0.999999999", "1e8", "1e16", "1e100", "1e154", "1e155", "1e200", "1.7e308", "-1e200", "inf",
    "nan", "-inf", "3", "2.999999999", "1e-160", "9223372036854775807", "-9223372036854775808", "4.0", "0.25",
  ]
  private static let junk = [
    "\"text\"", "true", "[]", "[[1, 2]]", "{}", "1979-05-27", "\"\"", "[1, \"a\"]", "[[]]", "''",
  ]

  static func number(_ random: inout SplitMix) -> String {
    switch random.below(8) {
    case 0: extremes[random.below(extremes.count)]
    case 1: junk[random.below(junk.count)]
    default: usual(&random)
    }
  }

  private static func usual(_ random: inout SplitMix) -> String {
    ["0.5", "1.0", "2.0", "0.1", "3.0", "0.7", "5.0", "1.5"][random.below(8)]
  }

  /// Descending or not, with ties, near ties and zeros.
  private static func numbers(_ count: Int, _ random: inout SplitMix) -> String {
    let kind = random.below(6)
    let values = (0..<count).map { index -> String in
      switch kind {
      case 0: number(&random)
      case 1: "1.0"
      case 2: "\(3 - Double(index) * 1e-12)"
      case 3: random.below(6) == 0 ? extremes[random.below(extremes.count)] : "\(1 / Double(index + 1))"
      default: "\(Double(count - index) / Double(count + 1))"
      }
    }
    return "[" + values.joined(separator: ", ") + "]"
  }

  private static func size(_ random: inout SplitMix) -> String {
    random.below(12) == 0 ? number(&random) : ["1", "2", "3", "5", "10", "100", "1000", "20000"][random.below(8)]
  }

  // MARK: instances

  static func instance(_ random: inout SplitMix) -> String {
    let (d, k) = (1 + random.below(6), 1 + random.below(4))
    let world: String
    switch random.below(3) {
    case 0: world = "model = \"factor\"\ndimension = \(d)\nstrengths = \(numbers(k, &random))\n"
    case 1: world = "model = \"pca\"\nrank = \(k)\n" + spectrum("eigenvalues", "covariance", d, &random)
    default:
      world = "model = \"spectral\"\nrank = \(k)\n" + spectrum("correlations", "covariance", d, &random)
    }
    let isFactor = world.contains("factor")
    let target = (isFactor ? "coefficients = " : "weights = ") + numbers(random.below(10) == 0 ? d : k, &random)
    return tidied(world + downstream(target, &random), &random)
  }

  static func mixture(_ random: inout SplitMix) -> String {
    let (k, d) = (1 + random.below(3), 1 + random.below(4))
    let centers =
      random.below(3) == 0
      ? "centers = [" + (0..<k).map { _ in numbers(d, &random) }.joined(separator: ", ") + "]\n"
      : "components = \(k)\ndimension = \(d)\nseparation = \(number(&random))\n"
    return tidied(
      "model = \"mixture\"\ntolerance = 0.1\n" + centers
        + downstream("coefficients = \"reciprocal\"\nscale = \(number(&random))", &random), &random)
  }

  private static func spectrum(_ values: String, _ matrix: String, _ d: Int, _ random: inout SplitMix) -> String {
    if random.below(4) > 0 { return "\(values) = \(numbers(d, &random))\n" }
    let rows = (0..<d).map { i in
      "["
        + (0..<d).map { j in i == j ? number(&random) : random.below(3) == 0 ? usual(&random) : "0" }
        .joined(separator: ", ") + "]"
    }
    let text = "\(matrix) = [\(rows.joined(separator: ", "))]\n"
    return values == "correlations" ? text + "pair_" + text : text
  }

  private static func downstream(_ target: String, _ random: inout SplitMix) -> String {
    let head = [
      "", "head = \"ridge\"\npenalty = \(number(&random))\n", "head = \"logistic\"\n", "head = \"poisson\"\n",
    ]
    return "[downstream]\n\(target)\nnoise = \(number(&random))\n" + head[random.below(8) < 5 ? 0 : random.below(4)]
      + "[samples]\nunlabeled = \(size(&random))\nlabeled = \(size(&random))\n"
  }

  /// Now and then a line is lost, doubled or cut.
  private static func tidied(_ text: String, _ random: inout SplitMix) -> String {
    guard random.below(12) == 0 else { return text }
    var lines = text.split(separator: "\n").map(String.init)
    let index = random.below(lines.count)
    switch random.below(4) {
    case 0: lines.remove(at: index)
    case 1: lines.insert(lines[index], at: index)
    case 2: lines[index] = String(lines[index].prefix(random.below(lines[index].count + 1)))
    default: lines.insert("unknown = \(number(&random))", at: index)
    }
    return lines.joined(separator: "\n")
  }

  // MARK: command lines

  /// Small tables and instances of all sorts.
  static func furnish(_ folder: URL) throws {
    func write(_ name: String, _ text: String) throws {
      try Data(text.utf8).write(to: folder.appending(path: name))
    }
    func table(_ rows: Int, _ columns: Int, _ entry: (Int, Int) -> String) -> String {
      (["y"] + (1..<columns).map { "x\($0)" }).joined(separator: ",") + "\n"
        + (0..<rows).map { i in (0..<columns).map { entry(i, $0) }.joined(separator: ",") }.joined(separator: "\n")
        + "\n"
    }
    try write("usual.csv", table(40, 4) { "\(Double(($0 * 7 + $1 * 3) % 11) + Double($0 * $1 % 5) / 3)" })
    try write("square.csv", table(5, 5) { "\(($0 * 3 + $1 * $1) % 7)" })
    try write("wide.csv", table(6, 12) { "\(($0 * 5 + $1 * 3) % 13)" })
    try write("huge.csv", table(30, 3) { "\(($0 * 7 + $1) % 9)e\($1 == 0 ? 200 : 160)" })
    try write("tiny.csv", table(30, 3) { "\(($0 * 7 + $1) % 9)e-\($1 == 0 ? 200 : 170)" })
    try write("constant.csv", table(30, 3) { _, _ in "1" })
    try write("rankone.csv", table(30, 4) { "\(Double($0) * Double($1 + 1))" })
    try write("gaps.csv", table(30, 4) { ($0 + $1) % 5 == 0 ? "" : "\(($0 * 7 + $1) % 9)" })
    try write("one.csv", "y,x1\n1,2\n")
    try write("empty.csv", "")
    try write("junk.csv", "\u{0}\u{1}\"\n,,,\n\"")
    for name in ["factor", "pca", "spectral", "flow"] {
      let example = repositoryRoot.appending(path: "Examples/\(name).toml")
      try write(name + ".toml", String(contentsOf: example, encoding: .utf8))
    }
    try write("bad.toml", "model = [")
  }

  private static let tables = [
    "usual", "square", "wide", "huge", "tiny", "constant", "rankone", "gaps", "one", "empty", "junk", "missing",
  ].map { $0 + ".csv" }
  private static let worlds = [
    "factor.toml", "pca.toml", "spectral.toml", "flow.toml", "bad.toml", "no.toml", "usual.csv",
  ]
  private static let values = [
    "0", "1", "2", "-1", "3", "1e300", "1e-300", "nan", "inf", "", "x", "1:3", "0:0", "5,1", "9223372036854775807",
    "0.5",
    "auto", "out.json", ".", "nowhere/a.svg", "y", "x1", "usual.csv", "2x,inf", "1KB", "none,pca", "ridge", "logistic",
    "identity", "ar1:0.99", "ar1:1", "ar1:2", "spiked:1e200", "spiked:0", "toeplitz:1,2", "dimension=3",
    "dimension=1e9", "strengths=1e-300,1e-300", "downstream.noise=1e200", "eigenvalues=3,3,3", "columns=1", "t5", "t4",
    "rademacher", "a.csv", "single", "per column",
  ]
  private static let options = [
    "--json", "--quiet", "--threads", "--output", "--figure", "--seed", "--set", "--probability", "--printed",
    "--tolerance", "--ridge", "--ridge-scale", "--memory", "--rows", "--columns", "--points", "--folds", "--scale",
    "--no-center", "--drop-constant", "--precision", "--top", "--target", "--size", "--methods", "--head", "--at",
    "--lag",
    "--hide", "--times", "--equilibria", "--rank", "--step", "--from", "--pairs", "-k", "--ridges", "--sampler",
    "--all",
    "--cost-label", "--cost-row", "--budget", "--target-risk", "--sampled-labels", "--distributed", "--nonsense",
  ]

  static func line(_ random: inout SplitMix) -> [String] {
    let (table, world) = (tables[random.below(tables.count)], worlds[random.below(worlds.count)])
    let rows = ["2", "3", "10", "40"][random.below(4)]
    let covariance = ["identity", "ar1:0.6", "spiked:3", "spiked:1e-9", "ar1:0.999999"][random.below(5)]
    let lines = [
      ["law", world], ["law", world], ["simulate", world, "--replicates", "3", "--set", "samples.unlabeled=40"],
      ["sweep", world, "--vary", "samples.labeled=20,40"], ["flow", world], ["flow", table, table],
      ["plan", "--data", table, "--target", "y", "--size", "1", "--methods", "pca"],
      ["backtest", "--data", table, "--target", "y", "--size", "1", "--methods", "pca", "--repeats", "2"],
      ["components", table, "-k", "1"], ["masked", "errors", table], ["masked", "path", table],
      ["masked", "forecast", table], ["masked", "spectrum", table, "--ridge", "1"], ["masked", "fit", table],
      ["masked", "errors", "--covariance", covariance, "--columns", rows, "--rows", rows, "--ridge", "0"],
      ["masked", "spectrum", "--covariance", covariance, "--columns", rows, "--rows", rows, "--ridge", "0.1"],
      ["masked", "compare", "--covariance", covariance, "--columns", "5", "--rows", rows],
      ["masked", "impute", table, "--output", "filled.csv"], ["masked", "recommend", table],
      ["data", "describe", table],
      ["store", "show", table], ["store", "merge", table, world, "--output", "all.sqlite"], ["verify", world],
      ["masked", "compare", table], ["examples", "factor.toml"], ["cite", "law"], ["store", "list"],
    ]
    var words = lines[random.below(lines.count)]
    for _ in 0..<random.below(4) {
      words.append(options[random.below(options.count)])
      if random.below(3) > 0 { words.append(values[random.below(values.count)]) }
    }
    return words
  }
}

/// Steele, Lea and Flood's generator: fixed seeds give the same cases everywhere.
private struct SplitMix {
  var state: UInt64

  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
  }
}
