import CDataFiles
import LinearAlgebra

/// What a file holds, column by column.
public struct DataDescription: Sendable, Codable {
  public let file: String
  /// csv, npy, npz or safetensors.
  public let format: String
  public let rows: Int
  public let columns: Int
  /// How arrays store their numbers.
  public let elementType: String?
  public let details: [Column]
  /// Pairs of columns (from 1) that vary and are equal in every row.
  public let duplicates: [[Int]]
  /// Not written with the rest.
  public private(set) var warnings: [DataFileWarning] = []

  private enum CodingKeys: String, CodingKey { case file, format, rows, columns, elementType, details, duplicates }

  public struct Column: Sendable, Codable {
    public let name: String
    /// Of the finite numbers, like the next three.
    public let minimum: Double?
    public let mean: Double?
    public let maximum: Double?
    public let standardDeviation: Double?
    /// Cells that are missing.
    public let missing: Int
    /// Cells that are infinite.
    public let infinite: Int
    /// Cells that are not numbers.
    public let text: Int
    /// How many different numbers; nil where there are more than 100.
    public let distinct: Int?
    public let isConstant: Bool
  }

  /// Reads the file once, in blocks; cells that are not numbers are counted, not refused.
  public init(_ path: String) throws {
    let source = try DataSource(path)
    let stream = try RowStream(source, options: ReadOptions())
    let tallies = try Self.tallies(stream)
    file = path
    format = source.format.name
    elementType = source.text == nil ? try source.array().type.name : nil
    rows = tallies.first?.rows ?? 0
    columns = stream.columns
    details = tallies.enumerated().map { Column(name: stream.columnNames?[$0] ?? "x\($0 + 1)", tally: $1) }
    duplicates = Self.duplicates(tallies)
    warnings = stream.warnings
  }

  private static func tallies(_ stream: RowStream) throws -> [Tally] {
    var tallies = [Tally](repeating: Tally(), count: stream.columns)
    try stream.forEachBlock(policy: .keepAll, blockBytes: 1 << 24) { block in
      block.storage.withUnsafeBufferPointer { storage in
        tallies.withUnsafeMutableBufferPointer { buffer in
          nonisolated(unsafe) let (storage, tallies) = (storage, buffer)
          Parallel.forEach(count: block.columns) { column in
            for row in 0..<block.rows { tallies[column].add(storage[row * block.columns + column]) }
          }
        }
      }
    }
    return tallies
  }

  /// Columns with equal fingerprints of 64 bits.
  private static func duplicates(_ tallies: [Tally]) -> [[Int]] {
    var first: [UInt64: Int] = [:]
    var pairs: [[Int]] = []
    for (index, tally) in tallies.enumerated() where !tally.isConstant && tally.finite > 0 {
      if let twin = first[tally.fingerprint] {
        pairs.append([twin + 1, index + 1])
      } else {
        first[tally.fingerprint] = index
      }
    }
    return pairs
  }
}

/// What is known of a column after some of its rows.
private struct Tally {
  var rows = 0
  var finite = 0
  var missing = 0
  var infinite = 0
  var text = 0
  var minimum = Double.infinity
  var maximum = -Double.infinity
  /// Sums of what is left after the first number is taken off.
  var origin = 0.0
  var sum = 0.0
  var squares = 0.0
  var distinct: Set<UInt64> = []
  var isManyValued = false
  var fingerprint: UInt64 = 0xCBF2_9CE4_8422_2325

  static let mostDistinct = 100

  var isConstant: Bool { finite > 1 && finite == rows && minimum == maximum }

  mutating func add(_ value: Double) {
    rows += 1
    fingerprint = (fingerprint ^ (value + 0).bitPattern) &* 0x9E37_79B9_7F4A_7C15
    fingerprint ^= fingerprint >> 29
    guard value.isFinite else {
      if value.isInfinite {
        infinite += 1
      } else if value.bitPattern == pdata_text_bits {
        text += 1
      } else {
        missing += 1
      }
      return
    }
    if finite == 0 { origin = value }
    finite += 1
    minimum = min(minimum, value)
    maximum = max(maximum, value)
    sum += value - origin
    squares += (value - origin) * (value - origin)
    if isManyValued { return }
    distinct.insert((value + 0).bitPattern)
    isManyValued = distinct.count > Self.mostDistinct
  }
}

extension DataDescription.Column {
  fileprivate init(name: String, tally: Tally) {
    let count = Double(tally.finite)
    let isEmpty = tally.finite == 0
    self.name = name
    minimum = isEmpty ? nil : tally.minimum
    maximum = isEmpty ? nil : tally.maximum
    mean = isEmpty ? nil : tally.origin + tally.sum / count
    let variance = (tally.squares - tally.sum * tally.sum / count) / (count - 1)
    standardDeviation = tally.finite > 1 ? max(variance, 0).squareRoot() : nil
    (missing, infinite, text) = (tally.missing, tally.infinite, tally.text)
    distinct = tally.isManyValued ? nil : tally.distinct.count
    isConstant = tally.isConstant
  }
}
