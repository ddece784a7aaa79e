import ArgumentParser
import Pretell

struct ComponentsVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "components",
    abstract: "Leading principal components of a file's rows, however many rows there are.",
    discussion: """
      Example:  pretell components Examples/digits_x.npy -k 10 --output components.npz

      Reads the file once, in blocks; a file with words or dates in memory. Under mpirun every rank reads its share of the \
      rows; with --distributed no rank holds a columns x columns matrix. The .npz file has mean, variances (divided by rows - 1), directions (a row each), \
      total_variance: scores = (x - mean) @ directions.T
      """)

  @Argument(help: ArgumentHelp("Rows: .csv, .npy, .npz, .safetensors.", valueName: "data"))
  var data: String

  @Option(name: .customShort("k"), help: ArgumentHelp("How many components.", valueName: "count"))
  var count: Int

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Memory a process may take, such as 2GB or 500MB; the machine's when left out.", valueName: "size"))
  var memory: MemorySize?

  @OptionGroup var table: MaskedColumnOptions
  @OptionGroup var distribution: DistributedOption
  @OptionGroup var common: CommonOptions

  static var answers: [any Codable.Type] { [WithUses<Body>.self] }

  var files: FileUse { .input(data, "DATA") + common.files }

  var memoryLimit: MemorySize? { memory }

  func validate() throws {
    if count < 1 { throw ValidationError("-k must be at least 1, not \(count).") }
    if common.output != "-", !common.output.hasSuffix(".npz") {
      throw ValidationError("--output \(common.output): the components are written as .npz.")
    }
  }

  func run() throws {
    common.begin()
    try Together.run(threads: common.threads) { ranks in
      let file = try InterpretedFile(data, options: table.options)
      let names = file.features.map { file.rows.columnNames?[$0] ?? "\($0 + 1)" }
      guard let found = try DataFileError.naming(data, columns: names, { try components(file, ranks) }) else { return }
      let failure = common.file.flatMap { file in attempt { try NPZ.write(found.arrays, to: file) } }
      let body = Body(found, ranks: ranks.count, saved: failure == nil ? common.file : nil)
      var printed = common
      printed.output = "-"
      try printed.finish(
        "components", json: WithUses(body: body, columnsUsed: file.uses), text: body.text,
        warnings: (file.notes + found.warnings).map(JSONWarning.init))
      if let failure { throw failure }
    }
  }

  /// On rank 0; nil elsewhere.
  private func components(_ interpreted: InterpretedFile, _ ranks: RankGroup) throws -> LeadingComponents? {
    let file = ChosenColumns(interpreted.rows, interpreted.features)
    let limit = MemoryLimit(memory)
    if ranks.isAlone, !distribution.distributed, let rows = try wideRows(file) {
      try limit.check(.components(rows: rows, columns: file.columns))
      return try LeadingComponents(wide: file.matrix(), count: count)
    }
    if distribution.distributed {
      try distribution.check(ranks, columns: file.columns, eigenvectors: true, limit)
    } else {
      try limit.check(.components(columns: file.columns))
    }
    if ranks.isAlone { return try LeadingComponents(RowMoments(reading: file), count: count) }
    let (own, total, largest) = try file.base.share(of: ranks, data)
    let share = ChosenColumns(own, file.chosen)
    if distribution.distributed {
      let moments = try ranks.onShare {
        try DistributedMoments(reading: share, total: total, largest: largest, ranks: ranks)
      }
      return try .distributed(moments, count: count)
    }
    let moments = try ranks.sum(ranks.onShare { try RowMoments(reading: share) })
    return ranks.isFirst ? try LeadingComponents(moments, count: count) : nil
  }

  /// How many rows there are, where these are fewer than columns. Text is read once to count them if it is wide at all.
  private func wideRows(_ file: ChosenColumns<RowStream>) throws -> Int? {
    guard file.base.isArray || file.columns > Self.narrow else { return nil }
    let rows = try file.countRows()
    return rows < file.columns ? rows : nil
  }

  /// Columns x columns takes next to nothing up to here.
  private static let narrow = 256

  private struct Body: Codable {
    struct Component: Codable {
      let variance: Double
      let share: Double?
    }
    let rows: Int
    let columns: Int
    let ranks: Int
    let totalVariance: Double
    let nextVariance: Double?
    let components: [Component]
    let file: String?

    init(_ found: LeadingComponents, ranks: Int, saved: String?) {
      (rows, columns, self.ranks, file) = (found.rows, found.mean.count, ranks, saved)
      (totalVariance, nextVariance) = (found.totalVariance, found.nextVariance)
      let total = found.totalVariance
      components = found.variances.map { Component(variance: $0, share: total > 0 ? $0 / total : nil) }
    }

    var text: String {
      var table = TextTable(header: ["component", "variance", "share", "together"])
      var sum = 0.0
      for (index, component) in components.enumerated() {
        sum += component.share ?? 0
        table.rows.append([
          "\(index + 1)", NumberText.significant(component.variance),
          component.share.map { NumberText.percent($0) } ?? "-",
          component.share.map { _ in NumberText.percent(sum) } ?? "-",
        ])
      }
      return
        "\(NumberText.count(rows)) rows, \(columns) columns, total variance \(NumberText.significant(totalVariance))\n\n"
        + table.rendered(.output) + (file.map { "\n\ncomponents: \($0) (numpy.load reads it)" } ?? "")
    }
  }
}

extension LeadingComponents {
  fileprivate var arrays: [(name: String, matrix: Matrix)] {
    func row(_ values: [Double]) -> Matrix { Matrix(rows: 1, columns: values.count, storage: values) }
    return [
      ("mean", row(mean)), ("variances", row(variances)), ("directions", directions),
      ("total_variance", row([totalVariance])),
    ]
  }
}
