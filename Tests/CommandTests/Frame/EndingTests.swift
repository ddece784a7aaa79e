import Foundation
import PretellCommand
import TestSupport
import Testing

/// Exit codes and what is left behind when something cannot be written.
@Suite struct EndingTests {
  @Test func figureNumbersDoNotReplaceTheTable() throws {
    try withTemporaryFolder { folder in
      let (table, picture) = (folder.appending(path: "sales.csv"), folder.appending(path: "sales.svg"))
      try FileManager.default.copyItem(at: repositoryRoot.appending(path: "Examples/diabetes.csv"), to: table)
      let before = try Data(contentsOf: table)
      for line in ["masked errors sales.csv", "masked path sales.csv", "plan --data sales.csv --target 1 --size 1"] {
        let run = try pretell(line.split(separator: " ").map(String.init) + ["--figure", "sales.svg"], in: folder)
        #expect(run.status == 0, "\(line): \(run.errors)")
        #expect(try Data(contentsOf: table) == before, "\(line)")
        #expect(FileManager.default.fileExists(atPath: picture.path))
        let numbers = try String(contentsOf: folder.appending(path: "sales.figure.csv"), encoding: .utf8)
        #expect(numbers.hasPrefix("panel,series"))
        let refused = try pretell(line.split(separator: " ").map(String.init) + ["--figure", "sales.csv"], in: folder)
        #expect(refused.status == 64 && refused.output.isEmpty, "\(line)")
        #expect(try Data(contentsOf: table) == before, "\(line)")
      }
    }
  }

  @Test func arraysOfAnInstanceAreInputs() throws {
    try withTemporaryFolder { folder in
      let run = { (words: [String]) in try pretell(words, in: folder) }
      #expect(try run(["examples", "pca.toml"]).status == 0)
      try Data("2,1\n".utf8).write(to: folder.appending(path: "values.csv"))
      for path in ["values.csv", "./values.csv"] {
        let refused = try run(["law", "pca.toml", "--set", "eigenvalues=\"values.csv\"", "--output", path])
        #expect(refused.status == 64 && refused.errors.contains("an array of pca.toml"), "\(refused.errors)")
      }
      #expect(try String(contentsOf: folder.appending(path: "values.csv"), encoding: .utf8) == "2,1\n")
    }
  }

  /// Said before the work, and nothing is printed.
  @Test func outputsThatCannotBeWrittenAreRefusedFirst() throws {
    try withTemporaryFolder { folder in
      let work = ["simulate", repositoryRoot.path + "/Examples/factor.toml", "--replicates", "100000000"]
      for (option, path) in [
        ("--output", "nowhere/a.json"), ("--output", "."), ("--figure", "nowhere/a.svg"),
        ("--output", String(repeating: "n", count: 300)),
      ] {
        let run = try pretell(work + [option, path], in: folder)
        #expect(run.status == 74 && run.output.isEmpty, "\(option) \(path): \(run.errors)")
        #expect(run.errors.contains("cannot be written") && run.errors.contains(option))
      }
      let unknown = try pretell(work + ["--figure", "a.jpg"], in: folder)
      #expect(unknown.status == 64 && unknown.errors.contains("'.jpg'"))
      let missing = try pretell(work + ["--figure", "a.png"], in: folder, environment: ["PATH": folder.path])
      #expect(missing.status == 74 && missing.errors.contains("gnuplot is not installed, which .png and .pdf need"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
  }

  #if os(Linux)
    /// What was computed is printed even where a file that comes after it cannot be written.
    @Test func laterFilesDoNotTakeTheResultAway() throws {
      try withTemporaryFolder { folder in
        let full = folder.appending(path: "full.csv").path
        try FileManager.default.createSymbolicLink(atPath: full, withDestinationPath: "/dev/full")
        let law = ["law", repositoryRoot.path + "/Examples/factor.toml", "--json"]
        let sound = try pretell(law)
        for option in ["--figure", "--output"] {
          let run = try pretell(law + [option, full])
          #expect(run.status == 74 && run.output == sound.output, "\(option): \(run.errors)")
          #expect(run.errors.contains("cannot be written"))
        }
      }
    }

    @Test(arguments: ["--version", "--help", "law --help", "law Examples/factor.toml --json", "cite", "demo"])
    func fullStandardOutputIsSaid(_ line: String) throws {
      let full = try shell("'\(builtCommand.path)' \(line) > /dev/full")
      #expect(full.status == 74 && full.errors.contains("standard output could not be written"), "\(full.errors)")
      let closed = try shell("'\(builtCommand.path)' \(line) | true; exit ${PIPESTATUS[0]}")
      #expect([0, 74].contains(closed.status) && closed.errors.isEmpty, "\(closed.errors)")
      // Help and version are given whatever else stands on the line.
      if line.hasSuffix("--help") || line == "--version" { return }
      #expect(try shell("'\(builtCommand.path)' \(line) --no-such-option 2> /dev/full").status == 64)
    }

    /// A reader that has left does not take the files away that come after the result.
    @Test func filesAreWrittenThoughNobodyReads() throws {
      try withTemporaryFolder { folder in
        let path = folder.appending(path: "law.csv").path
        let line = "(sleep 0.3; '\(builtCommand.path)' law Examples/factor.toml --figure '\(path)') | true"
        let run = try shell(line + "; exit ${PIPESTATUS[0]}")
        #expect(run.status == 74)
        #expect(FileManager.default.fileExists(atPath: path))
      }
    }

    /// Appending to what is read, and two ways to one file through standard output.
    @Test func standardOutputIsAnOutputToo() throws {
      try withTemporaryFolder { folder in
        let copy = folder.appending(path: "world.toml")
        try FileManager.default.copyItem(at: repositoryRoot.appending(path: "Examples/factor.toml"), to: copy)
        let before = try Data(contentsOf: copy)
        #expect(try shell("'\(builtCommand.path)' law '\(copy.path)' >> '\(copy.path)'").status == 64)
        #expect(try Data(contentsOf: copy) == before)
        let other = folder.appending(path: "numbers.csv").path
        #expect(try shell("'\(builtCommand.path)' law '\(copy.path)' --figure '\(other)' > '\(other)'").status == 64)
        #expect(try shell("'\(builtCommand.path)' law '\(copy.path)' --output /dev/stdout > '\(other)'").status == 0)
        #expect(try String(contentsOfFile: other, encoding: .utf8).hasPrefix("factor:"))
      }
    }

    /// Memory that the system does not give: a sentence, not a signal.
    @Test func memoryThatIsNotThere() throws {
      try withTemporaryFolder { folder in
        let table = folder.appending(path: "x.npy").path
        let rows = 30_000_000
        // Sparse on disk: zeros that nobody wrote.
        let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (\(rows), 10), }"
        let padded = header + String(repeating: " ", count: 117 - header.utf8.count) + "\n"
        try (Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0]) + Data(padded.utf8)).write(to: URL(filePath: table))
        let file = try #require(FileHandle(forWritingAtPath: table))
        try file.truncate(atOffset: UInt64(128 + 80 * rows))
        try file.close()
        for line in ["flow '\(table)' '\(table)'", "backtest --data '\(table)' --target 1 --memory 100GB"] {
          let run = try shell("ulimit -v 4000000; '\(builtCommand.path)' \(line)")
          #expect(run.status == 1 && run.errors.contains("memory"), "\(line): \(run.status) \(run.errors)")
        }
      }
    }
  #endif

  @Test func optionsGivenTwiceAreWrongUsage() throws {
    for line in [
      "law Examples/factor.toml --output a.json --output b.json", "law Examples/factor.toml --threads 1 --threads=1",
      "components Examples/digits_x.npy -k 2 -k 3", "plan --data a.csv --target y --target z",
    ] {
      let run = try pretell(line)
      #expect(run.status == 64 && run.errors.contains("is given twice"), "\(line): \(run.errors)")
    }
    let repeatable =
      "law Examples/factor.toml --set dimension=20 --set downstream.noise=1 --probability 0.1 "
      + "--probability 0.2"
    #expect(try pretell(repeatable).status == 0)
    #expect(try pretell("law Examples/factor.toml --quiet --quiet").status == 0)
  }

  /// Errors of every room say of themselves what kind of ending they are.
  @Test func everyErrorTypeIsAFailure() throws {
    let declaration = /\b(?:struct|enum|class)\s+(\w+)\s*(?:<[^>]*>)?\s*:\s*([^{]*)\{/
    var failures = 0
    for file in try SwiftFiles.under(repositoryRoot.appending(path: "Sources")) {
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        guard let match = line.firstMatch(of: declaration), !line.trimmingCharacters(in: .whitespaces).hasPrefix("//")
        else { continue }
        let conformances = match.2.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        if conformances.contains("Failure") { failures += 1 }
        // FigureError is one through the command: its room knows no other.
        let isError = conformances.contains { ["Error", "any Error", "LocalizedError"].contains($0) }
        #expect(
          !isError || line.contains("private ") || match.1 == "FigureError",
          "\(file.lastPathComponent): \(match.1) does not say what kind of ending it is; make it a Failure")
      }
    }
    #expect(failures > 15)
  }
}

/// A line of the shell, from the repository's root.
private func shell(_ line: String) throws -> (status: Int32, errors: String) {
  let (process, errors) = (Process(), Pipe())
  process.executableURL = URL(filePath: "/bin/bash")
  process.arguments = ["-c", line]
  process.currentDirectoryURL = repositoryRoot
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = FileHandle.nullDevice
  process.standardError = errors
  try process.run()
  let text = String(decoding: errors.fileHandleForReading.everything(), as: UTF8.self)
  process.waitUntilExit()
  return (process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus, text)
}
