import ArgumentParser
import Pretell

/// How much memory a plan or backtest may take.
struct PlanMemoryOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      Memory to stay within, such as 2GB or 500MB; the machine's when left out. What takes more is refused before the work; \
      the files of a plan's rows without labels are then read in blocks.
      """,
      valueName: "size"))
  var memory: MemorySize?
}

/// Memory that planning with files takes, checked before they are read.
enum PlanMemory {
  private static func need(_ files: [String]) -> (cells: Double, bytes: Double) {
    let cells = files.reduce(0.0) { $0 + RowStream.cells(of: $1) }
    return (cells, PlanningMemory.rows(cells: cells))
  }

  /// Whether the files' cells, from their headers or sizes, may all be in memory.
  static func fits(_ files: [String], _ memory: MemorySize?) -> Bool {
    need(files).bytes <= Double(MemoryLimit(memory).bytes)
  }

  static let apart =
    "Put the rows without a target into a file of their own (--unlabeled), which is read in blocks, or give"

  /// Throws when they may not.
  static func check(_ files: [String], _ memory: MemorySize?, remedy: String = "Give") throws {
    let (need, limit) = (need(files), MemoryLimit(memory))
    guard need.bytes > Double(limit.bytes) else { return }
    throw CommandFailure(
      status: .noAnswer,
      message:
        "about \(NumberText.plain(need.cells)) numbers, held up to \(PlanningMemory.copies) times while planning, take about \(NumberText.plain(need.bytes)) bytes, and only "
        + "\(limit.bytes) are allowed. \(remedy) a random part of the rows, fewer columns, or, where there is room, a "
        + "larger --memory.")
  }

  /// Throws for files with words: only numbers are read in blocks.
  static func checkWords(_ options: PlanDataOptions, _ labeled: String, _ files: [String]) throws {
    let streams =
      [try RowStream(labeled)]
      + (try options.unlabeled.map { path in
        [try RowStream(path, options: ReadOptions(leavingOut: [options.target]))]
      } ?? [])
    guard let found = try streams.first(where: { try $0.holds().words }) else { return }
    throw CommandFailure(
      .noAnswer,
      "\(found.source): it holds words, which are interpreted only with all rows in memory. That takes about "
        + "\(NumberText.plain(need(files).bytes)) bytes, and only \(MemoryLimit(options.limit.memory).bytes) are allowed. Allow more where "
        + "there is more (--memory), give a random part of the rows, or write numbers without gaps, which are read in blocks."
    )
  }

  /// Matrices of columns x columns, and the rows, of which there are copies; n x n ones where rows are fewer and every method rests on
  /// their inner products. Throws when they do not fit.
  static func checkMatrices(
    rows: Int, columns: Int, _ methods: [any PretrainingMethod], isInMemory: Bool, _ memory: MemorySize?
  ) throws {
    guard isInMemory else { return }
    let limit = MemoryLimit(memory)
    let need = PlanningMemory.inMemory(rows: rows, columns: columns, methods)
    let culprit = PlanningMemory.largestMethod(methods, rows: rows, columns: columns)
    guard need > Double(limit.bytes) else { return }
    let remedy =
      culprit.map { "Leave out \($0.name), which needs matrices of columns x columns (pca and factor do not)" }
      ?? "Give fewer columns"
    throw CommandFailure(
      status: .noAnswer,
      message:
        "planning with \(rows) rows of \(columns) columns takes about \(Int(need)) bytes, and only \(limit.bytes) are allowed. "
        + "\(remedy), or, where there is room, a larger --memory.")
  }

  /// Rows in blocks: what the labeled ones take, numbers for each row, matrices of columns x columns, blocks; with pairs an
  /// accumulator of twice as many columns, with a lag so many rows, with an embedding what its columns take.
  static func checkBlocks(_ options: PlanDataOptions, _ labeled: String, _ table: LabeledTable) throws {
    let (limit, columns) = (MemoryLimit(options.limit.memory), table.features.columns)
    let rows = (options.unlabeled.map { RowStream.cells(of: $0) } ?? 0) / Double(columns) + Double(table.labels.count)
    let width = options.embedding.flatMap { try? RowStream($0).columns }
    let need = PlanningMemory.inBlocks(
      labeledCells: Self.need([labeled]).cells, rows: rows, columns: columns,
      hasPairs: options.pairs != nil || options.lag != nil, lag: options.lag, embeddingColumns: width)
    guard need > Double(limit.bytes) else { return }
    throw CommandFailure(
      status: .noAnswer,
      message:
        "planning with about \(NumberText.plain(rows)) rows of \(columns) columns in blocks takes about \(NumberText.plain(need)) bytes, and only "
        + "\(limit.bytes) are allowed. Give a random part of the rows, fewer columns, or, where there is room, a larger --memory."
    )
  }
}

extension RowStream {
  /// Numbers in a file, without reading it: exact for arrays, one for every 6 bytes of text; 0 for a file that cannot be opened,
  /// which whoever reads it will say.
  static func cells(of path: String) -> Double {
    if let stream = try? RowStream(path) {
      if stream.isArray, let rows = try? stream.countRows() { return Double(rows) * Double(stream.columns) }
      if !stream.isArray { return Double(stream.textBytes) / 6 }
    }
    let file = path.hasSuffix("]") ? String(path.prefix { $0 != "[" }) : path
    guard let file = try? FileBytes(path: file) else { return 0 }
    return Double(file.bytes.count) / 6
  }
}
