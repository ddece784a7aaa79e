import Foundation

extension Series {
  /// A line through (x_i, y_i) in the given order; one place alone is a point.
  public static func line(_ label: String, x: [Double], y: [Double], role: SeriesRole = .automatic) -> Series {
    Series(label, role, Set(x).count == 1 && Set(y).count == 1 ? .points : .line, rows: pairs(x, y, nil, nil))
  }

  /// A line with a point at each (x_i, y_i).
  public static func linePoints(_ label: String, x: [Double], y: [Double], role: SeriesRole = .automatic) -> Series {
    Series(label, role, .linePoints, rows: pairs(x, y, nil, nil))
  }

  /// Points, with a bar from low_i to high_i where those are given.
  public static func points(
    _ label: String, x: [Double], y: [Double], low: [Double]? = nil, high: [Double]? = nil,
    role: SeriesRole = .automatic
  ) -> Series {
    precondition((low == nil) == (high == nil), "points '\(label)': give both low and high or neither")
    return Series(label, role, .points, rows: pairs(x, y, low, high))
  }

  /// The area between low_i and high_i.
  public static func band(
    _ label: String, x: [Double], low: [Double], high: [Double], role: SeriesRole = .automatic
  ) -> Series {
    Series(label, role, .band, rows: pairs(x, nil, low, high))
  }

  /// The empirical distribution function of a sample: steps of 1/count at the sorted values.
  ///
  /// More than 2000 values are drawn as their 2000 quantiles, so the curve is off by at most 1/4000.
  public static func steps(_ label: String, sample: [Double], role: SeriesRole = .automatic) -> Series {
    let values = sample.filter { abs($0) <= largest }.sorted()
    let count = values.count
    let drawn = min(count, 2000)
    let rows = (0..<drawn).map { index in
      let last = (index + 1) * count / drawn
      let middle = count <= 2000 ? index : (2 * index + 1) * count / (2 * drawn)
      return Row(x: values[middle], y: Double(last) / Double(count))
    }
    return Series(label, role, .steps, rows: rows, alreadyDropped: sample.count - count)
  }

  /// One bar a category, with an error bar where low and high are given.
  ///
  /// Several `bars` series in a panel stand side by side within each category.
  public static func bars(
    _ label: String, names: [String], values: [Double], low: [Double]? = nil, high: [Double]? = nil,
    role: SeriesRole = .automatic
  ) -> Series {
    precondition(names.count == values.count, "bars '\(label)': \(names.count) names for \(values.count) values")
    precondition((low == nil) == (high == nil), "bars '\(label)': give both low and high or neither")
    var rows = pairs(names.indices.map(Double.init), values, low, high)
    for index in rows.indices { rows[index].name = names[index] }
    return Series(label, role, .bars, rows: rows)
  }

  /// One bar a category, made of parts on top of each other; negative parts hang below zero.
  ///
  /// - Returns: one series a part, each row with its lower and upper end; they must stay together in one panel.
  public static func stackedBars(names: [String], parts: [(label: String, values: [Double])]) -> [Series] {
    var above = [Double](repeating: 0, count: names.count)
    var below = above
    return parts.map { part in
      precondition(
        names.count == part.values.count, "bars '\(part.label)': \(names.count) names for \(part.values.count) values")
      let rows = names.indices.map { index -> Row in
        let value = part.values[index]
        let start = value < 0 ? below[index] : above[index]
        if value.isFinite {
          if value < 0 { below[index] += value } else { above[index] += value }
        }
        return Row(
          x: Double(index), y: value, low: min(start, start + value), high: max(start, start + value),
          left: Double(index) - 0.32, right: Double(index) + 0.32, name: names[index])
      }
      return Series(part.label, .automatic, .boxes, rows: rows)
    }
  }

  /// The histogram of a sample, scaled to area one.
  ///
  /// - Parameter bins: how many; by default Freedman and Diaconis' width 2 IQR / count^(1/3), at most 200 bins.
  public static func histogram(
    _ label: String, sample: [Double], bins: Int? = nil, role: SeriesRole = .automatic
  ) -> Series {
    let values = sample.filter { abs($0) <= largest }.sorted()
    let missing = sample.count - values.count
    guard let first = values.first, let last = values.last else {
      return Series(label, role, .boxes, rows: [], alreadyDropped: missing)
    }
    let isSpread = last - first > 1 / largest
    let span = isSpread ? last - first : max(abs(first), 1)
    let start = isSpread ? first : first - span / 2
    let count = bins ?? freedmanDiaconisCount(values, span: span)
    precondition(count > 0, "histogram '\(label)': \(count) bins")
    let width = span / Double(count)
    var heights = [Int](repeating: 0, count: count)
    for value in values { heights[min(Int((value - start) / width), count - 1)] += 1 }
    let rows = heights.indices.filter { heights[$0] > 0 }.map { index -> Row in
      let density = Double(heights[index]) / (Double(values.count) * width)
      let left = start + Double(index) * width
      return Row(x: left + width / 2, y: density, low: 0, high: density, left: left, right: left + width)
    }
    return Series(label, role, .boxes, rows: rows, alreadyDropped: missing)
  }

  /// A heat map of `values[row][column]` at (x_column, y_row), such as a phase diagram.
  ///
  /// Cells reach half-way to their neighbors (on a logarithmic axis: half-way in the logarithm). The label names the
  /// color bar. Lines and points of later series are drawn over it.
  public static func heatMap(
    _ label: String, x: [Double], y: [Double], values: [[Double]], colors: ColorScale = .sequential
  ) -> Series {
    precondition(
      values.count == y.count && values.allSatisfy { $0.count == x.count },
      "heat map '\(label)': \(values.map(\.count)) values for \(y.count) rows of \(x.count)")
    let rows = y.indices.flatMap { row in
      x.indices.map { Row(x: x[$0], y: y[row], value: values[row][$0]) }
    }
    return Series(label, .automatic, .cells(colors), rows: rows)
  }

  private static func pairs(_ x: [Double], _ y: [Double]?, _ low: [Double]?, _ high: [Double]?) -> [Row] {
    for other in [y, low, high] {
      if let other { precondition(other.count == x.count, "series of \(x.count) x and \(other.count) y values") }
    }
    return x.indices.map { Row(x: x[$0], y: y?[$0], low: low?[$0], high: high?[$0]) }
  }

  private static func freedmanDiaconisCount(_ sorted: [Double], span: Double) -> Int {
    let count = sorted.count
    let range = sorted[min(3 * count / 4, count - 1)] - sorted[count / 4]
    guard range > 0 else { return 1 }
    let width = 2 * range / pow(Double(count), 1.0 / 3)
    return Int(min(max((span / width).rounded(.up), 1), 200))
  }
}
