import Foundation
import TestSupport
import Testing

@Suite struct SweepTests {
  private static let line =
    "sweep Examples/factor.toml --vary samples.unlabeled=500,2000 --vary samples.labeled=50:200:3 --simulate "

  @Test func csvHasARowForEachCell() throws {
    let run = try pretell(Self.line + "40 --threads 1")
    #expect(run.status == 0 && run.errors.isEmpty)
    let rows = run.output.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(rows.count == 7 && Set(rows.map(\.count)).count == 1)
    #expect(rows[0].starts(with: ["samples.unlabeled", "samples.labeled", "unlabeled", "labeled", "ratio"]))
    #expect(rows[1...].map { $0[1] } == ["50", "125", "200", "50", "125", "200"])
    #expect(try pretell(Self.line + "40 --threads 2").output == run.output)
    #expect(try pretell(Self.line + "40 --seed 1").output != run.output)
  }

  /// Each cell's law is what `law` says of it.
  @Test func lawsAreThoseOfTheLawVerb() throws {
    let json = try pretell("sweep Examples/factor.toml --vary dimension=10,80 --json").json()
    let cells = json["cells"] as? [[String: Any]] ?? []
    let law = try pretell("law Examples/factor.toml --set dimension=80 --json").json()
    #expect(cells.count == 2 && cells[1]["dimension"] as? Int == 80 && cells[1]["replicates"] == nil)
    #expect(cells[1]["crossover_ratio"] as? Double == law["crossover_ratio"] as? Double)
    let scaled = law["scaled_excess_risk"] as? [String: Any]
    #expect(cells[1]["scaled_excess_risk"] as? Double == scaled?["mean"] as? Double)
    #expect(json["seed"] as? Int == 0 && json["schema_version"] as? Int == 1)
  }

  @Test func ranges() throws {
    func values(_ vary: String) throws -> [Substring] {
      try pretell("sweep Examples/factor.toml --vary \(vary)").output.split(separator: "\n").dropFirst()
        .map { $0.split(separator: ",")[0] }
    }
    #expect(try values("samples.unlabeled=100:10000:5log") == ["100", "316", "1000", "3162", "10000"])
    #expect(try values("downstream.noise=1:2:5") == ["1", "1.25", "1.5", "1.75", "2"])
    #expect(try values("dimension=10.0,20") == ["10", "20"])
    #expect(
      try pretell("sweep Examples/factor.toml --vary strengths=[4,0.5],[4,2]").output.split(separator: "\n").count == 3)
    for wrong in [
      "dimension", "dimension=", "dimension=3:9", "dimension=1:9:1", "samples.labeled=0:9:4log", "dimension=7,7",
    ] {
      #expect(try pretell("sweep Examples/factor.toml --vary \(wrong)").status == 64, "\(wrong)")
    }
    let refused = try pretell("sweep Examples/factor.toml --vary dimension=10,1")
    #expect(refused.status == 65 && refused.errors.contains("(in the cell dimension=1)") && refused.output.isEmpty)
    #expect(
      try pretell("sweep Examples/factor.toml --vary dimention=10,20").errors.contains("Did you mean 'dimension'?"))
    #expect(try pretell("sweep nowhere.toml --vary dimension=10").status == 66)
    #expect(try pretell("sweep Examples/factor.toml --vary dimension=10 --resume").status == 64)
  }

  @Test func filesAndFigure() throws {
    try withTemporaryFolder { folder in
      let (csv, npz, svg) = ("table.csv", "table.npz", "picture.svg")
      for name in [csv, npz] {
        let options = ["--output", folder.appending(path: name).path, "--figure", folder.appending(path: svg).path]
        let run = try pretell((Self.line + "10").split(separator: " ").map(String.init) + options)
        #expect(run.status == 0 && run.output.isEmpty)
      }
      #expect(try String(contentsOf: folder.appending(path: svg), encoding: .utf8).contains("<svg"))
      let text = try String(contentsOf: folder.appending(path: csv), encoding: .utf8)
      #expect(try pretell(Self.line + "10").output == text)
      let described = try pretell(["data", "describe", folder.appending(path: npz).path + "[ratio]", "--json"]).json()
      #expect(described["rows"] as? Int == 6)
    }
  }

  // MARK: stores

  @Test func storesGrowAndRefuse() throws {
    try withTemporaryFolder { folder in
      let store = folder.appending(path: "s.sqlite").path
      let start = try pretell(Self.line + "20 --resume --store \(store)")
      #expect(start.status == 66 && start.errors.contains("Leave out --resume"))
      #expect(try pretell(Self.line + "20 --store \(store)").status == 0)
      let grown = try pretell(Self.line + "60 --resume --store \(store)")
      #expect(grown.output == (try pretell(Self.line + "60").output))
      let other = try pretell(Self.line + "60 --store \(store) --set dimension=12")
      #expect(other.status == 65 && other.errors.contains("dimension: 10 in the store, 12 now") && other.output.isEmpty)
      let show = try pretell(["store", "show", store, "--json"]).json()
      #expect((show["cells"] as? [Any])?.count == 6 && show["fingerprint"] != nil)
      let list = try pretell(["store", "list", folder.path, "--json"]).json()
      #expect(((list["stores"] as? [[String: Any]])?.first?["replicates"] as? Int) == 360)
      let replicates = try pretell(["store", "export", store, "--replicates"]).output
      #expect(replicates.split(separator: "\n").count == 361)
      let merged = folder.appending(path: "m.sqlite").path
      #expect(try pretell(["store", "merge", store, store, "--output", merged]).status == 0)
      #expect(try pretell(["store", "export", merged]).output == pretell(["store", "export", store]).output)
      #expect(try pretell(["store", "show", folder.appending(path: "x").path]).status == 66)
      #expect(try pretell(["store", "show", "README.md"]).status == 65)
    }
  }

  /// Killed at moments of all kinds, then continued: every replicate once, and the bytes of a run that was left alone.
  @Test func killedRunsLoseAndDoubleNothing() throws {
    try withTemporaryFolder { folder in
      let store = folder.appending(path: "s.sqlite").path
      let line = "sweep Examples/factor.toml --vary samples.labeled=50,100,200 --sampler rows --simulate 150"
      let arguments = (line + " --store \(store)").split(separator: " ").map(String.init)
      for attempt in 0..<8 {
        try Interrupted.run(arguments, after: 0.02 + 0.03 * Double(attempt), signal: SIGKILL)
        if FileManager.default.fileExists(atPath: store), attempt > 2 {
          let show = try pretell(["store", "show", store])
          #expect(show.status == 0 || show.errors.contains("stopped before it began"), "\(show.errors)")
        }
      }
      let finished = try pretell(arguments)
      #expect(finished.status == 0)
      #expect(finished.output == (try pretell(line).output))
      #expect(try pretell(["store", "export", store, "--replicates"]).output.split(separator: "\n").count == 451)
    }
  }

  @Test func interruptedRunsSayHowToGoOn() throws {
    try withTemporaryFolder { folder in
      let store = folder.appending(path: "s.sqlite").path
      let line = "sweep Examples/factor.toml --sampler rows --simulate 1000000 --store \(store)"
      let run = try Interrupted.run(line.split(separator: " ").map(String.init), after: 1.5, signal: SIGINT)
      #expect(run.status == 2 && run.errors.contains("--resume") && run.output.isEmpty)
      let shown = try pretell(["store", "show", store, "--json"]).json()
      let counts = (shown["cells"] as? [[String: Any]])?.compactMap { $0["replicates"] as? Int } ?? []
      #expect(counts.count == 1 && counts[0] > 0 && counts[0] < 1_000_000)
    }
  }

  /// Started by mpirun without MPI, every process would do all the work: refused.
  @Test func ranksNeedABuildThatKnowsThem() throws {
    let run = try pretell(["sweep", "Examples/factor.toml"], environment: ["OMPI_COMM_WORLD_SIZE": "4"])
    #expect(run.status == 64 && run.errors.contains("--traits MPI") && run.output.isEmpty)
  }

  /// Far less memory than the file has: rows come in blocks and are let go.
  @Test func fitsOfLargeFilesNeedLittleMemory() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "large.npy").path
      try Self.writeSparseArray(path, rows: 4_000_000, columns: 20)
      let peak = try Self.peakMemory(
        running: ["masked", "fit", path, "--ridge", "0.1", "--no-errors", "--memory", "100MB"])
      #if os(Linux)
        #expect(peak > 1_000_000 && peak < 250_000_000, "\(peak) bytes for a file of 640 000 000")
      #endif
    }
  }

  /// Rows are filled in and written block by block, and Ctrl-C leaves nothing behind.
  @Test func fillingOfLargeFilesNeedsLittleMemory() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "large.npy").path
      try Self.writeSparseArray(path, rows: 2_500_000, columns: 20)
      let fill = ["masked", "impute", path, "--ridge", "0.1", "--output"]
      let filled = folder.appending(path: "filled.npy").path
      let peak = try Self.peakMemory(running: fill + [filled])
      #if os(Linux)
        #expect(peak > 1_000_000 && peak < 250_000_000, "\(peak) bytes for a file of 400 000 000")
      #endif
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["filled.npy", "large.npy"])
      try FileManager.default.removeItem(atPath: filled)
      let stopped = try Interrupted.run(fill + [folder.path + "/filled.csv"], after: 0, signal: SIGINT) { process in
        while kill(process, 0) == 0,
          try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy({ !$0.hasSuffix(".partial") })
        { Thread.sleep(forTimeInterval: 0.005) }
      }
      #expect(stopped.status == 2 && stopped.errors.contains("nothing was written") && stopped.output.isEmpty)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["large.npy"])
    }
  }

  /// A plan with far less memory than its unlabeled rows have.
  @Test func plansOfLargeFilesNeedLittleMemory() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "large.npy").path
      try Self.writeSparseArray(path, rows: 5_000_000, columns: 20)
      let labeled = folder.appending(path: "labeled.csv").path
      var text = (1...20).map { "x\($0)," }.joined() + "y\n"
      for row in 0..<90 {
        let values = (0..<20).map { Double((row * 20 + $0) * 7919 % 1009) / 1009 }
        text += values.map { "\($0)," }.joined() + "\(values[0] - values[3] + values[7] * values[5])\n"
      }
      try Data(text.utf8).write(to: URL(filePath: labeled))
      let plan = ["plan", "--unlabeled", path, "--labeled", labeled, "--target", "y", "--size", "2"]
      let peak = try Self.peakMemory(running: plan + ["--methods", "pca", "--memory", "600MB"])
      #if os(Linux)
        #expect(peak > 1_000_000 && peak < 600_000_000, "\(peak) bytes for a file of 800 000 000")
      #endif
      let paired = try Self.peakMemory(running: plan + ["--methods", "none", "--pairs", path, "--memory", "600MB"])
      #if os(Linux)
        #expect(paired > 1_000_000 && paired < 600_000_000, "\(paired) bytes for two files of 800 000 000")
      #endif
      let refused = try pretell(plan + ["--memory", "100MB", "--pairs", path])
      #expect(refused.status == 1 && refused.errors.contains("in blocks") && refused.errors.contains("larger --memory"))
    }
  }

  /// Files in blocks say what the same files say in memory, with blank targets among the labeled rows too.
  @Test func blocksAndMemoryAgree() throws {
    try withTemporaryFolder { folder in
      func path(_ name: String) -> String { folder.appending(path: name).path }
      try Self.writeSparseArray(path("x.npy"), rows: 1_500_000, columns: 10)
      try Self.writeSparseArray(path("e.npy"), rows: 1_500_100, columns: 1)
      var text = (1...10).map { "x\($0)," }.joined() + "y\n"
      for row in 0..<100 {
        let values = (0..<10).map { Double((row * 10 + $0) * 7919 % 1009) / 1009 }
        text +=
          values.map { "\($0)," }.joined()
          + (row % 10 == 3 ? "\n" : "\(values[0] - values[3] + values[7] * values[5])\n")
      }
      try Data(text.utf8).write(to: URL(filePath: path("l.csv")))
      let plan = [
        "plan", "--unlabeled", path("x.npy"), "--labeled", path("l.csv"), "--target", "y", "--size", "2", "--embedding",
        path("e.npy"), "--json", "--quiet",
      ]
      let (known, found) = try (pretell(plan), pretell(plan + ["--memory", "420MB"]))
      #expect(known.status == 0 && known.output == found.output && known.output.contains("embedding"))
      let lacking = try pretell(plan.map { $0 == path("e.npy") ? path("x.npy") : $0 } + ["--memory", "420MB"])
      #expect(lacking.status == 65 && lacking.errors.contains("1500000 rows of features for 1500100 rows of data"))
    }
  }

  /// Zeros after the first 1000 rows; the file takes no room on the disk.
  private static func writeSparseArray(_ path: String, rows: Int, columns: Int) throws {
    var text = "{'descr': '<f8', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
    text += String(repeating: " ", count: 117 - text.count) + "\n"
    let header = Array("\u{93}NUMPY\u{1}\u{0}".unicodeScalars.map { UInt8($0.value) }) + [118, 0] + Array(text.utf8)
    #expect(header.count == 128)
    let numbers = (0..<1000 * columns).map { Double($0 * 7919 % 1009) / 1009 }
    _ = FileManager.default.createFile(atPath: path, contents: Data(header) + numbers.withUnsafeBytes { Data($0) })
    #expect(truncate(path, 128 + 8 * rows * columns) == 0)
  }

  /// Largest resident size in bytes that the command was seen to have until its end.
  private static func peakMemory(running arguments: [String]) throws -> Int {
    var peak = 0
    try Interrupted.run(arguments, after: 0, signal: 0) { identifier in
      while let now = peakMemory(of: identifier) {
        peak = max(peak, now)
        Thread.sleep(forTimeInterval: 0.005)
      }
    }
    return peak
  }

  /// Largest resident size so far in bytes; nil when the process has ended.
  private static func peakMemory(of identifier: Int32) -> Int? {
    guard let status = try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
    else { return nil }
    return line.split(separator: " ").compactMap { Int($0) }.first.map { $0 * 1024 }
  }

  /// A second writer is told so; a reader sees whole chunks while the first one writes.
  @Test func readersAndASecondWriter() throws {
    try withTemporaryFolder { folder in
      let store = folder.appending(path: "s.sqlite").path
      let line = "sweep Examples/factor.toml --sampler rows --simulate 1000000 --store \(store)"
      let arguments = line.split(separator: " ").map(String.init)
      var (second, reader): (CommandRun?, CommandRun?)
      try Interrupted.run(arguments, after: 1, signal: SIGINT) { _ in
        second = try pretell(arguments)
        reader = try pretell(["store", "show", store])
      }
      #expect(second?.status == 1 && second?.errors.contains("another process writes to this store") == true)
      #expect(reader?.status == 0 && reader?.output.contains("sound, 1 cells") == true)
    }
  }
}

/// Runs of the command that are ended from outside.
enum Interrupted {
  /// Starts, does `meanwhile` after some seconds, sends `signal`, and waits for the end.
  @discardableResult
  static func run(
    _ arguments: [String], after seconds: Double, signal: Int32, meanwhile: (_ process: Int32) throws -> Void = { _ in }
  ) throws -> CommandRun {
    let process = Process()
    process.executableURL = builtCommand
    process.arguments = arguments
    process.currentDirectoryURL = repositoryRoot
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    Thread.sleep(forTimeInterval: seconds)
    let identifier = process.processIdentifier
    defer { kill(identifier, SIGKILL) }
    try meanwhile(identifier)
    kill(identifier, signal)
    let deadline = Date().addingTimeInterval(30)
    while process.isRunning && Date() < deadline { Thread.sleep(forTimeInterval: 0.01) }
    #expect(!process.isRunning, "the command does not end")
    kill(identifier, SIGKILL)
    process.waitUntilExit()
    return CommandRun(
      status: process.terminationStatus,
      output: String(decoding: output.fileHandleForReading.everything(), as: UTF8.self),
      errors: String(decoding: errors.fileHandleForReading.everything(), as: UTF8.self))
  }
}
