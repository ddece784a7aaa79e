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

  mutating func append<T: BinaryFloatingPoint & Sendable>(_ rows: UnsafeBufferPointer<T>) {
    if rows.isEmpty { return }
    growPanel(toHold: filled * columns + rows.count)
    // The branches specialize the loop for the types that files have.
    let raw = UnsafeRawBufferPointer(rows)
    if T.self == Double.self {
      copy(raw.bindMemory(to: Double.self))
    } else if T.self == Float.self {
      copy(raw.bindMemory(to: Float.self))
    } else {
      copy(rows)
    }
    filled += rows.count / columns
  }

  @inline(__always)
  private mutating func copy<T: BinaryFloatingPoint & Sendable>(_ rows: UnsafeBufferPointer<T>) {
    let (start, columns, count) = (filled * columns, columns, rows.count / columns)
    panel.withUnsafeMutableBufferPointer { panel in
      offsets.withUnsafeMutableBufferPointer { offsets in
        nonisolated(unsafe) let (rows, panel, offsets) = (rows.baseAddress!, panel.baseAddress!, offsets.baseAddress!)
        Self.forEachPart(of: columns) { first, width in
          copyRows(
            rows + first, count, width, ld: columns, into: panel + first, startingAt: start, offsets: offsets + first)
        }
      }
    }
  }

  /// A first small block must not cost a whole panel's memory.
  private mutating func growPanel(toHold entries: Int) {
    if panel.count >= entries { return }
    let full = GramAccumulator.panelRows * columns
    let size = min(full, max(entries, 2 * panel.count))
    if panel.isEmpty {
      panel = freshZeros(count: size)
    } else {
      panel += [Double](repeating: 0, count: size - panel.count)
    }
  }

  /// Moves the panel into the moments.
  mutating func multiply() {
    if filled == 0 { return }
    let rows = filled
    filled = 0
    withPanel { lane, panel in lane.centreAndMerge(panel, into: panel, rows: rows) }
  }

  /// The same for a panel that lies elsewhere, centred into `target` (where it lies, if that is its own place) or else into this
  /// lane's own; nothing happens and false is returned where an entry may be NaN or infinite.
  mutating func multiply(
    _ rows: UnsafeBufferPointer<Double>, centredInto target: UnsafeMutablePointer<Double>?
  ) -> Bool {
    precondition(filled == 0, "\(filled) rows are waiting")
    let (first, count) = (rows.baseAddress!, rows.count / columns)
    sumOffsets(first, rows: count)
    if !offsets.allSatisfy(\.isFinite) {
      for j in offsets.indices { offsets[j] = 0 }
      return false
    }
    if let target {
      centreAndMerge(first, into: target, rows: count)
    } else {
      growPanel(toHold: rows.count)
      withPanel { lane, panel in lane.centreAndMerge(first, into: panel, rows: count) }
    }
    return true
  }

  private mutating func withPanel(_ body: (inout GramLane, UnsafeMutablePointer<Double>) -> Void) {
    var own = [Double]()
    swap(&own, &panel)
    own.withUnsafeMutableBufferPointer { body(&self, $0.baseAddress!) }
    swap(&own, &panel)
  }

  private mutating func centreAndMerge(
    _ panel: UnsafePointer<Double>, into target: UnsafeMutablePointer<Double>, rows: Int
  ) {
    let columns = columns
    let first = Array(UnsafeBufferPointer(start: panel, count: columns))
    let mean = SplitMean(base: first, offset: offsets.map { $0 / Double(rows) })
    mean.rounded.withUnsafeBufferPointer { mean in
      nonisolated(unsafe) let (mean, panel, target) = (mean.baseAddress!, panel, target)
      Self.forEachPart(of: columns) { first, width in
        pla_subtract_row(rows, width, columns, mean + first, panel + first, target + first)
      }
    }
    moments.merge(centred: target, rows: rows, mean: mean)
    for j in 0..<columns { offsets[j] = 0 }
  }

  private mutating func sumOffsets(_ rows: UnsafePointer<Double>, rows count: Int) {
    let columns = columns
    offsets.withUnsafeMutableBufferPointer { offsets in
      nonisolated(unsafe) let (offsets, rows) = (offsets.baseAddress!, rows)
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

/// panel[start + k] = rows[k] for some columns of rows that are `ld` long, and offsets += rows - the panel's first row.
@inline(__always)
private func copyRows<T: BinaryFloatingPoint & Sendable>(
  _ rows: UnsafePointer<T>, _ count: Int, _ columns: Int, ld: Int, into panel: UnsafeMutablePointer<Double>,
  startingAt start: Int, offsets: UnsafeMutablePointer<Double>
) {
  if start == 0 { for j in 0..<columns { panel[j] = Double(rows[j]) } }
  for base in stride(from: 0, to: count * ld, by: ld) {
    for j in 0..<columns {
      let value = Double(rows[base + j])
      panel[start + base + j] = value
      offsets[j] += value - panel[j]
    }
  }
}
