import Foundation
import Pretell

/// Pictures of masked regression's results.
enum MaskedFigures {
  /// R2 of every column, best first.
  static func columns(_ errors: MaskedErrors) -> Figure {
    let known = errors.columnR2.compactMap { $0 }.sorted(by: >)
    let ranks = known.indices.map { Double($0 + 1) }
    return Figure(
      title: "Every column from all the others",
      panels: [
        Panel(
          xAxis: Axis("columns, best first"), yAxis: Axis("leave-one-out R²"),
          series: [.points("columns", x: ranks, y: known.map { max($0, -1) }, role: .observed)],
          marks: [.horizontal(at: 0, label: "column mean")], legend: .hidden)
      ])
  }

  /// Errors against the penalty.
  static func path(_ path: [MaskedErrors], best: BestRidge) -> Figure {
    let isPositive = path.contains { $0.ridge.value(0) > 0 }
    let points = path.filter { !isPositive || $0.ridge.value(0) > 0 }
    func curve(_ label: String, _ role: SeriesRole, _ value: (MaskedErrors) -> Double?) -> Series {
      let known = points.compactMap { errors in value(errors).map { (errors.ridge.value(0), $0) } }
      return .line(label, x: known.map(\.0), y: known.map(\.1), role: role)
    }
    return Figure(
      title: "Errors along the path",
      panels: [
        Panel(
          xAxis: Axis("ridge penalty", scale: isPositive ? .log10 : .linear), yAxis: Axis("error per entry"),
          series: [
            curve("leave-one-out", .theory) { $0.leaveOneOutError },
            curve("cross-validation, by column", .rival) { $0.columnwiseCrossValidationError },
            curve("training", .baseline) { $0.trainingError },
          ], marks: [.vertical(at: best.ridge.value(0), label: "best")])
      ])
  }

  /// A population's errors against the penalty.
  static func theory(_ risk: MaskedRisk, optimum: MaskedRisk.Optimum) throws -> Figure {
    let centre = max(optimum.errors.ridge, 1e-6)
    let grid = (0...80).map { centre * pow(10, -3 + 5 * Double($0) / 80) }
    let errors = try grid.map { try risk.errors(ridge: $0) }
    return Figure(
      title: "\(risk.population.name): \(NumberText.plain(risk.rows)) rows, \(risk.population.columns) columns",
      panels: [
        Panel(
          xAxis: Axis("ridge penalty", scale: .log10), yAxis: Axis("error per entry"),
          series: [
            .line("generalization", x: grid, y: errors.map(\.generalizationError), role: .theory),
            .line("training", x: grid, y: errors.map(\.trainingError), role: .baseline),
          ], marks: [.vertical(at: centre, label: "best")])
      ])
  }

  /// Error against rows: the curve where it can be told, the present state, the numbers asked for.
  static func forecast(
    _ forecaster: MaskedForecaster, rows: Int, asked: [MaskedForecast], ridge: Double?
  ) -> Figure {
    let finite = asked.filter { $0.rows.isFinite }
    let (low, high) = (
      min(Double(rows), finite.map(\.rows).min() ?? Double(rows)) / 2,
      max(Double(rows), finite.map(\.rows).max() ?? Double(rows)) * 2
    )
    let grid = logarithmicGrid(from: low, to: high, count: 61).map { max(4, $0) }
    let curve = grid.map { rows in
      ridge.map { forecaster.forecast(rows: rows, ridge: $0) } ?? forecaster.forecast(rows: rows)
    }
    let known = curve.filter(\.isReachable)
    let bounded = curve.filter { $0.errorAtMost != nil }
    let shown = finite.filter(\.isReachable)
    var series: [Series] = [.line("forecast", x: known.map(\.rows), y: known.map { $0.error! }, role: .theory)]
    if !bounded.isEmpty {
      series.append(.line("at most", x: bounded.map(\.rows), y: bounded.map { $0.errorAtMost! }, role: .bound))
    }
    series.append(.points("asked for", x: shown.map(\.rows), y: shown.map { $0.error! }, role: .candidate))
    return Figure(
      title: "What other numbers of rows would give",
      panels: [
        Panel(
          xAxis: Axis("rows", scale: .log10), yAxis: Axis("error per entry"), series: series,
          marks: [.vertical(at: Double(rows), label: "now")])
      ])
  }

  /// A law's density with its atom and outliers marked.
  static func spectrum(_ shape: MaskedSpectrumLaw.Shape, outliers: [MaskedOutlier], title: String) -> Figure {
    var marks = outliers.map { ReferenceLine.vertical(at: $0.position, label: "outlier") }
    if let atom = shape.atom {
      marks.append(.vertical(at: atom.eigenvalue, label: "\(NumberText.count(100 * atom.mass)) % here"))
    }
    return Figure(
      title: "\(title): eigenvalues of the weights",
      panels: [
        Panel(
          xAxis: Axis("eigenvalue of A"), yAxis: Axis("density"),
          series: [
            .line("law", x: shape.points.map(\.eigenvalue), y: shape.points.map(\.density), role: .theory)
          ], marks: marks, legend: .hidden)
      ])
  }

  /// A sample's eigenvalues.
  static func eigenvalues(_ values: [Double], ridge: Double) -> Figure {
    Figure(
      title: "Eigenvalues of the weights, ridge \(NumberText.significant(ridge))",
      panels: [
        Panel(
          xAxis: Axis("eigenvalue of A"), yAxis: Axis("density"),
          series: [.histogram("data", sample: values, role: .observed)], legend: .hidden)
      ])
  }

  /// Both metrics against the number of directions.
  static func comparison(_ report: MaskedComparisonReport) -> Figure {
    let q = report.directions.map { Double($0.directions) }
    let masked = report.directions.filter { $0.maskedPpcaPrediction != nil }
    let maskedQ = masked.map { Double($0.directions) }
    return Figure(
      title: report.population ?? "Masked regression and principal components",
      panels: [
        Panel(
          title: "masked prediction", xAxis: Axis("directions"), yAxis: Axis("error per entry"),
          series: [
            .line("probabilistic PCA", x: maskedQ, y: masked.map { $0.maskedPpcaPrediction! }, role: .rival),
            .line("masked regression", x: maskedQ, y: maskedQ.map { _ in report.maskedRegression }, role: .theory),
          ]),
        Panel(
          title: "unmasked reconstruction (sees the entry)", xAxis: Axis("directions"), yAxis: Axis("error per entry"),
          series: [
            .line("PCA", x: q, y: report.directions.map(\.unmaskedPcaReconstruction), role: .rival),
            .line("masked regression, masked", x: q, y: q.map { _ in report.maskedRegression }, role: .theory),
          ]),
      ])
  }

  /// What to expect of each filled column.
  static func imputation(_ columns: [(name: String, missing: Int, r2: Double?)]) -> Figure {
    let known = columns.filter { $0.r2 != nil }.prefix(24)
    return Figure(
      title: "Filled columns",
      panels: [
        Panel(
          xAxis: Axis("column"), yAxis: Axis("leave-one-out R²"),
          series: [.bars("R2", names: known.map(\.name), values: known.map { max($0.r2!, -1) }, role: .observed)],
          legend: .hidden)
      ])
  }

  /// Scores of the recommended items by rank.
  static func scores(_ users: [(name: String, scores: [Double])]) -> Figure {
    Figure(
      title: "Scores of the recommended items",
      panels: [
        Panel(
          xAxis: Axis("rank"), yAxis: Axis("score"),
          series: users.map { user in
            .linePoints("user \(user.name)", x: user.scores.indices.map { Double($0 + 1) }, y: user.scores)
          })
      ])
  }
}
