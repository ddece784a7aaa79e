import ArgumentParser
import Pretell

struct MaskedSpectrumVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "spectrum",
    abstract: "Eigenvalues of the weights: density, edges, atom and outliers of a population, or of data.",
    discussion: """
      Examples:  pretell masked spectrum --covariance spiked:3 --columns 200 --rows 400 --ridge 0.2
                 pretell masked spectrum Examples/digits_x.npy --ridge 1 --figure spectrum.svg
      """)

  @Argument(help: ArgumentHelp("Rows: .csv, .npy, .npz, .safetensors, or sparse.", valueName: "data"))
  var data: String?

  @OptionGroup var preparation: MaskedPreparationOptions
  @OptionGroup var ridge: RidgeOption
  @OptionGroup var population: PopulationOptions
  @OptionGroup var table: MaskedColumnOptions
  @OptionGroup var common: CommonOptions

  @Option(name: .long, help: ArgumentHelp("Rows drawn from the population.", valueName: "n"))
  var rows: Int?

  @Option(name: .long, help: ArgumentHelp("Points of the density.", valueName: "n"))
  var points = 160

  @Option(name: .long, help: ArgumentHelp("Draw the density or the histogram.", valueName: "file"))
  var figure: String?

  static var answers: [any Codable.Type] { [WithUses<SampleBody>.self, LawBody.self] }

  var files: FileUse {
    .input(data, "DATA") + ridge.files + population.files + common.files + .figure(figure)
  }

  var memoryLimit: MemorySize? { preparation.memory }

  func validate() throws {
    if (data == nil) == (population.covariance == nil) {
      throw ValidationError("Give either a file of rows or --covariance.")
    }
    if population.covariance != nil, (rows ?? 0) < 1 { throw ValidationError("--covariance needs --rows.") }
    if !(8...1_000_000).contains(points) {
      throw ValidationError("--points must lie between 8 and a million, not \(points).")
    }
  }

  func run() throws {
    common.begin()
    if let world = try population.population(table) { return try theory(world) }
    let source = try MaskedData(data!, preparation, table)
    let path = try source.naming(data!) { MaskedPath(try source.spectrum(preparation)) }
    let asked = try ridge.number(divisor: path.spectrum.divisor)
    let penalty = try asked ?? path.bestRidge().ridge.value(0)
    let values = try path.spectrum.weightEigenvalues(ridge: penalty, memory: preparation.limit)
    let body = SampleBody(
      rows: path.spectrum.rows, columns: path.spectrum.columns, droppedColumns: source.dropped(preparation),
      ridge: penalty, eigenvalues: values)
    try common.finish(
      "masked spectrum", json: WithUses(body: body, columnsUsed: source.uses), text: body.text,
      warnings: source.notes.map(JSONWarning.init),
      files: [.figure(figure) { MaskedFigures.eigenvalues(values, ridge: penalty) }])
  }

  private func theory(_ world: MaskedPopulation) throws {
    let penalty = try ridge.number(divisor: Double(rows!)) ?? MaskedRisk(world, rows: rows!).optimum().errors.ridge
    let law = try MaskedSpectrumLaw(world, rows: rows!, ridge: penalty)
    let shape = try law.shape(points: points)
    let outliers = try law.outliers()
    let body = LawBody(law, shape: shape, outliers: outliers)
    try common.finish(
      "masked spectrum", json: body, text: body.text, warnings: body.warnings,
      files: [.figure(figure) { MaskedFigures.spectrum(shape, outliers: outliers, title: world.name) }])
  }

  private struct SampleBody: Codable {
    let rows: Int
    let columns: Int
    /// Absent unless asked for.
    let droppedColumns: [String]?
    let ridge: Double
    let eigenvalues: [Double]

    var text: String {
      let ends = "from \(NumberText.optional(eigenvalues.last)) to \(NumberText.optional(eigenvalues.first))"
      let largest = eigenvalues.prefix(8).map { NumberText.significant($0) }.joined(separator: ", ")
      return """
        \(NumberText.count(rows)) rows, \(NumberText.count(columns)) columns, ridge \(NumberText.significant(ridge))
        eigenvalues of the weights \(ends); the largest: \(largest)\(droppedColumns.map { "\n" + DroppedColumns.text($0) } ?? "")
        """
    }
  }

  private struct LawBody: Codable {
    let population: String
    let rows: Int
    let columns: Int
    let ridge: Double
    let density: [Point]
    /// The density is infinite at the lower edge (integrably); that point is left out.
    let divergesAtLowerEdge: Bool
    let edges: Edges
    let atom: Atom?
    let outliers: [Outlier]

    struct Point: Codable {
      let eigenvalue: Double
      let density: Double
    }
    struct Edges: Codable {
      let lower: Double
      let upper: Double
    }
    struct Atom: Codable {
      let eigenvalue: Double
      let mass: Double
    }
    struct Outlier: Codable {
      let spike: Double
      let side: String
      /// Across the spike, on the columns it stands on.
      let transverse: Bool
      let threshold: Double
      let position: Double?
      let overlap: Double
    }

    init(_ law: MaskedSpectrumLaw, shape: MaskedSpectrumLaw.Shape, outliers: [MaskedOutlier]) {
      population = law.population.name
      rows = law.rows
      columns = law.population.columns
      ridge = law.ridge
      density = shape.points.map { Point(eigenvalue: $0.eigenvalue, density: $0.density) }
      divergesAtLowerEdge = shape.divergesAtLowerEdge
      edges = Edges(lower: shape.lowerEdge, upper: shape.upperEdge)
      atom = shape.atom.map { Atom(eigenvalue: $0.eigenvalue, mass: $0.mass) }
      let threshold = DelocalizedSpike.threshold(aspect: Double(columns) / Double(rows))
      let strengths = law.population.spikes.map(\.strength)
      self.outliers = strengths.indices.filter { !strengths[..<$0].contains(strengths[$0]) }.flatMap { index in
        let spike = strengths[index]
        let found = outliers.filter { $0.spike == spike }.map {
          Outlier(
            spike: spike, side: $0.side.rawValue, transverse: $0.isTransverse, threshold: threshold,
            position: $0.position, overlap: $0.overlap)
        }
        let hidden = strengths.count { $0 == spike } - found.count { !$0.transverse }
        let none = Outlier(
          spike: spike, side: spike > 0 ? "top" : "bottom", transverse: false, threshold: threshold, position: nil,
          overlap: 0)
        return found + [Outlier](repeating: none, count: max(0, hidden))
      }
    }

    var warnings: [JSONWarning] {
      if !divergesAtLowerEdge { return [] }
      return [
        JSONWarning(
          code: "density-diverges",
          message: "With as many rows as columns the density grows without bound towards the lower edge.",
          remedy: "Its mass there is finite; the point itself is left out of the numbers and of the figure.")
      ]
    }

    var text: String {
      var lines = [
        "\(population): \(NumberText.count(rows)) rows, \(NumberText.count(columns)) columns, ridge \(NumberText.significant(ridge))",
        "eigenvalues of the weights from \(NumberText.significant(edges.lower)) to \(NumberText.significant(edges.upper))",
      ]
      if let atom {
        lines.append(
          "\(NumberText.percent(atom.mass)) of them near \(NumberText.significant(atom.eigenvalue)), directions that the rows never saw"
        )
      }
      if outliers.isEmpty { return lines.joined(separator: "\n") }
      var table = TextTable(header: ["spike", "threshold", "outlier", "overlap", ""], leftAligned: [4])
      table.rows = outliers.map { outlier in
        [
          NumberText.significant(outlier.spike), NumberText.significant(outlier.threshold),
          outlier.position.map { NumberText.significant($0) } ?? "none", NumberText.significant(outlier.overlap, 3),
          outlier.position == nil ? "" : outlier.side + (outlier.transverse ? ", across the spike" : ""),
        ]
      }
      return lines.joined(separator: "\n") + "\n\n" + table.rendered(.output)
    }
  }
}
