import CLinearAlgebra

/// The moments of the panels one lane has taken, and the panel of rows on its way in.
struct GramLane: Sendable {
  private(set) var filled = 0
  private var panel: [Double] = []
  /// Column sums of the panel's rows minus its first row.
  private var offsets: [Double]
  private var moments: CentredMoments

  init(columns: Int) {
    offsets = [Double](repeating: 0, count: columns)
    moments = CentredMoments(columns: columns)
  }

  private var columns: Int { offsets.count }

  mutating func append<T: BinaryFloatingPoint>(_ rows: UnsafeBufferPointer<T>) {
    if rows.isEmpty { return }
    growPanel(toHold: filled * columns + rows.count)
    let (start, columns) = (filled * columns, columns)
    panel.withUnsafeMutableBufferPointer { panel in
      offsets.withUnsafeMutableBufferPointer { offsets in
        // The branches specialize the loop for the types that files have.
        let raw = UnsafeRawBufferPointer(rows)
        if T.self == Double.self {
          copyRows(raw.bindMemory(to: Double.self), into: panel, start, columns, offsets)
        } else if T.self == Float.self {
          copyRows(raw.bindMemory(to: Float.self), into: panel, start, columns, offsets)
        } else {
          copyRows(rows, into: panel, start, columns, offsets)
        }
      }
    }
    filled += rows.count / columns
  }

  /// A first small block must not cost a whole panel's memory.
  private mutating func growPanel(toHold entries: Int) {
    if panel.count >= entries { return }
    let full = GramAccumulator.panelRows * columns
    let size = min(full, max(entries, 2 * panel.count))
    panel += [Double](repeating: 0, count: size - panel.count)
  }

  /// Moves the panel into the moments.
  mutating func multiply() {
    if filled == 0 { return }
    let rows = filled
    filled = 0
    var own = [Double]()
    swap(&own, &panel)
    own.withUnsafeMutableBufferPointer { centreAndMerge($0, rows: rows) }
    swap(&own, &panel)
  }

  /// The same for a panel that lies elsewhere, which is centred in its place; nothing happens and false is returned where an
  /// entry may be NaN or infinite.
  mutating func multiply(_ rows: UnsafeMutableBufferPointer<Double>) -> Bool {
    precondition(filled == 0, "\(filled) rows are waiting")
    sumOffsets(rows)
    if !offsets.allSatisfy(\.isFinite) {
      for j in offsets.indices { offsets[j] = 0 }
      return false
    }
    centreAndMerge(rows, rows: rows.count / columns)
    return true
  }

  private mutating func centreAndMerge(_ panel: UnsafeMutableBufferPointer<Double>, rows: Int) {
    let columns = columns
    let mean = SplitMean(base: Array(panel[0..<columns]), offset: offsets.map { $0 / Double(rows) })
    mean.rounded.withUnsafeBufferPointer { mean in
      nonisolated(unsafe) let (mean, panel) = (mean.baseAddress!, panel.baseAddress!)
      Self.forEachPart(of: columns) { first, width in
        pla_subtract_row(rows, width, columns, mean + first, panel + first)
      }
    }
    moments.merge(centred: UnsafePointer(panel.baseAddress!), rows: rows, mean: mean)
    for j in 0..<columns { offsets[j] = 0 }
  }

  private mutating func sumOffsets(_ rows: UnsafeMutableBufferPointer<Double>) {
    let columns = columns
    offsets.withUnsafeMutableBufferPointer { offsets in
      let count = rows.count / columns
      nonisolated(unsafe) let (offsets, rows) = (offsets.baseAddress!, rows.baseAddress!)
      Self.forEachPart(of: columns) { first, width in
        pla_column_offsets(count, width, columns, rows + first, offsets + first)
      }
    }
  }

  /// Columns in parts for threads to share, where one lane is all there is.
  private static func forEachPart(of columns: Int, _ body: @Sendable (_ first: Int, _ width: Int) -> Void) {
    let part = columns <= 1024 ? columns : 512
    Parallel.forEach(count: (columns + part - 1) / part) { body($0 * part, min(part, columns - $0 * part)) }
  }

  /// The moments, leaving none behind (so that merging them copies nothing).
  mutating func takeMoments() -> CentredMoments {
    var taken = CentredMoments(columns: columns)
    swap(&taken, &moments)
    return taken
  }
}

/// panel[start + k] = rows[k], and offsets += rows - the panel's first row.
@inline(__always)
private func copyRows<T: BinaryFloatingPoint>(
  _ rows: UnsafeBufferPointer<T>, into panel: UnsafeMutableBufferPointer<Double>, _ start: Int, _ columns: Int,
  _ offsets: UnsafeMutableBufferPointer<Double>
) {
  if start == 0 { for j in 0..<columns { panel[j] = Double(rows[j]) } }
  for base in stride(from: 0, to: rows.count, by: columns) {
    for j in 0..<columns {
      let value = Double(rows[base + j])
      panel[start + base + j] = value
      offsets[j] += value - panel[j]
    }
  }
}
