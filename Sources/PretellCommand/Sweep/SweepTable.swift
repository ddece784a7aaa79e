import Foundation
import Pretell

/// Summaries of cells as a table: one row a cell.
struct SweepTable {
  enum Field {
    case text(String)
    case integer(Int)
    case number(Double)
    case none
  }

  let header: [String]
  let rows: [[Field]]

  /// `keys` come first, in their order; columns of the replicates only where `isSimulated`.
  init(_ cells: [CellSummary], keys: [String], probabilities: [Double], isSimulated: Bool) {
    let columns =
      Self.lawColumns(probabilities) + (isSimulated ? Self.simulatedColumns(probabilities) : [])
      + [Column("problem") { .init($0.stored.problem) }]
    header = keys + columns.map(\.name)
    rows = cells.map { cell in
      let settings = Dictionary(cell.stored.cell.settings.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
      return keys.map { Field(literal: settings[$0]) } + columns.map { $0.value(cell) }
    }
  }

  private struct Column {
    let name: String
    let value: (CellSummary) -> Field

    init(_ name: String, _ value: @escaping (CellSummary) -> Field) {
      self.name = name
      self.value = value
    }
  }

  private static func lawColumns(_ probabilities: [Double]) -> [Column] {
    [
      Column("unlabeled") { .integer($0.stored.unlabeled) }, Column("labeled") { .integer($0.stored.labeled) },
      Column("ratio") { .number($0.stored.ratio) }, Column("noise_variance") { .init($0.law?.noiseVariance) },
      Column("effective_dimension") { .init($0.law?.effectiveDimension) },
      Column("active_dimension") { .init($0.law?.activeDimension) },
      Column("base_dimension") { .init($0.law?.baseDimension) },
      Column("interaction_mean") { .init($0.law?.interaction.mean) },
      Column("crossover_ratio") { .init(finite: $0.law?.crossoverRatio) },
      Column("scaled_excess_risk") { .init($0.scaledExcessRisk?.mean) },
      Column("scaled_standard_deviation") { .init($0.scaledExcessRisk?.standardDeviation) },
    ]
      + probabilities.map { p in
        Column("scaled_quantile_\(p)") { .init($0.scaledExcessRisk?.quantile(p)) }
      } + [
        Column("excess_risk") { cell in .init(cell.scaledExcessRisk.map { $0.mean / Double(cell.stored.labeled) }) },
        Column("risk") { cell in
          .init(cell.law?.meanRisk(unlabeled: cell.stored.unlabeled, labeled: cell.stored.labeled))
        },
        Column("far_from_limit") { cell in .init(cell.law.map { _ in cell.sizeWarnings.isEmpty ? 0 : 1 }) },
      ] + detailColumns
  }

  /// The rest of what `law` reports, under the same names.
  private static var detailColumns: [Column] {
    [
      Column("interaction_standard_deviation") { .init($0.law?.interaction.standardDeviation) },
      Column("label_term") { .init($0.law?.labelTerm) },
      Column("penalty_term") { .init($0.penalized?.penaltyTerm) },
      Column("base_penalty_term") { .init($0.penalized?.basePenaltyTerm) },
      Column("same_ridge_crossover_ratio") { .init(finite: $0.penalized?.crossoverRatio(against: .samePenalty)) },
      Column("rank_gap") { .init($0.law?.rankGap) }, Column("relative_error") { .init($0.law?.relativeError) },
    ]
  }

  private static func simulatedColumns(_ probabilities: [Double]) -> [Column] {
    [
      Column("replicates") { .integer($0.simulated?.sample.count ?? 0) },
      Column("failed_replicates") { .integer($0.failed) },
      Column("simulated_scaled_excess_risk") { .init($0.simulated?.sample.mean) },
      Column("simulated_standard_error") { .init($0.simulated?.sample.standardError) },
    ]
      + probabilities.map { p in
        Column("simulated_quantile_\(p)") { .init($0.simulated?.sample.quantile(p)) }
      } + [
        Column("simulated_variance") { .init($0.simulated?.parts.variance) },
        Column("simulated_leakage") { .init($0.simulated?.parts.leakage) },
        Column("simulated_representation") { .init($0.simulated?.parts.representation) },
        Column("kolmogorov_distance") { .init($0.simulated?.kolmogorovDistance) }, Column("z") { .init($0.z) },
      ]
  }
}

extension CellSummary {
  /// The law where its head has a penalty.
  fileprivate var penalized: LimitLaw? { law.flatMap { $0.penaltyTerm > 0 ? $0 : nil } }
}

extension SweepTable.Field {
  /// None where a value is infinite.
  init(finite value: Double?) { self = value.flatMap { $0.isFinite ? .number($0) : nil } ?? .none }
  init(_ value: Double?) { self = value.map { .number($0) } ?? .none }
  init(_ value: Int?) { self = value.map { .integer($0) } ?? .none }
  init(_ value: String?) { self = value.map { .text($0) } ?? .none }

  /// A value as an instance file has it.
  init(literal: String?) {
    guard let literal else {
      self = .none
      return
    }
    let isQuoted = literal.count > 1 && literal.hasPrefix("\"") && literal.hasSuffix("\"")
    self =
      Int(literal).map { .integer($0) } ?? Double(literal).map { .number($0) }
      ?? .text(isQuoted ? String(literal.dropFirst().dropLast()) : literal)
  }

  /// nil for text and for what is not there.
  var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    case .text, .none: nil
    }
  }

  /// Every digit.
  var csv: String {
    switch self {
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let text):
      text.contains { ",\"\n".contains($0) } ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    case .none: ""
    }
  }
}

extension SweepTable.Field: Codable, DescribesItsJSON {
  static var jsonSchema: JSONSchema { .anyOf([.string, .integer, .number, .null]) }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .none
    } else if let whole = try? container.decode(Int.self) {
      self = .integer(whole)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  func encode(to encoder: Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let text): try container.encode(text)
    case .none: try container.encodeNil()
    }
  }
}

// MARK: writing

extension SweepTable {
  var csv: String {
    ([header.map { Field.text($0).csv }] + rows.map { $0.map(\.csv) }).map { $0.joined(separator: ",") }
      .joined(separator: "\n")
  }

  /// One dictionary a row.
  var records: [[String: Field]] {
    rows.map { Dictionary(zip(header, $0), uniquingKeysWith: { first, _ in first }) }
  }

  /// Columns of numbers, for NumPy: NaN where there is none; columns of text are left out.
  var arrays: [(name: String, matrix: Matrix)] {
    header.indices.compactMap { column in
      let fields = rows.map { $0[column] }
      if fields.contains(where: { if case .text = $0 { true } else { false } }) || header[column] == "problem" {
        return nil
      }
      let numbers = fields.map { $0.number ?? .nan }
      return (header[column], Matrix(rows: numbers.count, columns: 1, storage: numbers))
    }
  }
}
