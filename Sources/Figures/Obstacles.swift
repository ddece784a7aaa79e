import Foundation

/// Where a panel already has ink, as points in fractions of its frame; finds the emptiest place for text.
struct Obstacles {
  private var points: [(x: Double, y: Double)] = []
  private let panel: DrawnPanel

  init(_ panel: DrawnPanel) {
    self.panel = panel
    for one in panel.series { add(one) }
    for mark in panel.panel.marks where mark.direction == .vertical && panel.xRange.contains(mark.value) {
      addSegment((x(mark.value), 0), (x(mark.value), 1))
    }
  }

  /// Number of inked points in a rectangle.
  func count(in rectangle: Rectangle) -> Int { points.count { rectangle.contains($0.x, $0.y) } }

  mutating func add(_ rectangle: Rectangle) {
    for row in 0...8 {
      let height = rectangle.bottom + rectangle.height * Double(row) / 8
      addSegment((rectangle.left, height), (rectangle.right, height))
    }
  }

  mutating func addHorizontal(at value: Double) { addSegment((0, y(value)), (1, y(value))) }

  func x(_ value: Double) -> Double { Self.fraction(value, panel.xRange, panel.panel.xAxis.scale) }
  func y(_ value: Double) -> Double { Self.fraction(value, panel.yRange, panel.panel.yAxis.scale) }

  private mutating func add(_ series: Series) {
    var last: (Double, Double)?
    for row in series.rows {
      switch series.shape {
      case .line, .linePoints, .steps:
        let point = (x(row.x), y(row.y ?? 0))
        addSegment(last ?? point, point)
        last = point
      case .points, .band:
        let low = row.low ?? row.y ?? 0
        let high = row.high ?? row.y ?? 0
        addSegment((x(row.x), y(low)), (x(row.x), y(high)))
        if series.shape == .band, let last { addSegment(last, (x(row.x), y(high))) }
        last = (x(row.x), y(high))
      case .bars, .boxes, .cells:
        let isBar = series.shape == .bars
        let ends = [isBar ? 0 : row.low ?? 0, row.high ?? row.y ?? 0, isBar ? row.y ?? 0 : row.low ?? 0].map(y)
        let (low, high) = (ends.min() ?? 0, ends.max() ?? 0)
        let left = x(row.left ?? row.x)
        add(Rectangle(left: left, bottom: low, width: x(row.right ?? row.x) - left, height: high - low))
      }
    }
  }

  /// Points every hundredth of the frame along the part of the segment that lies in it.
  private mutating func addSegment(_ from: (Double, Double), _ to: (Double, Double)) {
    let delta = (to.0 - from.0, to.1 - from.1)
    var (start, end) = (0.0, 1.0)
    for (place, step) in [(from.0, delta.0), (from.1, delta.1)] {
      if step == 0 {
        if !(0...1).contains(place) { return }
        continue
      }
      let crossings = [-place / step, (1 - place) / step]
      start = max(start, min(crossings[0], crossings[1]))
      end = min(end, max(crossings[0], crossings[1]))
    }
    guard start <= end else { return }
    let length = (end - start) * max(abs(delta.0), abs(delta.1))
    guard length.isFinite else { return }
    let pieces = max(Int((min(length, 2) * 100).rounded(.up)), 1)
    for piece in 0...pieces {
      let share = start + (end - start) * Double(piece) / Double(pieces)
      points.append((x: from.0 + share * delta.0, y: from.1 + share * delta.1))
    }
  }

  private static func fraction(_ value: Double, _ range: ClosedRange<Double>, _ scale: Axis.Scale) -> Double {
    let span: (Double, Double, Double) =
      scale == .log10
      ? (log10(max(value, .leastNormalMagnitude)), log10(range.lowerBound), log10(range.upperBound))
      : (value, range.lowerBound, range.upperBound)
    return min(max((span.0 - span.1) / (span.2 - span.1), -1e6), 1e6)
  }
}
