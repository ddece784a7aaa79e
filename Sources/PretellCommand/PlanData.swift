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
      "Features computed elsewhere by one encoder: a row for each row of the unlabeled file, then of the other (several: --encoder).",
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

  @OptionGroup var encoders: EncoderOptions
  @OptionGroup var table: TableColumnOptions
  @OptionGroup var groups: GroupsOption
  @OptionGroup var limit: PlanMemoryOption

  var files: FileUse {
    .input(unlabeled, "--unlabeled") + .input(labeled, "--labeled") + .input(data, "--data") + .target(target)
      + .input(embedding, "--embedding") + .input(pairs, "--pairs") + groups.files
      + encoders.files
  }

  func validate() throws {
    if unlabeled == nil && (pairs != nil || lag != nil) {
      throw ValidationError("--\(pairs != nil ? "pairs" : "lag") needs --unlabeled FILE.")
    }
    if let lag, lag < 1 { throw ValidationError("--lag \(lag): give a number of rows, 1 or more.") }
    let isAlone = encoders.isGiven && data == nil && unlabeled == nil
    if (data == nil) == (labeled == nil), !(isAlone && labeled == nil) {
      throw ValidationError(
        "Give --data FILE, or --labeled FILE with --unlabeled FILE; with --encoder or --runs --target FILE will do, a label a row."
      )
    }
    if data != nil && unlabeled != nil {
      throw ValidationError("--data holds the unlabeled rows already; leave out --unlabeled, or use --labeled.")
    }
  }

  /// In memory where the rows fit, else what need not be there in blocks.
  func read(_ graph: PlanGraphOption) throws -> PlanData {
    if isOfNodes(graph) { return try nodes(graph) }
    if data == nil, labeled == nil {
      if table.isGiven || embedding != nil || pairs != nil || lag != nil {
        throw ValidationError("Columns, --embedding, --pairs and --lag need --labeled FILE or --data FILE.")
      }
      return try encoders.labelsAlone(target, groups)
    }
    let (table, long) = (data ?? labeled!, [unlabeled, embedding, pairs].compactMap(\.self))
    let inBlocks = !long.isEmpty && !PlanMemory.fits([table] + long, limit.memory)
    try PlanMemory.check([table], limit.memory, remedy: unlabeled == nil ? PlanMemory.apart : "Give")
    if !inBlocks, try InterpretedTables.suits(table, target: target) { return try interpreted(table, graph) }
    if self.table.isGiven {
      throw ValidationError(
        "--columns, --exclude, --missing and --categories need files that fit into memory and a target that is one of the columns."
      )
    }
    if inBlocks { try PlanMemory.checkWords(self, table, [table] + long) }
    let labeled = try DataFile.readLabeled(table, target: target)
    if inBlocks { try PlanMemory.checkBlocks(self, table, labeled) }
    return try read(labeled, graph, inBlocks: inBlocks)
  }

  /// Tables as people have them: words, dates, truths and gaps among the numbers.
  private func interpreted(_ path: String, _ graph: PlanGraphOption) throws -> PlanData {
    var options = groups.options(table)
    options.nodes = graph.nodes
    let tables = try InterpretedTables(labeled: path, unlabeled: unlabeled, target: target, options: options)
    let labeled = tables.labeled
    if tables.hasDropped,
      let other = embedding.map({ _ in "embedding" }) ?? pairs.map({ _ in "pairs" }) ?? lag.map({ _ in "lag" })
        ?? (encoders.isGiven ? "encoder" : nil)
    {
      throw ValidationError("--missing drop leaves out rows that --\(other) counts on: fill the gaps in, or impute.")
    }
    let blanks = labeled.features.rows(at: labeled.labels.indices.filter { labeled.labels[$0] == nil })
    let source = tables.unlabeled.map { $0.values.stacked(above: blanks) } ?? blanks
    var result = PlanData(labeled, unlabeled: source, count: source.rows, warnings: tables.warnings)
    (result.lag, result.columnsUsed, result.classes) = (lag, tables.uses, tables.classes)
    (result.sources.unlabeled, result.kept) = (unlabeled, tables.keptRows)
    result.groups = tables.groups.map {
      PlanData.partition(unlabeled: $0.unlabeled, labeled: $0.labeled, labeled.labels)
    }
    result.nodeNames = try tables.nodes.map { try PlanData.distinct($0.unlabeled + $0.labeled, in: path) }
    if let embedding {
      let found = try PlanRows(embedding, ReadOptions(), inBlocks: false)
      result.embedding = try found.embedding(of: labeled, after: tables.unlabeled?.values.rows ?? 0)
    }
    if let pairs {
      let found = PlanRows(pairs, try tables.read(pairs))
      result.pairs = try found.partners(of: labeled, count: source.rows)
      result.warnings += found.warnings
    }
    result.encoders = try encoders.beside(labeled)
    return result
  }

  private func read(_ table: LabeledTable, _ graph: PlanGraphOption, inBlocks: Bool) throws -> PlanData {
    let options = ReadOptions(leavingOut: [table.targetName])
    let blank = table.labels.indices.filter { table.labels[$0] == nil }
    let blanks = table.features.rows(at: blank)
    let rows = try unlabeled.map { try PlanRows($0, options, inBlocks: inBlocks) }
    let count = (rows?.count ?? 0) + blank.count
    var source: any RowSource = blanks
    if let rows { source = PlanRows.stacked(try rows.aligned(with: table), above: blanks) }
    var result = PlanData(table, unlabeled: source, count: count, warnings: rows?.warnings ?? [])
    result.lag = lag
    result.sources.unlabeled = unlabeled
    result.nodeNames = try graph.nodes.map {
      try PlanData.names($0, count: (rows?.count ?? 0) + table.labels.count, of: table.source)
    }
    if let file = groups.groups {
      guard DataSource.exists(file) else {
        throw ValidationError(
          "--groups \(file): a column needs files that fit into memory and a target that is one of the columns; give a file."
        )
      }
      let labels = try RowGroups.labels(
        ofFile: file, count: (rows?.count ?? 0) + table.labels.count,
        of: [unlabeled, table.source].compactMap(\.self).joined(separator: " and "))
      let before = labels.count - table.labels.count
      result.groups = PlanData.partition(
        unlabeled: Array(labels[..<before]), labeled: Array(labels[before...]), table.labels)
    }
    // Rows in blocks are numbers without gaps: each column is a feature as it is.
    let target = ColumnUse(
      column: table.targetName, kind: .target, becomes: [], missing: blank.count, note: "the target")
    result.columnsUsed =
      table.featureNames.map { ColumnUse(column: $0, kind: .number, becomes: [$0], missing: 0, note: "") } + [target]
    if let embedding {
      let found = try PlanRows(embedding, ReadOptions(), inBlocks: inBlocks)
      result.embedding = try found.embedding(of: table, after: rows?.count ?? 0)
    }
    if let pairs {
      let found = try PlanRows(pairs, options, inBlocks: inBlocks)
      result.pairs = try found.partners(of: table, count: count)
    }
    result.encoders = try encoders.beside(table)
    return result
  }
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
  var embedding: (any RowSource)?
  /// One for each unlabeled row.
  var pairs: (any RowSource)?
  var lag: Int?
  /// What was made of each column of the labeled file; nil where nobody looked.
  var columnsUsed: [ColumnUse]?
  /// Names of the target's classes.
  var classes: [String]?
  /// The classes' labels are words.
  var isOfWords = true
  /// Of the unlabeled rows, then of the labeled ones.
  var groups: Partition?
  /// Of the nodes of a graph that the rows are, in the files' order.
  var nodeNames: [String]?
  /// Trained elsewhere.
  var encoders: [TrainedEncoder] = []
  /// About the files.
  var warnings: [DataFileWarning] = []
  /// Rows of the labeled file that are left, without and with a label.
  let places: (blank: [Int], known: [Int])
  /// Names of the files, and which rows of them are left where some are not.
  var sources: (unlabeled: String?, labeled: String)
  var kept: (labeled: [Int], unlabeled: [Int])?

  /// Unlabeled rows that are of a file of their own.
  private var before: Int { unlabeledCount - places.blank.count }

  /// The row of the files (unlabeled, then the other) that each row is.
  var fileOrder: [Int] { Array(0..<before) + (places.blank + places.known).map { before + $0 } }

  /// Of each unlabeled row.
  var unlabeledPlaces: [RowPlace] {
    (0..<before).map { RowPlace(file: sources.unlabeled ?? "", row: (kept?.unlabeled[$0] ?? $0) + 1) }
      + places.blank.map { RowPlace(file: sources.labeled, row: (kept?.labeled[$0] ?? $0) + 1) }
  }

  /// Rows of the labeled file without a label are the last of the unlabeled ones.
  static func partition(unlabeled: [String], labeled: [String], _ labels: [Double?]) -> Partition {
    let blank = labels.indices.filter { labels[$0] == nil }
    let known = labels.indices.filter { labels[$0] != nil }
    return Partition(unlabeled + (blank + known).map { labeled[$0] })
  }

  init(_ table: LabeledTable, unlabeled: any RowSource, count: Int, warnings: [DataFileWarning]) {
    let known = table.labels.indices.filter { table.labels[$0] != nil }
    (self.unlabeled, unlabeledCount) = (unlabeled, count)
    places = (table.labels.indices.filter { table.labels[$0] == nil }, known)
    sources = (nil, table.source)
    features = table.features.rows(at: known)
    labels = known.map { table.labels[$0]! }
    (featureNames, targetName) = (table.featureNames, table.targetName)
    self.warnings = warnings + table.warnings
  }

  /// Rows with a label each or none, from a file of their own.
  init(_ rows: DataTable, labels: [Double?], of target: String) {
    let (blank, known) = (labels.indices.filter { labels[$0] == nil }, labels.indices.filter { labels[$0] != nil })
    (unlabeled, unlabeledCount) = (rows.values.rows(at: blank), blank.count)
    (features, self.labels) = (rows.values.rows(at: known), known.map { labels[$0]! })
    featureNames = rows.columnNames ?? (0..<rows.values.columns).map { "x\($0 + 1)" }
    (targetName, places, sources, warnings) = (target, (blank, known), (nil, rows.source), rows.warnings)
  }

  /// Labels without columns.
  init(labels: [Double], of target: String) {
    (unlabeled, unlabeledCount, features) = (Matrix(rows: 0, columns: 0), 0, Matrix(rows: labels.count, columns: 0))
    (self.labels, featureNames, targetName) = (labels, [], target)
    (places, sources) = (([], Array(labels.indices)), (nil, target))
  }
}
