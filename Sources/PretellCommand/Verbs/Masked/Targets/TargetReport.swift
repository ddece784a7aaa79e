import Pretell

/// Errors of predicting targets of hidden blocks, for JSON and for people.
struct TargetReport: Codable {
  let rows: Int
  let columns: Int
  let blocks: Int
  let hideRate: Double
  /// Pixels hidden around each patch.
  let hiddenRim: Int
  let targets: Int
  /// Absent without a colour map, as the number that stands for 1.
  let colorMap: String?
  let white: Double?
  let ridge: Double
  /// Sums of squares over rows, of centred columns rows - 1.
  let trainingError: Double
  let leaveOneOutError: Double?
  let r2: Double?
  /// Absent without --groups, as what follows.
  let groups: Int?
  let leaveGroupOutError: Double?
  let leaveGroupOutR2: Double?

  init(_ errors: TargetErrors, _ path: TargetPath, _ option: TargetsOption) {
    (rows, columns, targets) = (errors.rows, errors.columns, errors.targets)
    (blocks, hideRate, hiddenRim) = (path.data.blocks.count, errors.hideRate, option.hiddenRim)
    (colorMap, white) = (option.map?.map.name, option.map?.white)
    (ridge, trainingError) = (errors.ridge, errors.trainingError)
    (leaveOneOutError, r2) = (errors.leaveOneOutError, errors.r2)
    let together = errors.leaveGroupOut
    (groups, leaveGroupOutError, leaveGroupOutR2) = (together?.groups, together?.error, together?.r2)
  }

  var text: String {
    var table = TextTable(header: ["error per target", "", "R2"])
    table.rows = [
      ["training", NumberText.significant(trainingError), ""],
      ["leave-one-out (exact)", NumberText.optional(leaveOneOutError), NumberText.optional(r2, 3)],
    ]
    if let groups {
      table.rows.append([
        "leave-group-out (exact, \(NumberText.count(groups)) groups)", NumberText.optional(leaveGroupOutError),
        NumberText.optional(leaveGroupOutR2, 3),
      ])
    }
    let rim = hiddenRim > 0 ? " with \(hiddenRim) pixel\(hiddenRim == 1 ? "" : "s") around them" : ""
    let what = colorMap.map { "their colours by \($0)" } ?? "\(NumberText.count(targets)) targets"
    return """
      \(NumberText.count(rows)) rows, \(NumberText.count(columns)) columns in \(NumberText.count(blocks)) blocks hidden one at a \
      time\(rim), \(what) predicted from the others; hide rate \(NumberText.significant(hideRate)), ridge \
      \(NumberText.significant(ridge))

      \(table.rendered(.output))
      """
  }
}

extension TargetsOption {
  /// What to say of a colour map whatever the errors are.
  var notes: [JSONWarning] {
    guard let map, map.map != .grey else { return [] }
    return [
      JSONWarning(
        code: "colour-map-is-known",
        message:
          "A colour map is a known function of the pixels: features made by applying it beat features made by predicting it.",
        remedy: "Compare with principal components of the coloured pixels ('pretell reproduce pseudo-colour').")
    ]
  }
}

/// Errors along penalties.
struct TargetPathReport: Codable {
  let rows: Int
  let columns: Int
  let targets: Int
  let path: [Point]
  let best: Point

  struct Point: Codable, ErrorsAtRidge {
    let ridge: Double
    let trainingError: Double
    let leaveOneOutError: Double?
    /// Absent without groups.
    let leaveGroupOutError: Double?

    init(_ errors: TargetErrors) {
      (ridge, trainingError) = (errors.ridge, errors.trainingError)
      (leaveOneOutError, leaveGroupOutError) = (errors.leaveOneOutError, errors.leaveGroupOut?.error)
    }
  }

  init(_ path: [TargetErrors], best: TargetErrors) {
    (rows, columns, targets) = (best.rows, best.columns, best.targets)
    (self.path, self.best) = (path.map(Point.init), Point(best))
  }

  var text: String {
    let table = TextTable(along: path, hasGroups: best.leaveGroupOutError != nil)
    return """
      \(NumberText.count(rows)) rows, \(NumberText.count(columns)) columns, \(NumberText.count(targets)) targets
      \(best.smallestError)

      \(table.rendered(.output))
      """
  }
}

extension MaskedFigures {
  /// Errors of targets against the penalty.
  static func path(_ path: [TargetErrors], best: TargetErrors) -> Figure {
    let points = path.filter { $0.ridge > 0 }
    func curve(_ label: String, _ role: SeriesRole, _ value: (TargetErrors) -> Double?) -> Series {
      let known = points.compactMap { errors in value(errors).map { (errors.ridge, $0) } }
      return .line(label, x: known.map(\.0), y: known.map(\.1), role: role)
    }
    var series = [
      curve("leave-one-out", .theory) { $0.leaveOneOutError }, curve("training", .baseline) { $0.trainingError },
    ]
    if best.leaveGroupOut != nil {
      series.insert(curve("leave-group-out", .rival) { $0.leaveGroupOut?.error }, at: 1)
    }
    return Figure(
      title: "Targets of hidden blocks",
      panels: [
        Panel(
          xAxis: Axis("ridge penalty", scale: .log10), yAxis: Axis("error per target"), series: series,
          marks: [.vertical(at: best.ridge, label: "best")])
      ])
  }
}
