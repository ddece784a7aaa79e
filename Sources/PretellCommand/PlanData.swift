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

  /// In memory where the rows fit, else the unlabeled ones in blocks.
  func read() throws -> PlanData {
    let files = [data, labeled, embedding, pairs].compactMap(\.self)
    if let unlabeled, !PlanMemory.fits(files + [unlabeled], limit.memory), embedding == nil, pairs == nil {
      return try readInBlocks(unlabeled)
    }
    try PlanMemory.check(
      files + [unlabeled].compactMap(\.self), limit.memory,
      remedy: unlabeled == nil ? PlanMemory.apart : PlanMemory.without)
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
    var result = PlanData(table, unlabeled: unlabeledRows, count: unlabeledRows.rows, warnings: rows?.warnings ?? [])
    (result.embedding, result.pairs, result.lag) = (features, partners, lag)
    return result
  }

  private func readInBlocks(_ unlabeled: String) throws -> PlanData {
    let table = try DataFile.readLabeled(labeled!, target: target)
    let file = try RowStream(unlabeled, options: ReadOptions(leavingOut: [table.targetName]))
    let stream = try file.rereadable()
    let (rows, count) = (try stream.aligned(with: table), try stream.countRows())
    try PlanMemory.checkBlocks(labeled!, columns: rows.columns, rows: count, limit.memory)
    let blank = table.features.rows(at: table.labels.indices.filter { table.labels[$0] == nil })
    var result = PlanData(
      table, unlabeled: blank.rows == 0 ? rows : StackedRows(rows, above: blank), count: count + blank.rows,
      warnings: file.warnings)
    result.lag = lag
    return result
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
  /// Rows in memory are held several times over: as read, stacked, in halves (3.5 times, measured on 300 000 x 100 with masked or
  /// mixture candidates, 2.6 times with pca and factor).
  private static let copies = 4

  private static func allowed(_ memory: MemorySize?) -> MemoryLimit {
    MemoryLimit(memory)
  }

  private static func need(_ files: [String]) -> (cells: Double, bytes: Double) {
    let cells = files.reduce(0.0) { $0 + RowStream.cells(of: $1) }
    return (cells, Double(copies) * 8 * cells)
  }

  /// Whether the files' cells, from their headers or sizes, may all be in memory.
  static func fits(_ files: [String], _ memory: MemorySize?) -> Bool {
    need(files).bytes <= Double(allowed(memory).bytes)
  }

  static let apart =
    "Put the rows without a target into a file of their own (--unlabeled), which is read in blocks, or give"
  static let without = "Leave out --embedding and --pairs, which need all rows in memory, or give"

  /// Throws when they may not.
  static func check(_ files: [String], _ memory: MemorySize?, remedy: String = "Give") throws {
    let (need, limit) = (need(files), allowed(memory))
    guard need.bytes > Double(limit.bytes) else { return }
    throw CommandFailure(
      status: .noAnswer,
      message:
        "about \(Int(need.cells)) numbers, held up to \(copies) times while planning, take about \(Int(need.bytes)) bytes, and only "
        + "\(limit.bytes) are allowed. \(remedy) a random part of the rows, fewer columns, or, where there is room, a "
        + "larger --memory.")
  }

  /// Unlabeled rows in blocks: what the labeled ones take, numbers for each row, matrices of columns x columns, blocks.
  static func checkBlocks(_ labeled: String, columns: Int, rows: Int, _ memory: MemorySize?) throws {
    let limit = allowed(memory)
    let d = Double(columns)
    let matrices = 40 * 8 * d * d + Double(GramAccumulator.bytes(columns: columns))
    let blocks = 4 * Double(GramAccumulator.blockBytes(columns: columns)) + 8 * 33_554_432
    let need = Self.need([labeled]).bytes + 32 * Double(rows) + matrices + blocks
    guard need > Double(limit.bytes) else { return }
    throw CommandFailure(
      status: .noAnswer,
      message:
        "planning with \(rows) unlabeled rows of \(columns) columns in blocks takes about \(Int(need)) bytes, and only "
        + "\(limit.bytes) are allowed. Give a random part of the rows, fewer columns, or, where there is room, a larger --memory."
    )
  }
}

extension RowStream {
  /// Numbers in a file, without reading it: exact for arrays, one for every 6 bytes of text; 0 for a file that cannot be opened,
  /// which whoever reads it will say.
  static func cells(of path: String) -> Double {
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
      """
      Memory to stay within, such as 2GB or 500MB; the machine's when left out. What takes more is refused before the work; \
      the unlabeled file of a plan is then read in blocks.
      """,
      valueName: "size"))
  var memory: MemorySize?
}

/// Rows, ready to plan with.
struct PlanData {
  let unlabeled: any RowSource
  let unlabeledCount: Int
  let features: Matrix
  let labels: [Double]
  let featureNames: [String]
  let targetName: String
  /// Unlabeled rows, then labeled ones.
  var embedding: Matrix?
  /// One for each unlabeled row.
  var pairs: Matrix?
  var lag: Int?
  /// About the files.
  var warnings: [DataFileWarning] = []

  init(_ table: LabeledTable, unlabeled: any RowSource, count: Int, warnings: [DataFileWarning]) {
    let known = table.labels.indices.filter { table.labels[$0] != nil }
    (self.unlabeled, unlabeledCount) = (unlabeled, count)
    features = table.features.rows(at: known)
    labels = known.map { table.labels[$0]! }
    (featureNames, targetName) = (table.featureNames, table.targetName)
    self.warnings = warnings + table.warnings
  }
}
