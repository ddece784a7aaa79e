import ArgumentParser
import Pretell

struct MaskedForecastVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "forecast", abstract: "The error that other numbers of rows would give, without having them.",
    discussion: "Example:  pretell masked forecast Examples/digits_x.npy --rows 2x,5x,10x")

  @Argument(help: ArgumentHelp("Rows: .csv, .npy, .npz, .safetensors, or sparse.", valueName: "data"))
  var data: String

  @OptionGroup var preparation: MaskedPreparationOptions
  @OptionGroup var ridge: RidgeOption
  @OptionGroup var common: CommonOptions

  @Option(
    name: .long,
    help: ArgumentHelp("Numbers of rows: 10000, 2x (times the present ones), inf; several with commas.", valueName: "n")
  )
  var rows = "0.5x,2x,5x,10x,inf"

  @Option(name: .long, help: ArgumentHelp("Draw the error against the number of rows.", valueName: "file"))
  var figure: String?

  static var answers: [any Codable.Type] { [Body.self] }

  var files: FileUse { .input(data, "DATA") + ridge.files + common.files + .figure(figure) }

  var memoryLimit: MemorySize? { preparation.memory }

  func run() throws {
    common.begin()
    let source = try MaskedData(data, preparation)
    let path = try source.naming(data) { MaskedPath(try source.spectrum(preparation)) }
    let forecaster = try MaskedForecaster(path)
    let counts = try counts(present: path.spectrum.rows)
    let fixed = try ridge.number(divisor: path.spectrum.divisor)
    let forecasts = counts.map { rows in
      fixed.map { forecaster.forecast(rows: rows, ridge: $0) } ?? forecaster.forecast(rows: rows)
    }
    let now =
      fixed.map { forecaster.forecast(rows: Double(path.spectrum.rows), ridge: $0) }
      ?? forecaster.forecast(rows: Double(path.spectrum.rows))
    let warnings = try source.warnings() + path.errors(.shared(now.ridge ?? path.ridgeGrid()[20])).warnings
    let body = Body(
      rows: path.spectrum.rows, columns: path.spectrum.columns, now: now, forecasts: forecasts,
      dropped: source.dropped(preparation))
    let picture = ExtraFile.figure(figure) {
      MaskedFigures.forecast(forecaster, rows: path.spectrum.rows, asked: forecasts, ridge: fixed)
    }
    try common.finish(
      "masked forecast", json: body, text: body.text, warnings: warnings.map(JSONWarning.init), files: [picture])
  }

  private func counts(present: Int) throws -> [Double] {
    try rows.split(separator: ",").map { word in
      let value =
        word == "inf"
        ? .infinity : word.hasSuffix("x") ? Double(word.dropLast()).map { $0 * Double(present) } : Double(word)
      guard let value, value >= 3 else {
        throw ValidationError("--rows \(word) is not a number of rows (at least 3), a multiple such as 2x, or inf.")
      }
      return value.rounded()
    }
  }

  private struct Body: Codable {
    let rows: Int
    let columns: Int
    let leaveOneOutError: Double?
    let ridge: Double?
    /// Absent unless asked for.
    let droppedColumns: [String]?
    let forecasts: [Forecast]

    struct Forecast: Codable {
      /// Absent for infinitely many.
      let rows: Double?
      let ridge: Double?
      let error: Double?
      let errorAtMost: Double?
      let reachable: Bool

      init(_ forecast: MaskedForecast) {
        rows = forecast.rows.isFinite ? forecast.rows : nil
        ridge = forecast.ridge
        error = forecast.error
        errorAtMost = forecast.errorAtMost
        reachable = forecast.isReachable
      }
    }

    init(rows: Int, columns: Int, now: MaskedForecast, forecasts: [MaskedForecast], dropped: [String]?) {
      droppedColumns = dropped
      self.rows = rows
      self.columns = columns
      leaveOneOutError = now.error
      ridge = now.ridge
      self.forecasts = forecasts.map(Forecast.init)
    }

    var text: String {
      var table = TextTable(header: ["rows", "error", "ridge", ""], leftAligned: [3])
      table.rows = [
        ["now \(NumberText.count(rows))", NumberText.optional(leaveOneOutError), NumberText.optional(ridge), ""]
      ]
      table.rows += forecasts.map { forecast in
        [
          forecast.rows.map { NumberText.count(Int($0)) } ?? "infinitely many",
          forecast.error.map { NumberText.significant($0) } ?? forecast.errorAtMost.map {
            "<= " + NumberText.significant($0)
          } ?? "-",
          NumberText.optional(forecast.ridge),
          forecast.reachable ? "" : "unreachable: the best penalty there is below what these rows can tell about",
        ]
      }
      return """
        \(NumberText.count(columns)) columns, every one predicted from all others; error per entry, penalty tuned again

        \(table.rendered(.output))\(droppedColumns.map { "\n\n" + DroppedColumns.text($0) } ?? "")
        """
    }
  }
}
