/// One thing drawn in a panel: its label, its role and its rows.
///
/// Made by the functions in `Series+Kinds.swift`. Rows with a number that is not finite are left out there and counted
/// in `dropped`; `Figure.write(to:)` reports the count.
public struct Series: Sendable, Equatable {
  /// How the rows are drawn.
  enum Shape: Sendable, Equatable {
    case line
    case points
    case linePoints
    case band
    case steps
    case bars
    case boxes
    case cells(ColorScale)
  }

  /// One drawn thing: a vertex, a point with its error bar, a bar or a cell.
  struct Row: Sendable, Equatable {
    var x: Double
    var y: Double?
    var low: Double?
    var high: Double?
    /// A cell's value; it has color instead of height.
    var value: Double?
    /// Horizontal extent of a bar or cell.
    var left: Double?
    var right: Double?
    /// A bar's category, in place of the number x.
    var name: String?

    var isFinite: Bool {
      [x, y, low, high, value, left, right].allSatisfy { abs($0 ?? 0) <= Series.largest }
    }
  }

  /// Text in the legend; an empty one leaves the series out of the legend.
  public var label: String
  public var role: SeriesRole
  /// How many of the given rows had a number that is not finite, and are not drawn.
  public let dropped: Int
  let shape: Shape
  let rows: [Row]

  /// Larger numbers are not drawn: differences of them would overflow.
  static let largest = 1e200
  /// Ranges narrower than this have no ticks: steps would be subnormal.
  static let least = 1e-290

  init(_ label: String, _ role: SeriesRole, _ shape: Shape, rows: [Row], alreadyDropped: Int = 0) {
    self.label = label
    self.role = role
    self.shape = shape
    self.rows = rows.filter(\.isFinite)
    self.dropped = alreadyDropped + rows.count - self.rows.count
  }
}

/// How a heat map's values become colors.
public enum ColorScale: Sendable, Equatable {
  /// Dark blue to yellow (viridis), lowest to highest value.
  case sequential
  /// Blue below the centre, white at it, orange above; as far on one side as on the other.
  case diverging(center: Double)
}
