/// First and second moments of rows that arrive in blocks: count, mean and centred Gram matrix.
///
/// Rows are gathered into panels of 1024; each panel is centred at its own mean, multiplied (BLAS-3) and merged by the
/// formula of Chan, Golub and LeVeque (1983), so that neither a large common mean nor a drift costs digits. Panel p belongs
/// to lane p mod lanes, and lanes are merged in order: the result depends neither on the sizes of the blocks nor on the
/// number of threads, to the bit.
/// Cost: rows columns^2 flops, all threads once 1024 lanes rows have come; memory: lanes (columns^2 + 1024 columns)
/// numbers, filled as rows come, with 16 lanes up to 256 columns, 4 up to 1024, above that 1 (threads then share its tiles).
public struct GramAccumulator: Sendable {
  /// Rows multiplied at once.
  package static let panelRows = 1024

  public let columns: Int
  /// Rows seen.
  public private(set) var count = 0
  private var lanes: [GramLane]
  private var nextLane = 0

  public init(columns: Int) {
    precondition(columns > 0, "a Gram matrix of \(columns) columns")
    self.columns = columns
    lanes = [GramLane](repeating: GramLane(columns: columns), count: Self.laneCount(columns))
  }

  private static func laneCount(_ columns: Int) -> Int { columns <= 256 ? 16 : columns <= 1024 ? 4 : 1 }

  /// Adds the rows of `block`.
  public mutating func add(_ block: Matrix) {
    precondition(block.columns == columns, "\(block.columns) columns added to a Gram matrix of \(columns)")
    block.storage.withUnsafeBufferPointer { add(rows: $0) }
  }

  /// Adds row-major rows; `rows.count` must be a multiple of `columns`. Fast for Double and Float.
  public mutating func add<T: BinaryFloatingPoint & Sendable>(rows: UnsafeBufferPointer<T>) {
    precondition(rows.count % columns == 0, "\(rows.count) entries are not rows of \(columns)")
    let incoming = rows.count / columns
    var taken = 0
    while taken < incoming { taken += addRound(rows, from: taken, of: incoming) }
    count += incoming
  }

  /// Rows that are best given to `add(scratch:)` at once: every lane has its panel, and a file's blocks are worth reading.
  public var blockRows: Int { Self.blockRows(columns: columns) }

  static func blockRows(columns: Int) -> Int {
    let round = laneCount(columns) * panelRows
    return max(1, (1 << 20) / (round * columns)) * round
  }

  /// A block of `blockRows` rows in memory.
  public static func blockBytes(columns: Int) -> Int {
    Int(min(8 * Double(blockRows(columns: columns)) * Double(columns), 1e18))
  }

  /// What an accumulator holds in memory, besides a block on its way in.
  public static func bytes(columns: Int) -> Int {
    let lanes = Double(laneCount(columns)), d = Double(columns)
    return Int(min(8 * lanes * (d * d + Double(panelRows) * d), 1e18))
  }

  /// Adds row-major rows in memory that it may overwrite: whole panels are centred and multiplied where they lie.
  /// Throws `nonFinite`, the row counted from the first ever added; the accumulator is of no use then.
  public mutating func add(scratch rows: UnsafeMutableBufferPointer<Double>) throws(LinearAlgebraError) {
    try addPanels(UnsafeBufferPointer(rows), centredInto: rows.baseAddress)
  }

  /// The same for rows that stay as they are: panels are centred on their way to where they are multiplied.
  package mutating func add(checking rows: UnsafeBufferPointer<Double>) throws(LinearAlgebraError) {
    try addPanels(rows, centredInto: nil)
  }

  private mutating func addPanels(
    _ rows: UnsafeBufferPointer<Double>, centredInto target: UnsafeMutablePointer<Double>?
  ) throws(LinearAlgebraError) {
    precondition(rows.count % columns == 0, "\(rows.count) entries are not rows of \(columns)")
    let round = lanes.count * Self.panelRows * columns
    let before = count
    var used = 0
    while nextLane == 0, lanes[0].filled == 0, rows.count - used >= round {
      try multiplyRound(
        UnsafeBufferPointer(rebasing: rows[used..<used + round]), centredInto: target.map { $0 + used },
        first: before + used / columns)
      used += round
    }
    let rest = UnsafeBufferPointer(rebasing: rows[used...])
    try RowBlock.checkFinite(rest, columns: columns, first: before + used / columns)
    add(rows: rest)
  }

  /// A panel for every lane.
  private mutating func multiplyRound(
    _ rows: UnsafeBufferPointer<Double>, centredInto target: UnsafeMutablePointer<Double>?, first: Int
  ) throws(LinearAlgebraError) {
    let panel = Self.panelRows * columns
    var isSound = [Bool](repeating: false, count: lanes.count)
    isSound.withUnsafeMutableBufferPointer { isSound in
      nonisolated(unsafe) let (isSound, rows) = (isSound, rows)
      forEachLane { index, lane in
        let start = index * panel
        isSound[index] = lane.multiply(
          UnsafeBufferPointer(rebasing: rows[start..<start + panel]), centredInto: target.map { $0 + start })
      }
    }
    count += lanes.count * Self.panelRows
    guard let index = isSound.firstIndex(of: false) else { return }
    let suspect = UnsafeBufferPointer(rebasing: rows[index * panel..<(index + 1) * panel])
    try RowBlock.checkFinite(suspect, columns: columns, first: first + index * Self.panelRows)
    throw .overflow(column: suspect.indices.max { abs(suspect[$0]) < abs(suspect[$1]) }! % columns)
  }

  /// Hands rows to the lanes from `nextLane` on; when the last lane's panel is full, all multiply theirs at once.
  private mutating func addRound<T: BinaryFloatingPoint & Sendable>(
    _ rows: UnsafeBufferPointer<T>, from first: Int, of incoming: Int
  ) -> Int {
    var shares = [Range<Int>](repeating: 0..<0, count: lanes.count)
    var taken = first
    while nextLane < lanes.count, taken < incoming {
      let take = min(incoming - taken, Self.panelRows - lanes[nextLane].filled)
      shares[nextLane] = taken * columns..<(taken + take) * columns
      taken += take
      if lanes[nextLane].filled + take < Self.panelRows { break }
      nextLane += 1
    }
    let complete = nextLane == lanes.count
    forEachLane { index, lane in
      lane.append(UnsafeBufferPointer(rebasing: rows[shares[index]]))
      if complete { lane.multiply() }
    }
    if complete { nextLane = 0 }
    return taken - first
  }

  private mutating func forEachLane(_ body: (Int, inout GramLane) -> Void) {
    lanes.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let (lanes, body) = (buffer, body)
      Parallel.forEach(count: lanes.count) { body($0, &lanes[$0]) }
    }
  }

  /// Count, mean and covariance of the rows seen so far. The accumulator can go on receiving rows.
  public func moments() -> RowMoments {
    let copy = self
    return copy.finish()
  }

  /// The same at the end of the rows, without a second copy of the Gram matrix.
  public consuming func finish() -> RowMoments {
    var work = self
    return work.take()
  }

  /// The same, leaving the accumulator empty: nothing is copied for sure.
  package mutating func take() -> RowMoments {
    precondition(count > 0, "moments of no rows")
    forEachLane { $1.multiply() }
    var total = lanes[0].takeMoments()
    for index in lanes.indices.dropFirst() { total.merge(lanes[index].takeMoments()) }
    (count, nextLane) = (0, 0)
    return total.takeRowMoments()
  }
}
