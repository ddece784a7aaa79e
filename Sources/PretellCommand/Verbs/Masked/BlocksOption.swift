import ArgumentParser
import Pretell

/// Columns that are hidden together and never predict each other.
struct BlocksOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Columns that never predict each other: patches such as 8x8 of --image, or a file with a block for each column.",
      valueName: "HxW|file"))
  var blocks: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Rows are images of so many pixels, row by row, such as 24x24, or 24x24x3 with channels.", valueName: "HxW"))
  var image: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Share of the blocks hidden at random in training: a penalty on what blocks share.", valueName: "p"))
  var hide = 0.0

  /// A file where there is one; sizes are none.
  var files: FileUse { .input(blocks.flatMap { Self.sizes($0) == nil ? $0 : nil }, "--blocks") }

  func validate() throws {
    if !(hide >= 0 && hide < 1) { throw ValidationError("--hide \(hide): give a share of 0 or more and below 1.") }
    if blocks == nil, hide > 0 || image != nil {
      throw ValidationError("--\(image == nil ? "hide" : "image") needs --blocks.")
    }
    if let image, Self.sizes(image) == nil || Self.sizes(image)!.count > 3 {
      throw ValidationError("--image \(image): give pixels such as 24x24, or 24x24x3 with channels.")
    }
    if let blocks, let sizes = Self.sizes(blocks), sizes.count != 2 || image == nil {
      throw ValidationError("--blocks \(blocks): patches are HxW and need --image HxW; or give a file.")
    }
  }

  /// Of --image, where it is given.
  var imageSize: (height: Int, width: Int, channels: Int)? {
    image.flatMap(Self.sizes).map { ($0[0], $0[1], $0.count > 2 ? $0[2] : 1) }
  }

  /// What blocks leave no room for.
  func refuse(_ given: [(name: String, isGiven: Bool)]) throws {
    guard blocks != nil, let first = given.first(where: \.isGiven) else { return }
    throw ValidationError("--blocks and \(first.name) do not go together.")
  }

  /// Of so many columns of a file; nil without --blocks.
  func partition(columns: Int, of file: String) throws -> Partition? {
    guard let blocks else { return nil }
    guard let patch = Self.sizes(blocks), let image, let size = Self.sizes(image) else {
      return Partition(try RowGroups.labels(ofFile: blocks, count: columns, of: file, things: "columns"))
    }
    let channels = size.count > 2 ? size[2] : 1
    let (pixels, overflows) = size.prefix(2).reduce((channels, false)) { product, side in
      let (value, overflow) = product.0.multipliedReportingOverflow(by: side)
      return (value, product.1 || overflow)
    }
    guard !overflows, pixels == columns else {
      throw DataFileError(
        file: file,
        problem: "it has \(columns) columns; images of \(image) have \(overflows ? "more" : "\(pixels)") numbers",
        remedy: "Give the height, width and channels of the images")
    }
    return try .patches(
      imageHeight: size[0], imageWidth: size[1], channels: channels, patchHeight: patch[0], patchWidth: patch[1])
  }

  /// 8x8 as numbers; nil for anything else.
  private static func sizes(_ text: String) -> [Int]? {
    let parts = text.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    let found = parts.compactMap(\.self)
    return found.count == parts.count && found.count > 1 && found.allSatisfy { $0 > 0 } ? found : nil
  }
}

extension MaskedData {
  /// The fit in blocks; nil without --blocks.
  func blockPath(
    _ option: BlocksOption, _ options: MaskedPreparationOptions, _ groups: Partition?, of file: String
  ) throws -> BlockPath? {
    try blockRows(option, options, of: file).map { try BlockPath($0, groups: groups) }
  }

  /// The rows in blocks; nil without --blocks.
  func blockRows(_ option: BlocksOption, _ options: MaskedPreparationOptions, of file: String) throws -> BlockRows? {
    guard option.blocks != nil else { return nil }
    try option.refuse([("--drop-constant", options.dropConstant), ("sparse rows", isSparse)])
    guard case .dense(let rows, _) = self, let blocks = try option.partition(columns: rows.columns, of: file) else {
      return nil
    }
    return try BlockRows(
      rows: rows, blocks: blocks, hide: option.hide, preparation: options.preparation(isSparse: false),
      memory: options.limit)
  }
}

/// Limits in blocks, for a population.
struct BlockTheoryReport: Codable {
  let population: String
  let rows: Int
  let columns: Int
  let blocks: Int
  let hideRate: Double
  let ridge: Double
  let generalizationError: Double
  let trainingError: Double

  init(_ world: MaskedPopulation, blocks: Partition, rows: Int, _ errors: BlockRisk.Errors) {
    (population, self.rows, columns, self.blocks) = (world.name, rows, world.columns, blocks.count)
    (hideRate, ridge) = (errors.hide, errors.ridge)
    (generalizationError, trainingError) = (errors.generalizationError, errors.trainingError)
  }

  var text: String {
    var table = TextTable(header: ["per entry", "error"])
    table.rows = [
      ["generalization", NumberText.significant(generalizationError, 5)],
      ["training", NumberText.significant(trainingError, 5)],
    ]
    return """
      \(population): \(NumberText.count(rows)) rows, \(NumberText.count(columns)) columns in \(NumberText.count(blocks)) blocks, \
      ridge \(NumberText.significant(ridge)), hidden \(NumberText.percent(hideRate))

      \(table.rendered(.output))
      """
  }
}
