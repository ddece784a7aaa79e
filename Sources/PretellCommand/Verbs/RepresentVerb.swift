import ArgumentParser
import Pretell

struct RepresentVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "represent",
    abstract: "Features of rows by a method of your choice, without labels or a plan.",
    discussion: """
      Example:  pretell represent Examples/digits_x.npy --method factor --size 10 --output model.npz

      What a plan's candidate such as factor-10 is made of, fitted to these rows alone. The .npz file is that of plan --model without a head: \
      f = (x - center) / scale @ components; pretell.load_model reads it in Python.
      """)

  @Argument(help: ArgumentHelp("Rows: .csv, .npy, .npz, .safetensors.", valueName: "data"))
  var data: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      pca, pca-correlation (columns of unit variance), factor (noise of one variance), factor-unit, factor-analysis (noise of each \
      column), mixture (normal components), masked (directions that masked ridge regression predicts best), spectral (two noisy \
      views of each row).
      """, valueName: "name"))
  var method: String

  @Option(name: .long, help: ArgumentHelp("Components, factors or directions.", valueName: "k"))
  var size: Int

  @Option(name: .long, help: ArgumentHelp("Also write the features of all rows (.npy).", valueName: "file"))
  var features: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Memory to stay within, such as 2GB or 500MB; the machine's when left out.", valueName: "size"))
  var memory: MemorySize?

  @OptionGroup var table: MaskedColumnOptions
  @OptionGroup var common: CommonOptions

  static var answers: [any Codable.Type] { [WithUses<Body>.self] }

  var files: FileUse { .input(data, "DATA") + common.files + .output(features, "--features") }

  var memoryLimit: MemorySize? { memory }

  func validate() throws {
    if Methods.named(method) == nil {
      throw ValidationError(
        "--method: there is no '\(method)'. There are \(Methods.all.map(\.name).joined(separator: ", ")).")
    }
    if size < 1 { throw ValidationError("--size must be at least 1, not \(size).") }
    if common.output != "-", !common.output.hasSuffix(".npz") {
      throw ValidationError("--output \(common.output): the model is written as .npz.")
    }
    if let features, !features.hasSuffix(".npy") {
      throw ValidationError("--features \(features): give a .npy file.")
    }
  }

  func run() throws {
    common.begin()
    let method = Methods.named(method)!
    try PlanMemory.check([data], memory)
    let file = try InterpretedFile(data, options: table.options)
    let rows = try ChosenColumns(file.rows, file.features).matrix()
    try PlanMemory.checkMatrices(rows: rows.rows, columns: rows.columns, [method], isInMemory: true, memory)
    let names = file.rows.columnNames.map { names in file.features.map { names[$0] } }
    let labels = names ?? file.features.map { "\($0 + 1)" }
    let (map, warnings) = try DataFileError.naming(data, columns: labels) {
      try FeatureMap.fitted(method, size: size, to: rows)
    }
    let label = "\(method.name)-\(size)"
    let failure = common.file.flatMap { file in
      attempt { try PlannedModelFile.write(map, label: label, columns: names, to: file) }
    }
    let body = Body(
      method: method.name, size: size, rows: rows.rows, columns: rows.columns, features: map.featureCount,
      file: failure == nil ? common.file : nil)
    var printed = common
    printed.output = "-"
    try printed.finish(
      "represent", json: WithUses(body: body, columnsUsed: file.uses), text: body.text,
      warnings: file.notes.map(JSONWarning.init) + warnings.map(JSONWarning.init),
      files: [.named("--features", features) { try NPY.write(map(rows), to: $0) }])
    if let failure { throw Unwritten("--output", failure) }
  }

  private struct Body: Codable {
    let method: String
    let size: Int
    let rows: Int
    let columns: Int
    /// How many features a row has.
    let features: Int
    let file: String?

    var text: String {
      "\(NumberText.count(rows)) rows, \(columns) columns: \(features) features by \(method) of size \(size)"
        + (file.map { "\n\nmodel: \($0) (numpy.load and pretell.load_model read it)" } ?? "")
    }
  }
}
