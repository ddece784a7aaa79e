import LinearAlgebra

/// Where masked regression beats principal components, over a family of populations and rows per column.
public struct MaskedPhaseDiagram: Sendable {
  /// One-parameter families of populations.
  public enum Family: Sendable, Equatable {
    /// Correlation rho of neighbouring columns.
    case autoregressive
    /// Strength of one delocalised spike.
    case spiked

    func population(_ parameter: Double, columns: Int) throws -> MaskedPopulation {
      switch self {
      case .autoregressive: try .autoregressive(parameter, columns: columns)
      case .spiked: try .spiked([parameter], columns: columns)
      }
    }
  }

  public struct Cell: Sendable {
    public let parameter: Double
    public let rowsPerColumn: Double
    public let comparison: MaskedVersusPCA
  }

  public let family: Family
  public let parameters: [Double]
  public let rowsPerColumn: [Double]
  /// Row after row: for each number of rows per column all parameters.
  public let cells: [Cell]

  public init(
    _ family: Family, parameters: [Double], rowsPerColumn: [Double], columns: Int,
    progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) throws {
    precondition(columns > 0 && rowsPerColumn.allSatisfy { $0 > 0 }, "\(columns) columns, \(rowsPerColumn) rows each")
    self.family = family
    self.parameters = parameters
    self.rowsPerColumn = rowsPerColumn
    let populations = try parameters.map { try family.population($0, columns: columns) }
    var cells: [Cell] = []
    for ratio in rowsPerColumn {
      try progress(cells.count, rowsPerColumn.count * parameters.count)
      for (parameter, population) in zip(parameters, populations) {
        let rows = max(1, Int((ratio * Double(columns)).rounded()))
        cells.append(
          Cell(parameter: parameter, rowsPerColumn: ratio, comparison: try MaskedVersusPCA(population, rows: rows)))
      }
    }
    self.cells = cells
  }

  /// A number of every cell, row after row.
  public func table(_ value: (MaskedVersusPCA) -> Double) -> [[Double]] {
    stride(from: 0, to: cells.count, by: parameters.count).map { start in
      cells[start..<start + parameters.count].map { value($0.comparison) }
    }
  }
}
