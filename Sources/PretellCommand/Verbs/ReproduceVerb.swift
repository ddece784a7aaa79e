import ArgumentParser
import Foundation
import Pretell

struct ReproduceVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "reproduce", abstract: "Recompute a figure or table of the papers and set it beside what is printed.",
    discussion: "Example:  pretell reproduce corollary-6.4 --output figures")

  @OptionGroup var common: CommonOptions
  @OptionGroup var random: SeedOption

  @Argument(help: "What to reproduce; lists everything when left out.")
  var name: String?

  @Flag(name: .long, help: "Fewer replicates and coarser grids.")
  var quick = false

  static var answers: [any Codable.Type] { [Body.self, Listing.self] }

  var files: FileUse {
    guard let name, Reproductions.named(name) != nil else { return FileUse() }
    return .folder(folder, files: [name + ".json"], "--output") + .figure("\(folder)/\(name).svg")
  }

  private var folder: String { common.file ?? "." }

  func run() throws {
    common.begin()
    guard let name else {
      var (table, printed) = (TextTable(header: ["name", "source", "what"], leftAligned: [0, 1, 2]), common)
      table.rows = Reproductions.all.map { [$0.name, $0.source, $0.summary] }
      printed.output = "-"
      return try printed.finish(
        "reproduce", json: Listing(), text: table.rendered(.output), warnings: [])
    }
    guard let reproduction = Reproductions.named(name) else {
      throw ValidationError("Nothing is called '\(name)'. 'pretell reproduce' lists what there is.")
    }
    try reproduce(reproduction)
  }

  private func reproduce(_ reproduction: any PaperResult) throws {
    do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
      throw CommandFailure(
        .unwritable, "\(folder): cannot be made (\(error.localizedDescription)). Give another --output.")
    }
    let bar = common.progress(reproduction.name)
    let settings = ReproductionSettings(quick: quick, seed: random.seed, folder: URL(filePath: folder)) { done, total in
      bar.update(done, of: total)
      return !Interruption.requested
    }
    let result: ReproductionResult
    do { result = try reproduction.run(settings) } catch is ReproductionInterrupted {
      bar.finish()
      throw Interruption.failure
    }
    bar.finish()
    let figure = "\(folder)/\(reproduction.name).svg"
    let body = Body(
      name: reproduction.name, source: reproduction.source, figure: figure, quick: quick,
      comparisons: result.comparisons, remarks: result.remarks)
    let document = JSONDocument(command: "reproduce", seed: random.seed, warnings: [], body: body)
    let text = common.json ? try document.text() : text(body)
    var printed = common
    printed.output = "-"
    try printed.finish(
      warnings: [],
      files: [
        .text("\(folder)/\(reproduction.name).json", "--output") { try document.text() },
        .figure(figure) { result.figure },
      ], instead: text
    ) { printOut(text) }
  }

  private func text(_ body: Body) -> String {
    var table = TextTable(header: ["quantity", "printed", "computed", "standard error", ""], leftAligned: [0, 4])
    table.rows = body.comparisons.map {
      [
        $0.quantity, NumberText.optional($0.printed), NumberText.significant($0.computed),
        NumberText.optional($0.standardError, 2), $0.remark ?? "",
      ]
    }
    let remarks = body.remarks.map { Terminal.output.wrapped($0) }
    let head = "\(body.name): \(body.source)"
    return ([head, table.rendered(.output)] + remarks + ["figure and numbers: \(body.figure), .figure.csv, .json"])
      .joined(separator: "\n\n")
  }

  /// What there is, without a name.
  private struct Listing: Codable {
    struct Entry: Codable {
      let name: String
      let source: String
      let summary: String
    }

    var results = Reproductions.all.map { Entry(name: $0.name, source: $0.source, summary: $0.summary) }
  }

  private struct Body: Codable {
    let name: String
    let source: String
    let figure: String
    let quick: Bool
    let comparisons: [PrintedValue]
    let remarks: [String]
  }
}
