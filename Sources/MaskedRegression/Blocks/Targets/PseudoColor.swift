import LinearAlgebra

/// A colour map: red, green and blue of a number between 0 and 1, from a table of 256 colours as Matplotlib reads it (entry floor(256 x),
/// the last one of 1).
///
/// A colour map is a known function of the input. Features made by applying it to the pixels beat predicting it: see `reproduce pseudo-colour`.
public struct PseudoColor: Sendable, Equatable {
  public let name: String
  /// Red, green and blue of each entry.
  let table: [[Double]]

  /// All maps.
  public static let all = [nipySpectral, viridis, grey]

  public static func named(_ name: String) -> PseudoColor? { all.first { $0.name == name } }

  /// The colour of a number between 0 and 1.
  public func color(_ value: Double) -> [Double] { table[min(Int(256 * value), 255)] }

  /// Colours of every entry, three for each column, together. `white` is what stands for 1.
  /// Throws `notAShade` for an entry below 0 or above `white`.
  public func targets(_ rows: Matrix, white: Double = 1) throws(MaskedRegressionError) -> Matrix {
    var result = [Double]()
    result.reserveCapacity(3 * rows.storage.count)
    for (place, value) in rows.storage.enumerated() {
      let shade = value / white
      guard shade >= 0, shade <= 1 else {
        throw .notAShade(row: place / rows.columns, column: place % rows.columns, value: value, white: white)
      }
      result += color(shade)
    }
    return Matrix(rows: rows.rows, columns: 3 * rows.columns, storage: result)
  }

  /// Red, green and blue alike.
  public static let grey = PseudoColor(
    name: "grey", table: (0..<256).map { [Double](repeating: Double($0) / 255, count: 3) })

  /// Matplotlib's nipy_spectral: linear between 21 knots at 0, .05, ..., 1.
  public static let nipySpectral = PseudoColor(
    name: "nipy_spectral",
    table: (0..<256).map { entry in
      let x = Double(entry) / 255 * 20
      let below = min(Int(x), 19)
      return spectralKnots.map { $0[below] + (x - Double(below)) * ($0[below + 1] - $0[below]) }
    })

  private static let spectralKnots: [[Double]] = [
    [
      0, 0.4667, 0.5333, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.7333, 0.9333, 1, 1, 1, 0.8667, 0.8, 0.8,
    ],
    [
      0, 0, 0, 0, 0, 0.4667, 0.6, 0.6667, 0.6667, 0.6, 0.7333, 0.8667, 1, 1, 0.9333, 0.8, 0.6, 0, 0, 0, 0.8,
    ],
    [
      0, 0.5333, 0.6, 0.6667, 0.8667, 0.8667, 0.8667, 0.6667, 0.5333, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.8,
    ],
  ]
}
