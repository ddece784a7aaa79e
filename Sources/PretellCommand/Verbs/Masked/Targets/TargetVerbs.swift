import ArgumentParser
import Pretell

// What masked errors, path and fit do where hidden blocks are to tell targets.

extension TargetPath {
  /// At the penalty asked for, or the one of least error.
  func chosen(_ option: RidgeOption) throws -> (errors: TargetErrors, warnings: [MaskedWarning]) {
    let centred = data.count - (data.isCentered ? 1 : 0)
    guard let ridge = try option.number(divisor: Double(centred)) else {
      let best = try best()
      return (best.errors, best.warnings)
    }
    let errors = try errors(ridges: [ridge])[0]
    return (errors, errors.warnings)
  }
}

extension MaskedErrorsVerb {
  func finish(_ path: TargetPath, _ notes: [MaskedWarning]) throws {
    if figure != nil { throw ValidationError("--figure is drawn by 'masked path' where there are --targets.") }
    let (errors, warnings) = try path.chosen(ridge)
    let report = TargetReport(errors, path, targets)
    try common.finish(
      "masked errors", json: report, text: report.text,
      warnings: targets.notes + (notes + warnings).map(JSONWarning.init))
  }
}

extension MaskedPathVerb {
  func finish(_ path: TargetPath, _ given: [Double]?, _ notes: [MaskedWarning]) throws {
    let best = try path.best()
    let errors = try given.map { try path.errors(ridges: $0) } ?? best.path
    let report = TargetPathReport(errors, best: best.errors)
    try common.finish(
      "masked path", json: report, text: report.text,
      warnings: targets.notes + (notes + best.warnings).map(JSONWarning.init),
      files: [.figure(figure) { MaskedFigures.path(errors, best: best.errors) }])
  }
}

/// Codes of blocks.
struct BlockCodesOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Also codes of so many dimensions, from which hidden blocks are predicted; needs --blocks.", valueName: "k"))
  var size: Int?

  func validate() throws {
    if let size, size < 1 { throw ValidationError("--size must be at least 1, not \(size).") }
  }
}

extension MaskedFitVerb {
  func finish(_ path: TargetPath, _ notes: [MaskedWarning]) throws {
    if figure != nil { throw ValidationError("--figure is drawn by 'masked path' where there are --targets.") }
    let (errors, warnings) = try path.chosen(ridge)
    let model = try path.model(ridge: errors.ridge)
    let found = try codes.size.map { try path.codes(size: $0, ridge: errors.ridge) }
    let failure = common.file.flatMap { file in attempt { try write(path, model, found, to: file) } }
    let written = failure == nil ? common.file : nil
    var printed = common
    printed.output = "-"
    let body = TargetFitReport(TargetReport(errors, path, targets), found, model: written)
    try printed.finish(
      "masked fit", json: body, text: body.text,
      warnings: targets.notes + (notes + warnings).map(JSONWarning.init),
      files: [failure.map { error in ExtraFile { throw error } }])
  }

  private func write(_ path: TargetPath, _ model: TargetModel, _ codes: BlockCodes?, to file: String) throws {
    func row(_ values: [Double]) -> NPZ.Content { .matrix(Matrix(rows: 1, columns: values.count, storage: values)) }
    var members: [(name: String, content: NPZ.Content)] = [
      ("mean", row(model.means)), ("scale", row(model.scales)), ("target_mean", row(model.targetMeans)),
      ("weights", .matrix(model.weights)), ("ridge", row([model.ridge])), ("hide_rate", row([path.data.hide])),
      ("blocks", .integers(path.data.blocks.label)), ("target_blocks", .integers(path.targets.block)),
    ]
    if let (map, white) = targets.map { members += [("color_map", .texts([map.name])), ("white", row([white]))] }
    if let codes {
      members += [
        ("encoder", .matrix(codes.encoder)), ("singular_values", row(codes.singularValues)),
        ("codes", .matrix(codes.codes)),
      ]
    }
    try NPZ.write(members, to: file)
  }
}

/// What masked fit prints of targets.
struct TargetFitReport: Codable {
  let errors: TargetReport
  /// Absent without --size, as what follows.
  let size: Int?
  /// Of hidden blocks from the codes of the visible ones, as fitted.
  let codeR2: Double?
  let singularValues: [Double]?
  let model: String?

  init(_ errors: TargetReport, _ codes: BlockCodes?, model: String?) {
    self.errors = errors
    (size, codeR2, singularValues) = (codes?.singularValues.count, codes?.r2, codes?.singularValues)
    self.model = model
  }

  var text: String {
    let codes =
      size.map {
        "\n\ncodes of \($0) dimension\($0 == 1 ? "" : "s"): R2 of hidden blocks \(NumberText.optional(codeR2, 3)), as fitted"
      } ?? ""
    return errors.text + codes + (model.map { "\n\nmodel: \($0) (numpy.load reads it)" } ?? "")
  }
}
