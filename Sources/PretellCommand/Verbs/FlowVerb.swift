import ArgumentParser
import Foundation
import Pretell

struct FlowVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "flow",
    abstract: "Where gradient flow of a symmetric factorization X X' -> M goes, how fast, and what slows it down.",
    discussion: """
      Example:  pretell flow Examples/flow.toml --figure flow.svg

      pretell flow START.npy TARGET.npy    a start X (n x r) and a symmetric target M (n x n)
      pretell flow INSTANCE.toml           model = "flow": target or eigenvalues; start, or columns and scale
      pretell flow --from SPECTRAL.toml    training time of linear spectral pre-training (model = "spectral" or "mixture")
      pretell flow --pairs X.npy POSITIVES.npy --rank 3    the same from a file of unlabeled pairs
      """)

  @Argument(help: ArgumentHelp("An instance file, or start and target (.npy, .csv, ...).", valueName: "file"))
  var paths: [String] = []

  @Option(name: .long, help: ArgumentHelp("A spectral or mixture instance.", valueName: "instance"))
  var from: String?

  @Flag(name: .long, help: "The two files are unlabeled rows and their partners.")
  var pairs = false

  @Option(
    name: .long, help: ArgumentHelp("Override one value, such as columns=4; repeatable.", valueName: "key=value"))
  var set: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Times to report: 0,1,10 or first:last:count, with 'log' after it for equal ratios.", valueName: "list"))
  var times: String?

  @Option(name: .long, help: ArgumentHelp("List the n equilibria of smallest loss.", valueName: "n"))
  var equilibria = 0

  @Option(name: .long, help: ArgumentHelp("Columns of the representation, with --pairs.", valueName: "k"))
  var rank: Int?

  @Option(name: .long, help: ArgumentHelp("Standard deviation of a random start's entries.", valueName: "s"))
  var scale: Double?

  @Option(name: .long, help: ArgumentHelp("Also run gradient descent with this step.", valueName: "eta"))
  var step: Double?

  @Option(name: .long, help: ArgumentHelp("Draw loss and eigenvalues over time (.svg, .pdf, .png).", valueName: "file"))
  var figure: String?

  @Option(name: .long, help: ArgumentHelp("Write X at the last time (.npy).", valueName: "file"))
  var solution: String?

  @OptionGroup var common: CommonOptions
  @OptionGroup var random: SeedOption

  static var answers: [any Codable.Type] { [FlowReport.self] }

  var files: FileUse {
    sources + .figure(figure) + .output(solution, "--solution") + common.files
  }

  private var sources: FileUse {
    if paths.count == 1 && !pairs || from != nil {
      return .instance(from ?? paths[0], set: set, "INSTANCE")
    }
    return .inputs(paths, "FILE")
  }

  func validate() throws {
    if let times { _ = try TimeList(times) }
    if equilibria < 0 { throw ValidationError("--equilibria must be at least 0, not \(equilibria).") }
    if let step, !(step > 0 && step.isFinite) { throw ValidationError("--step must be positive, not \(step).") }
    if let scale, !(scale > 0 && scale.isFinite) { throw ValidationError("--scale must be positive, not \(scale).") }
    if let rank, rank < 1 { throw ValidationError("--rank must be at least 1, not \(rank).") }
    if pairs, rank == nil { throw ValidationError("--pairs needs --rank: how many columns the representation has.") }
    let wanted = from != nil ? [0] : pairs ? [2] : [1, 2]
    guard wanted.contains(paths.count) else {
      throw ValidationError("Give an instance file, or a start and a target, or --from with an instance file.")
    }
  }

  func run() throws {
    common.begin()
    let source = try readSource()
    let flow = source.flow
    let order = try flow.learningOrder()
    let seen = try times.map { try TimeList($0).values } ?? [0] + flow.naturalTimes(count: 16)
    let report = try FlowReport(
      source, order: order, times: seen, equilibria: equilibria, step: step,
      shouldContinue: { !Interruption.requested })
    let last = ExtraFile.named("--solution", seen.isEmpty ? nil : solution) {
      try NPY.write(try flow.solution(at: seen[seen.count - 1]), to: $0)
    }
    try common.finish(
      "flow", json: report, text: report.text, warnings: report.warnings, seed: source.seed,
      files: [.figure(figure) { try FlowFigure.lossAndEigenvalues(flow, order: order) }, last])
  }

  private func readSource() throws -> FlowSource {
    do {
      if pairs, let rank {
        return try FlowSource(anchors: paths[0], positives: paths[1], rank: rank, scale: scale, seed: random.seed)
      }
      if paths.count == 2 { return try FlowSource(start: paths[0], target: paths[1]) }
      return try FlowSource(instance: from ?? paths[0], overrides: set, scale: scale, seed: random.seed)
    } catch let error as MatrixFlowError {
      let names = from.map { [$0] } ?? paths
      throw CommandFailure(status: .badData, message: "\(names.joined(separator: ", ")): \(error).")
    }
  }
}

/// `0,1,10`, or `first:last:count` in equal steps, `first:last:countlog` in equal ratios.
struct TimeList {
  let values: [Double]

  init(_ text: String) throws {
    let list = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    let parsed = text.contains(":") ? SpacedNumbers(text)?.values ?? [] : list.compactMap { $0 }
    guard !parsed.isEmpty, text.contains(":") || parsed.count == list.count,
      parsed.allSatisfy({ $0 >= 0 && $0.isFinite })
    else {
      throw ValidationError(
        "--times \(text) is not a list such as 0,1,10 or a grid such as 0.1:100:7log of finite times from 0; "
          + "the limit is always reported.")
    }
    values = parsed.sorted()
  }
}
