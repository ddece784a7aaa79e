import Foundation
import TestSupport
import Testing

/// `libpretellc` called from C and from Python, against the command.
@Suite struct SharedLibraryTests {
  /// A C program, compiled here, prints the command's numbers to the last digit and gets the promised code for every bad argument.
  @Test(.enabled(if: Toolbox.hasCompiler, "cc is missing")) func calledFromC() throws {
    try withTemporaryFolder { folder in
      let program = try Self.compile(repositoryRoot.appending(path: "Tests/CChecks/call.c"), in: folder)
      let (path, count, columns) = try Self.writeRows(to: folder)
      let called = try Toolbox.run([program, path, "\(count)", "\(columns)"])
      #expect(called.status == 0, "\(called.text)")
      try Self.compare(Self.lines(called.text), folder)
    }
  }

  /// The article's program prints what the article says.
  @Test(.enabled(if: Toolbox.hasCompiler, "cc is missing")) func calledAsTheArticleDoes() throws {
    let article = try String(
      contentsOf: repositoryRoot.appending(path: "Sources/Pretell/Pretell.docc/FromPythonAndC.md"), encoding: .utf8)
    let match = try #require(article.firstMatch(of: #/```c\n((?s:.*?))```\n\nprints `([^`]+)`/#))
    try withTemporaryFolder { folder in
      let source = folder.appending(path: "article.c")
      try String(match.1).write(to: source, atomically: true, encoding: .utf8)
      let called = try Toolbox.run([try Self.compile(source, in: folder)])
      #expect(called.status == 0 && called.text == match.2 + "\n", "\(called.text)")
    }
  }

  /// Strict C99 with every warning an error. Returns the program's path.
  private static func compile(_ source: URL, in folder: URL) throws -> String {
    let program = folder.appending(path: "call").path
    let compiled = try Toolbox.run([
      "cc", "-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror",
      "-I\(repositoryRoot.appending(path: "Sources/CPretell").path)", source.path, "-L\(Toolbox.products.path)",
      "-lpretellc", "-lm", "-Wl,-rpath,\(Toolbox.products.path)", "-o", program,
    ])
    #expect(compiled.status == 0, "\(compiled.text)")
    return program
  }

  /// NumPy arrays are read and written where they are; the shared library and the command give the same.
  @Test(.enabled(if: Toolbox.hasNumPy, "python3 has no NumPy")) func calledFromPython() throws {
    let run = try Toolbox.run(
      ["python3", repositoryRoot.appending(path: "Tests/PythonChecks/library.py").path],
      environment: [
        "PYTHONPATH": repositoryRoot.appending(path: "Python").path, "PYTHONDONTWRITEBYTECODE": "1",
        "PRETELL": builtCommand.path, "PRETELL_LIBRARY": Toolbox.library.path,
        "EXAMPLES": repositoryRoot.appending(path: "Examples").path,
      ])
    #expect(run.status == 0 && !run.text.contains("FAILED"), "\(run.text)")
    #expect(run.text.contains("ok"))
  }

  /// What the header declares is what the library has, and nothing is missing on either side.
  @Test func headerNamesEveryFunction() throws {
    let header = try String(contentsOf: repositoryRoot.appending(path: "Sources/CPretell/pretell.h"), encoding: .utf8)
    let declared = Set(header.matches(of: #/(?m)^(?:int32_t|void) (pretell_\w+)\(/#).map { String($0.1) })
    let sources = try FileManager.default.contentsOfDirectory(
      at: repositoryRoot.appending(path: "Sources/SharedLibrary"), includingPropertiesForKeys: nil)
    let defined = Set(
      try sources.flatMap {
        try String(contentsOf: $0, encoding: .utf8).matches(of: #/@_cdecl\("(\w+)"\)/#).map { String($0.1) }
      })
    #expect(declared == defined && declared.count == 5)
  }

  // MARK: the command's side

  private static func compare(_ lines: [String: [Double]], _ folder: URL) throws {
    let law = try answer(LawAnswer.self, ["law", "Examples/pca.toml"])
    let (scaled, interaction) = (law.scaled_excess_risk, law.interaction)
    #expect(
      lines["law"] == [
        scaled.mean, scaled.standard_deviation ?? 0, law.crossover_ratio, law.risk.mean, interaction.mean,
        law.effective_dimension, law.base_dimension,
      ])
    #expect(lines["quantiles"] == ["0.05", "0.5", "0.95"].compactMap { scaled.quantiles?[$0] })
    #expect(lines["weights"] == interaction.weights?.map(\.weight) && interaction.weights?.count == 6)

    let fit = try answer(FitAnswer.self, ["masked", "errors", "Examples/diabetes_x.npy", "--ridge", "0.5"])
    #expect(
      lines["fit"] == [fit.ridge, fit.leave_one_out_error, fit.training_error, fit.degrees_of_freedom])
    #expect(lines["errors"] == fit.column_errors.map(\.leave_one_out_error) && fit.column_errors.count == 10)
    let automatic = try answer(FitAnswer.self, ["masked", "errors", "Examples/diabetes_x.npy"])
    #expect(lines["auto"] == [automatic.ridge, automatic.leave_one_out_error])
  }

  /// The command's JSON. `JSONSerialization` would lose the last digit.
  private static func answer<Answer: Decodable>(_ kind: Answer.Type, _ arguments: [String]) throws -> Answer {
    try JSONDecoder().decode(kind, from: Data(try pretell(arguments + ["--json"]).output.utf8))
  }

  /// The numbers behind the first word of each line.
  private static func lines(_ text: String) -> [String: [Double]] {
    var result: [String: [Double]] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      result[String(words[0])] = words.dropFirst().compactMap { Double($0) }
    }
    return result
  }

  /// Examples/diabetes_x.npy as plain doubles, through the csv file of the same rows.
  private static func writeRows(to folder: URL) throws -> (path: String, rows: Int, columns: Int) {
    let text = try String(contentsOf: repositoryRoot.appending(path: "Examples/diabetes.csv"), encoding: .utf8)
    let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: ",").dropLast().map { Double($0)! } }
    let path = folder.appending(path: "rows.f64")
    try rows.flatMap { $0 }.withUnsafeBytes { Data($0) }.write(to: path)
    return (path.path, rows.count, rows[0].count)
  }
}

/// Keys as in the JSON.
private struct LawAnswer: Decodable {
  struct Spread: Decodable {
    let mean: Double
    let standard_deviation: Double?
    let quantiles: [String: Double]?
    let weights: [Weight]?
  }
  struct Weight: Decodable { let weight: Double }
  let scaled_excess_risk, interaction, risk: Spread
  let crossover_ratio, effective_dimension, base_dimension: Double
}

private struct FitAnswer: Decodable {
  struct Column: Decodable { let leave_one_out_error: Double }
  let ridge, leave_one_out_error, training_error, degrees_of_freedom: Double
  let column_errors: [Column]
}

/// Programs of the machine, and what was built.
enum Toolbox {
  static let products = builtCommand.deletingLastPathComponent()
  #if os(macOS)
    static let library = products.appending(path: "libpretellc.dylib")
  #else
    static let library = products.appending(path: "libpretellc.so")
  #endif

  static let hasCompiler = (try? run(["cc", "--version"]).status) == 0
  static let hasNumPy = (try? run(["python3", "-c", "import numpy"]).status) == 0

  static let hasPandas = (try? run(["python3", "-c", "import pandas"]).status) == 0

  static func run(_ line: [String], environment: [String: String] = [:]) throws -> (status: Int32, text: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = line
    process.currentDirectoryURL = repositoryRoot
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.everything(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }
}
