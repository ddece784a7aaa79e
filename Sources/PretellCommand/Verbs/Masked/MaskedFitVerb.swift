import ArgumentParser
import Pretell

struct MaskedFitVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit", abstract: "Fit the predictor of every column from all others; save it for NumPy.",
    discussion: "Example:  pretell masked fit Examples/digits_x.npy --ridge auto --output model.npz")

  @Argument(help: ArgumentHelp("Rows: .csv, .npy, .npz, .safetensors, or sparse.", valueName: "data"))
  var data: String

  @OptionGroup var preparation: MaskedPreparationOptions
  @OptionGroup var ridge: RidgeOption
  @OptionGroup var common: CommonOptions

  @Option(name: .long, help: ArgumentHelp("double, or single for half the memory.", valueName: "precision"))
  var precision = FitPrecision.double

  @Option(name: .long, help: ArgumentHelp("Draw R2 by column (.svg, .pdf, .png).", valueName: "file"))
  var figure: String?

  func validate() throws {
    if common.output != "-", !common.output.hasSuffix(".npz") {
      throw ValidationError("--output \(common.output): the model is written as .npz.")
    }
  }

  func run() throws {
    common.begin()
    let source = try MaskedData(data, preparation)
    let fit = try source.fit(ridge, preparation, precision)
    if common.output != "-" { try NPZ.write(fit.model.arrays, to: common.output) }
    if let figure { try MaskedFigures.columns(fit.errors).write(to: figure) }
    let report = MaskedErrorsReport(fit.errors, names: source.columnNames(fit.errors.columns))
    var printed = common
    printed.output = "-"
    let saved = common.output == "-" ? "" : "\n\nmodel: \(common.output) (numpy.load reads it)"
    try printed.finish(
      "masked fit",
      json: Body(errors: report, model: common.output == "-" ? nil : common.output, form: fit.model.formName),
      text: report.text + saved, warnings: fit.warnings.map(JSONWarning.init))
  }

  private struct Body: Encodable {
    let errors: MaskedErrorsReport
    let model: String?
    let form: String

    private enum Keys: String, CodingKey { case model, form }

    func encode(to encoder: Encoder) throws {
      try errors.encode(to: encoder)
      var container = encoder.container(keyedBy: Keys.self)
      try container.encodeIfPresent(model, forKey: .model)
      try container.encode(form, forKey: .form)
    }
  }
}

extension MaskedRidge {
  /// How the weights are stored.
  var formName: String {
    switch form {
    case .dense, .single: "dense"
    case .factored: "factored"
    }
  }
}
