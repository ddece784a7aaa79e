import ArgumentParser
import Pretell

/// Where the rows of `plan` come from.
struct PlanDataOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("Rows without a target (.csv, .npy, .npz, .safetensors).", valueName: "file"))
  var unlabeled: String?

  @Option(name: .long, help: ArgumentHelp("Rows with a target.", valueName: "file"))
  var labeled: String?

  @Option(
    name: .long, help: ArgumentHelp("One file for both: a blank target means an unlabeled row.", valueName: "file"))
  var data: String?

  @Option(name: .long, help: ArgumentHelp("Name or number (from 1) of the target column.", valueName: "column"))
  var target: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Features computed elsewhere, taken as given: a row for each row of the unlabeled file, then of the other.",
      valueName: "file"))
  var embedding: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A partner for each row of --unlabeled, such as another view of it: adds spectral pre-training on the pairs.",
      valueName: "file"))
  var pairs: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The rows of --unlabeled are in order of time: adds spectral pre-training on rows this far apart.", valueName: "t"
    ))
  var lag: Int?

  @OptionGroup var limit: PlanMemoryOption

  func validate() throws {
    if unlabeled == nil && (pairs != nil || lag != nil) {
      throw ValidationError("--\(pairs != nil ? "pairs" : "lag") needs --unlabeled FILE.")
    }
    if let lag, lag < 1 { throw ValidationError("--lag \(lag): give a number of rows, 1 or more.") }
    if (data == nil) == (labeled == nil) {
      throw ValidationError("Give --data FILE, or --labeled FILE with --unlabeled FILE.")
    }
    if data != nil && unlabeled != nil {
      throw ValidationError("--data holds the unlabeled rows already; leave out --unlabeled, or use --labeled.")
    }
  }

  func read() throws -> PlanData {
    try PlanMemory.check([data, labeled, unlabeled, embedding, pairs].compactMap(\.self), limit.memory)
    let table = try DataFile.readLabeled(data ?? labeled!, target: target)
    let rows = try unlabeled.map { try DataFile.read($0, options: ReadOptions(leavingOut: [table.targetName])) }
    let known = table.labels.indices.filter { table.labels[$0] != nil }
    let blank = table.labels.indices.filter { table.labels[$0] == nil }
    var unlabeledRows = table.features.rows(at: blank)
    if let rows { unlabeledRows = try rows.aligned(with: table).stacked(above: unlabeledRows) }
    let before = rows?.values.rows ?? 0
    let features = try embedding.map { path in
      try readEmbedding(path, rows: before + table.labels.count).rows(
        at: Array(0..<before) + blank.map { before + $0 } + known.map { before + $0 })
    }
    let partners = try pairs.map { path in
      let read = try DataFile.read(path, options: ReadOptions(leavingOut: [table.targetName])).aligned(with: table)
      guard let rows, read.rows == rows.values.rows, blank.isEmpty else {
        throw CommandFailure(
          status: .badData,
          message:
            "\(path): \(read.rows) partners for \(unlabeledRows.rows) unlabeled rows. Give one for each, in their order."
        )
      }
      return read
    }
    return PlanData(
      unlabeled: unlabeledRows, features: table.features.rows(at: known), labels: known.map { table.labels[$0]! },
      featureNames: table.featureNames, targetName: table.targetName, source: data ?? labeled!, embedding: features,
      pairs: partners, lag: lag,
      warnings: (rows?.warnings ?? []) + table.warnings)
  }

  private func readEmbedding(_ path: String, rows: Int) throws -> Matrix {
    let values = try DataFile.read(path).values
    guard values.rows == rows else {
      throw CommandFailure(
        status: .badData,
        message:
          "\(path): \(values.rows) rows of features for \(rows) rows of data. Give one for each row of the unlabeled file, "
          + "then one for each row of the labeled file, in their order.")
    }
    return values
  }
}

/// Memory that planning with files takes, checked before they are read.
enum PlanMemory {
  /// Rows are held several times over: as read, aligned, prepared, in halves (6.2 times, measured on 300 000 x 100).
  private static let copies = 7

  /// Throws when the files' cells, from their headers or sizes, need more than is allowed.
  static func check(_ files: [String], _ memory: MemorySize?) throws {
    let limit = memory.map { MemoryLimit(bytes: $0.bytes) } ?? .physical
    let cells = files.reduce(0.0) { $0 + RowStream.cells(of: $1) }
    let need = Double(copies) * 8 * cells
    guard need > Double(limit.bytes) else { return }
    throw CommandFailure(
      status: .noAnswer,
      message:
        "about \(Int(cells)) numbers, held \(copies) times while planning, take about \(Int(need)) bytes, and only "
        + "\(limit.bytes) are allowed. Give a random part of the rows, fewer columns, or, where there is room, a larger "
        + "--memory.")
  }
}

extension RowStream {
  /// Numbers in a file, without reading it: exact for arrays, one for every 6 bytes of text; 0 for a file that cannot be opened,
  /// which whoever reads it will say.
  fileprivate static func cells(of path: String) -> Double {
    if let stream = try? RowStream(path), stream.isArray, let rows = try? stream.countRows() {
      return Double(rows) * Double(stream.columns)
    }
    let file = path.hasSuffix("]") ? String(path.prefix { $0 != "[" }) : path
    guard let file = try? FileBytes(path: file) else { return 0 }
    return Double(file.bytes.count) / 6
  }
}

/// How much memory a plan or backtest may take.
struct PlanMemoryOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Refuse before the work what would take more memory, such as 2GB or 500MB; the machine's when left out.",
      valueName: "size"))
  var memory: MemorySize?
}

/// Rows in memory, ready to plan with.
struct PlanData {
  let unlabeled: Matrix
  let features: Matrix
  let labels: [Double]
  let featureNames: [String]
  let targetName: String
  let source: String
  /// Unlabeled rows, then labeled ones.
  var embedding: Matrix?
  /// One for each unlabeled row.
  var pairs: Matrix?
  var lag: Int?
  /// About the files.
  var warnings: [DataFileWarning] = []
}
