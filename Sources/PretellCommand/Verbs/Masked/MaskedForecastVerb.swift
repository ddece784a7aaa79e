import ArgumentParser
import Pretell

struct MaskedForecastVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "forecast", abstract: "The error that other numbers of rows would give, without having them.",
    discussion: "Example:  pretell masked forecast Examples/digits_x.npy --rows 2x,5x,10x")

  @Argument(help: ArgumentHelp("Rows: .csv, .npy, .npz, .safetensors, or sparse.", valueName: "data"))
  var data: String

  @OptionGroup var preparation: MaskedPreparationOptions
  @OptionGroup var table: MaskedColumnOptions
  @OptionGroup var ridge: RidgeOption
  @OptionGroup var groups: GroupsOption
  @OptionGroup var blocks: BlocksOption
  @OptionGroup var targets: TargetsOption
  @OptionGroup var common: CommonOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Numbers of rows: 10000, 2x (times the present ones), inf; several with commas. \(MaskedForecastVerb.usual) when left out, those of 3 rows or more.",
      valueName: "n"))
  var rows: String?

  fileprivate static let usual = "0.5x,2x,5x,10x,inf"

  @Option(name: .long, help: ArgumentHelp("Draw the error against the number of rows.", valueName: "file"))
  var figure: String?

  static var answers: [any Codable.Type] { [WithUses<Body>.self] }

  var files: FileUse {
    .input(data, "DATA") + ridge.files + groups.files + blocks.files + targets.files + common.files + .figure(figure)
  }

  var memoryLimit: MemorySize? { preparation.memory }

  func run() throws {
    common.begin()
    let (source, groups) = try MaskedData.grouped(data, preparation, table, groups.groups)
    let ground = try source.naming(data) { try self.ground(source, groups) }
    let (forecaster, present) = (ground.forecaster, ground.rows)
    let counts = try counts(present: present)
    let forecasts = counts.map { rows in
      ground.fixed.map { forecaster.forecast(rows: rows, ridge: $0) } ?? forecaster.forecast(rows: rows)
    }
    let now =
      ground.fixed.map { forecaster.forecast(rows: Double(present), ridge: $0) }
      ?? forecaster.forecast(rows: Double(present))
    let errors = try ground.errors(now.ridge)
    let warnings = try source.warnings() + errors.warnings
    let body = Body(
      rows: present, columns: errors.columns, now: now, forecasts: forecasts, unit: ground.unit,
      leaveGroupOut: errors.leaveGroupOut, dropped: source.dropped(preparation))
    let picture = ExtraFile.figure(figure) {
      MaskedFigures.forecast(forecaster, rows: present, asked: forecasts, ridge: ground.fixed)
    }
    try common.finish(
      "masked forecast", json: WithUses(body: body, columnsUsed: source.uses), text: body.text,
      warnings: warnings.map(JSONWarning.init), files: [picture])
  }

  /// What forecasts rest on.
  private struct Ground {
    let forecaster: MaskedForecaster
    let rows: Int
    /// The penalty asked for, in the forecaster's units.
    let fixed: Double?
    /// Ridge of one of these units.
    let unit: Double
    /// At present, at the penalty found; refuses rows that are not independent.
    let errors: (_ ridge: Double?) throws -> Present
  }

  /// What is said of the present rows.
  private struct Present {
    let columns: Int
    let leaveGroupOut: LeaveGroupOutErrors?
    let warnings: [MaskedWarning]

    init(_ errors: MaskedErrors) {
      (columns, leaveGroupOut, warnings) = (errors.columns, errors.leaveGroupOut, errors.warnings)
    }

    init(_ errors: TargetErrors) {
      (columns, leaveGroupOut, warnings) = (errors.columns, errors.leaveGroupOut, errors.warnings)
    }
  }

  private func ground(_ source: MaskedData, _ groups: Partition?) throws -> Ground {
    if let path = try source.targetPath(targets, blocks, preparation, groups, of: data) { return try ground(path) }
    if let inBlocks = try source.blockPath(blocks, preparation, groups, of: data) { return try self.ground(inBlocks) }
    let path = MaskedPath(try source.spectrum(preparation))
    let together = try groups.map { try GroupedPath(path, groups: $0, memory: preparation.limit) }
    let forecaster = try together.map { try MaskedForecaster($0) } ?? MaskedForecaster(path)
    return Ground(
      forecaster: forecaster, rows: path.spectrum.rows, fixed: try ridge.number(divisor: path.spectrum.divisor), unit: 1
    ) { found in
      let present = found ?? path.ridgeGrid()[20]
      try refuseDependence(together.flatMap { try GroupDependence($0, ridge: present, forecaster) })
      return Present(try together?.errors(ridges: [present])[0] ?? path.errors(.shared(present)))
    }
  }

  /// In blocks: along multiples of one penalty, the ridge that is best now, or the one asked for, with the share hidden.
  private func ground(_ path: BlockPath) throws -> Ground {
    let divisor = Double(path.data.count - (preparation.preparation(isSparse: false).centers ? 1 : 0))
    let asked = try ridge.number(divisor: divisor)
    let present = try asked ?? path.bestRidge().ridge.value(0)
    let forecaster = try path.forecaster(ridge: present)
    return Ground(forecaster: forecaster, rows: path.data.count, fixed: asked.map { _ in 1 }, unit: present) { _ in
      try refuseDependence(path.dependence(ridge: present, forecaster))
      return Present(try path.errors(ridges: [present])[0])
    }
  }

  /// The same of targets of hidden blocks.
  private func ground(_ path: TargetPath) throws -> Ground {
    let divisor = Double(path.data.count - (path.data.isCentered ? 1 : 0))
    let asked = try ridge.number(divisor: divisor)
    let present = try asked ?? path.best().errors.ridge
    let forecaster = try path.forecaster(ridge: present)
    return Ground(forecaster: forecaster, rows: path.data.count, fixed: asked.map { _ in 1 }, unit: present) { _ in
      try refuseDependence(path.dependence(ridge: present, forecaster))
      return Present(try path.errors(ridges: [present])[0])
    }
  }

  /// Other numbers of rows are told from rows that are independent; where groups say that they are not, there is no such answer.
  private func refuseDependence(_ found: GroupDependence?) throws {
    guard let found, found.isPresent else { return }
    throw MaskedRegressionError.noAnswer(
      """
      leaving groups out costs \(NumberText.significant(found.ratio, 3)) times the error with rows left out, where \
      independent rows would cost \(NumberText.significant(found.independentRatio, 3)) times (\
      \(NumberText.significant(found.z, 2)) standard errors apart): rows of a group tell of each other, and how an error falls \
      with more rows is known of independent ones only. Read leave_group_out_error of 'masked errors' at some of the groups, \
      or give one row of each group
      """)
  }

  private static let fewest = 3.0

  private func counts(present: Int) throws -> [Double] {
    let asked = rows ?? Self.usual
    return try asked.split(separator: ",").compactMap { word in
      let multiple = word.hasSuffix("x") ? Double(word.dropLast()) : nil
      let value = word == "inf" ? .infinity : multiple.map { $0 * Double(present) } ?? Double(word)
      guard let value, value > 0 else {
        throw ValidationError("--rows \(word) is not a number of rows, a multiple such as 2x, or inf.")
      }
      if value.rounded() >= Self.fewest { return value.rounded() }
      if rows == nil { return nil }
      throw CommandFailure(
        multiple == nil ? .usage : .badInput,
        "--rows \(word)\(multiple == nil ? "" : " is \(NumberText.significant(value)) of the \(present) rows of \(data)"): a fit "
          + "takes 3 rows or more. Give more of them.")
    }
  }

  private struct Body: Codable {
    let rows: Int
    let columns: Int
    let leaveOneOutError: Double?
    /// Absent without --groups, as how many there are.
    let leaveGroupOutError: Double?
    let groups: Int?
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

      init(_ forecast: MaskedForecast, unit: Double) {
        rows = forecast.rows.isFinite ? forecast.rows : nil
        ridge = forecast.ridge.map { unit * $0 }
        error = forecast.error
        errorAtMost = forecast.errorAtMost
        reachable = forecast.isReachable
      }
    }

    init(
      rows: Int, columns: Int, now: MaskedForecast, forecasts: [MaskedForecast], unit: Double,
      leaveGroupOut: LeaveGroupOutErrors?, dropped: [String]?
    ) {
      droppedColumns = dropped
      self.rows = rows
      self.columns = columns
      leaveOneOutError = now.error
      (leaveGroupOutError, groups) = (leaveGroupOut?.error, leaveGroupOut?.groups)
      ridge = now.ridge.map { unit * $0 }
      self.forecasts = forecasts.map { Forecast($0, unit: unit) }
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
