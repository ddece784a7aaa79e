import Randomness

/// The rows that an encoder is best trained on for a forecast: all, two halves, four quarters, disjoint within a size. At equal epochs
/// they cost three trainings on all rows.
public struct EncoderParts: Sendable {
  public struct Part: Sendable {
    public let name: String
    /// Ascending, counted from 0.
    public let rows: [Int]
  }

  public let parts: [Part]

  /// Rows that can be cut into quarters of two.
  public static let fewestRows = 8

  /// - Parameter seed: the same seed and count give the same parts on every machine.
  public init(rows count: Int, seed: UInt64 = 0) {
    precondition(count >= Self.fewestRows, "quarters of \(count) rows")
    var stream = RandomStream(seed: seed, purpose: Purpose.encoderParts)
    let order = stream.permutation(count)
    func part(_ name: String, _ position: Int, of pieces: Int) -> Part {
      let (first, last) = (count * position / pieces, count * (position + 1) / pieces)
      return Part(name: name, rows: order[first..<last].sorted())
    }
    parts =
      [part("full", 0, of: 1)] + (0..<2).map { part("half-\($0)", $0, of: 2) }
      + (0..<4).map { part("quarter-\($0)", $0, of: 4) }
  }

  /// In trainings on all rows, at equal epochs.
  public var units: Double {
    Double(parts.reduce(0) { $0 + $1.rows.count }) / Double(parts[0].rows.count)
  }
}
