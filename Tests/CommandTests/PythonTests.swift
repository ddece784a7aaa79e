import Foundation
import PretellCommand
import TestSupport
import Testing

/// The Python module against the built command, with the interpreter's own library only.
@Suite struct PythonTests {
  private func python(_ program: String) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program]
    process.currentDirectoryURL = repositoryRoot
    process.environment = ProcessInfo.processInfo.environment.merging(
      [
        "PYTHONPATH": repositoryRoot.appending(path: "Python").path,
        "PRETELL": builtCommand.path, "PYTHONDONTWRITEBYTECODE": "1",
      ]
    ) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.everything(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, output)
  }

  private var isInstalled: Bool { (try? python("pass").status) == 0 }

  @Test func planFromFilesAndRows() throws {
    guard isInstalled else { return }
    let run = try python(
      """
      import csv, pretell
      plan = pretell.plan("Examples/diabetes_unlabeled.csv", "Examples/diabetes_labeled.csv", target="progression", size="1:3", quiet=True)
      rows = list(csv.reader(open("Examples/diabetes_labeled.csv")))
      again = pretell.plan("Examples/diabetes_unlabeled.csv", rows, target="progression", size="1:3", quiet=True)
      assert plan.recommendation == again.recommendation and plan.candidates == again.candidates
      print(plan.rows.labeled, len(plan.candidates) > 3)
      """)
    #expect(run.status == 0 && run.output == "80 True\n", "\(run.output)")
  }

  @Test(.enabled(if: Toolbox.hasNumPy && Toolbox.hasPandas, "python3 has no NumPy or no pandas"))
  func readmeComesTrue() throws {
    let run = try python(
      """
      import os
      os.environ["PRETELL_LIBRARY"] = "\(Toolbox.library.path)"
      exec(open("Tests/PythonChecks/readme.py").read())
      """)
    #expect(run.status == 0 && run.output.hasSuffix("lines come true\n"), "\(run.output)")
  }

  /// Few labels leave numbers out of the answers; none is missed.
  @Test func everyAnswerOfRichAndOfPoorInputDecodes() throws {
    guard isInstalled else { return }
    let run = try python("exec(open('Tests/PythonChecks/contract.py').read())")
    #expect(run.status == 0 && run.output.hasSuffix("all answers decoded\n"), "\(run.output)")
  }

  /// `pretell schema` says what every verb prints, and what the dataclasses ask for.
  @Test func everyAnswerIsAsItsSchemaSays() throws {
    guard isInstalled else { return }
    let run = try python("exec(open('Tests/PythonChecks/schema.py').read())")
    #expect(run.status == 0 && run.output.hasSuffix("all answers are as their schemas say\n"), "\(run.output)")
  }

  @Test(.enabled(if: Toolbox.hasNumPy, "python3 has no NumPy"))
  func encodersAreTrainedAndResumed() throws {
    let run = try python("exec(open('Tests/PythonChecks/encoders.py').read())")
    #expect(run.status == 0 && run.output.hasSuffix("encoders come true\n"), "\(run.output)")
  }

  @Test func everyVerbWithJSONHasASchema() {
    #expect(InProcess.verbsWithoutSchema().isEmpty)
  }

  /// The version is the command's.
  @Test func versionIsTheCommands() throws {
    let text = try String(contentsOf: repositoryRoot.appending(path: "Python/pretell.py"), encoding: .utf8)
    let version = try #require(text.firstMatch(of: #/__version__ = "(.*)"/#)).1
    #expect(try pretell("--version").output.contains(version))
  }

  /// Graphs by edge_index, pairs and sparse matrices; blocks and groups.
  @Test(.enabled(if: Toolbox.hasNumPy, "python3 has no NumPy")) func graphsAndBlocks() throws {
    let run = try python("exec(open('Tests/PythonChecks/graphs.py').read())")
    #expect(run.status == 0 && run.output.hasSuffix("ok      blocks and groups\n"), "\(run.output)")
  }

  /// The notebook's code cells, run as a script, print what the notebook shows.
  @Test(.enabled(if: Toolbox.hasNumPy && Toolbox.hasPandas, "python3 has no NumPy or no pandas"))
  func notebookComesTrue() throws {
    let run = try python(
      """
      import os
      os.environ["PRETELL_LIBRARY"] = "\(Toolbox.library.path)"
      os.environ["NOTEBOOK"] = "Examples/planning.ipynb"
      exec(open("Tests/PythonChecks/notebook.py").read())
      """)
    #expect(run.status == 0 && run.output.hasSuffix("cells agree\n"), "\(run.output)")
  }

  /// Where somebody watches, the bar is shown and the answer is untouched; in a pipe nothing but the answer.
  @Test func progressIsShownWhereSomebodyWatches() throws {
    guard isInstalled else { return }
    let run = try python("exec(open('Tests/PythonChecks/progress.py').read())")
    #expect(run.status == 0 && run.output == "ok      terminal\nok      notebook\n", "\(run.output)")
  }

  @Test func errorsKeepTheCommandsWords() throws {
    guard isInstalled else { return }
    let run = try python(
      """
      import pretell
      print(round(pretell.law("Examples/factor.toml", set=["dimension=80", "downstream.noise=2"], quiet=True).interaction.mean, 3))
      try:
          pretell.plan(data="Examples/diabetes.csv", target="progresion", quiet=True)
      except pretell.PretellError as error:
          print(error.code, "Did you mean" in str(error))
      """)
    #expect(run.status == 0 && run.output.hasSuffix("65 True\n"), "\(run.output)")
  }
}
