import ArgumentParser
import Pretell

/// What hidden blocks are to tell, where that is not their own columns alone.
struct TargetsOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      What hidden blocks are to tell: a file with a row for each row and one number (or as many) for each column, or \
      colormap:nipy_spectral, colormap:viridis, colormap:grey of pixels from 0 to 1; colormap:NAME:255 where 255 stands for 1.
      """, valueName: "file|colormap"))
  var targets: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Pixels around a hidden patch that do not predict it either; needs --image.", valueName: "r"))
  var hiddenRim = 0

  var isGiven: Bool { targets != nil || hiddenRim > 0 }

  /// A file where there is one.
  var files: FileUse { .input(colors == nil ? targets : nil, "--targets") }

  func validate() throws {
    if hiddenRim < 0 { throw ValidationError("--hidden-rim must be 0 or more, not \(hiddenRim).") }
    guard let words = colors else { return }
    if PseudoColor.named(words.name) == nil {
      let names = PseudoColor.all.map(\.name).joined(separator: ", ")
      throw ValidationError("--targets \(targets!): there is no colour map '\(words.name)'. There are \(names).")
    }
    guard let white = words.white, white > 0, white.isFinite else {
      throw ValidationError(
        "--targets \(targets!): give the number that stands for 1 as in colormap:nipy_spectral:255.")
    }
  }

  /// The map asked for, and the number that stands for 1.
  var map: (map: PseudoColor, white: Double)? {
    guard let words = colors, let map = PseudoColor.named(words.name), let white = words.white else { return nil }
    return (map, white)
  }

  private var colors: (name: String, white: Double?)? {
    guard let targets, targets.hasPrefix("colormap:") else { return nil }
    let parts = targets.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    return (parts[1], parts.count == 2 ? 1 : parts.count == 3 ? Double(parts[2]) : nil)
  }

  /// Of rows in blocks. Throws for what does not go with it.
  func blockTargets(_ rows: Matrix, _ blocks: Partition, _ option: BlocksOption, of file: String) throws -> BlockTargets
  {
    let size = option.imageSize
    let hidden = try hidden(blocks, size)
    if let (map, white) = map {
      if let size, size.channels > 1 {
        throw ValidationError(
          "--targets \(targets!): a colour map is of grey images, and --image has \(size.channels) channels.")
      }
      let colors = try DataFileError.namingShades(file) { try map.targets(rows, white: white) }
      return try BlockTargets(colors, blocks: blocks, hidden: hidden)
    }
    guard let targets else { return try BlockTargets(rows, blocks: blocks, hidden: hidden) }
    let values = try DataFile.read(targets).values
    guard values.rows == rows.rows else {
      throw DataFileError(
        file: targets, problem: "\(values.rows) rows of targets for \(rows.rows) rows of \(file)",
        remedy: "Give one for each row, in their order")
    }
    return try BlockTargets(values, blocks: blocks, hidden: hidden)
  }

  private func hidden(_ blocks: Partition, _ size: (height: Int, width: Int, channels: Int)?) throws -> [[Int]]? {
    if hiddenRim == 0 { return nil }
    guard let size else {
      throw ValidationError("--hidden-rim needs --image HxW: what lies around a block is told by it.")
    }
    guard hiddenRim < max(size.height, size.width) else {
      throw ValidationError("--hidden-rim \(hiddenRim) is as large as the image.")
    }
    return blocks.withRim(hiddenRim, imageHeight: size.height, imageWidth: size.width, channels: size.channels)
  }
}

extension DataFileError {
  /// The same with the file of the pixel that is no shade.
  fileprivate static func namingShades<Result>(_ file: String, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch MaskedRegressionError.notAShade(let row, let column, let value, let white) {
      throw DataFileError(
        file: file, row: row + 1, column: "\(column + 1)", value: "\(value)",
        problem: "a colour map takes numbers from 0 to \(NumberText.plain(white))",
        remedy: "Say which number stands for 1, as in colormap:NAME:255, or make the rows with 'pretell data patches'")
    }
  }
}

extension MaskedData {
  /// The fit of targets of blocks; nil where neither is asked for.
  func targetPath(
    _ option: TargetsOption, size: Int? = nil, _ blocks: BlocksOption, _ options: MaskedPreparationOptions,
    _ groups: Partition?, of file: String
  ) throws -> TargetPath? {
    guard option.isGiven || size != nil else { return nil }
    let name = option.targets != nil ? "--targets" : option.hiddenRim > 0 ? "--hidden-rim" : "--size"
    guard blocks.blocks != nil else { throw ValidationError("\(name) needs --blocks.") }
    guard let rows = try blockRows(blocks, options, of: file), case .dense(let source, _) = self else { return nil }
    let targets = try option.blockTargets(source.matrix(), rows.blocks, blocks, of: file)
    return try TargetPath(rows, targets, groups: groups)
  }
}
