import LinearAlgebra

/// Leave-one-out errors of all columns at many penalties from one factorization, in one pass over the rows.
/// Cost: 2 rows columns rank flops for each penalty, all threads; answers do not depend on their number, to the bit.
struct SpectralLeaveOneOut {
  let spectrum: SampleSpectrum

  /// Mean squared leave-one-out error of every column, for each penalty; infinite where it does not exist.
  func columnErrors(ridges: [Double]) throws -> [[Double]] {
    let inverses = spectrum.columnSums(ridges: ridges).map(\.inverse)
    return try columnErrors(lists: ridges.count) { rows, tile, list, sums in
      addSquares(rows, tile, ridge: ridges[list], inverse: inverses[list], sums: sums)
    }
  }

  /// The same with column j at penalty j.
  func columnErrors(perColumn ridges: [Double]) throws -> [Double] {
    let inverse = spectrum.columnSums(perColumn: ridges).inverse
    return try columnErrors(lists: 1) { rows, tile, _, sums in
      let residuals = residuals(rows, tile, ridges: ridges, inverse: inverse)
      for i in 0..<rows.count {
        for j in 0..<tile.count { sums[j] += residuals[i * tile.count + j] * residuals[i * tile.count + j] }
      }
    }[0]
  }

  /// Every residual e_ij (rows x columns): each entry minus its prediction from the other columns, fitted without row i.
  func residuals(_ ridge: Ridge) throws -> Matrix {
    let ridges = (0..<spectrum.columns).map { ridge.value($0) }
    let inverse = spectrum.columnSums(perColumn: ridges).inverse
    var result = Matrix(rows: spectrum.rows, columns: spectrum.columns)
    try forEachScoredRows { first, rows in
      let block = residuals(rows, 0..<spectrum.columns, ridges: ridges, inverse: inverse)
      let start = first * spectrum.columns
      result.storage.replaceSubrange(start..<start + block.count, with: block)
    }
    return result
  }

  /// X V, rows x rank, in one pass over the rows.
  func scores() throws -> Matrix {
    var storage: [Double] = []
    storage.reserveCapacity(spectrum.rows * spectrum.rank)
    try forEachScoredRows { _, rows in storage += rows.scores }
    return Matrix(rows: spectrum.rows, columns: spectrum.rank, storage: storage)
  }

  // MARK: passes

  /// Some rows in the basis of the eigenvectors.
  struct ScoredRows: Sendable {
    let count: Int
    /// Y = X V, count x rank.
    let scores: [Double]
    /// U_ik^2 = Y_ik^2 / (m l_k).
    let shares: [Double]
    /// 1 - [1/n] - sum_k U_ik^2, 0 where the rank is m.
    let rest: [Double]
  }

  private typealias Body = @Sendable (ScoredRows, Range<Int>, Int, UnsafeMutablePointer<Double>) -> Void

  private func columnErrors(lists: Int, _ body: Body) throws -> [[Double]] {
    let d = spectrum.columns
    let tiles = (0..<d).parts(of: 1024)
    var totals = [[Double]](repeating: [Double](repeating: 0, count: d), count: lists)
    try forEachScoredBlock { _, parts in
      let sums = Parallel.map(count: parts.count * tiles.count) { index in
        let tile = tiles[index % tiles.count]
        return (0..<lists).map { list in
          var sums = [Double](repeating: 0, count: tile.count)
          sums.withUnsafeMutableBufferPointer { body(parts[index / tiles.count], tile, list, $0.baseAddress!) }
          return sums
        }
      }
      for (index, lists) in sums.enumerated() {
        let start = tiles[index % tiles.count].lowerBound
        for (list, values) in lists.enumerated() {
          for (j, value) in values.enumerated() { totals[list][start + j] += value }
        }
      }
    }
    return totals.map { $0.map { $0 / Double(spectrum.rows) } }
  }

  private func forEachScoredRows(_ body: (_ first: Int, ScoredRows) throws -> Void) throws {
    try forEachScoredBlock { first, parts in
      var row = first
      for part in parts {
        try body(row, part)
        row += part.count
      }
    }
  }

  /// Blocks of rows, each in parts for one task.
  private func forEachScoredBlock(_ body: (_ first: Int, _ parts: [ScoredRows]) throws -> Void) throws {
    if let scores = spectrum.scores {
      let starts = Array(stride(from: 0, to: scores.rows, by: TrainingRows.taskRows))
      try body(
        0,
        Parallel.map(count: starts.count) { index in
          let end = min(starts[index] + TrainingRows.taskRows, scores.rows)
          return scored(Array(scores.storage[starts[index] * spectrum.rank..<end * spectrum.rank]))
        })
      return
    }
    guard let source = spectrum.source else { preconditionFailure("a spectrum without rows") }
    let (d, rank) = (spectrum.columns, spectrum.rank)
    let isSparse = if case .sparse = source { true } else { false }
    let basis = isSparse ? spectrum.vectorRows.transposed() : spectrum.vectorRows
    try basis.storage.withUnsafeBufferPointer { entries in
      if rank == 0 { return }
      let right = RightFactor<Double>(
        entries.baseAddress!, inner: d, columns: rank, isTransposed: !isSparse,
        centringSparse: isSparse ? spectrum.transform : nil)
      try source.forEachBlock(spectrum.transform) { first, block in
        let tasks = block.tasks
        try body(first, Parallel.map(count: tasks.count) { scored(block.product(tasks[$0], right)) })
      }
    }
  }

  private func scored(_ scores: [Double]) -> ScoredRows {
    let rank = spectrum.rank
    let count = rank == 0 ? 0 : scores.count / rank
    let factors = spectrum.values.map { 1 / ($0 * spectrum.divisor) }
    var shares = scores
    let available = spectrum.transform.preparation.centers ? 1 - 1 / Double(spectrum.rows) : 1
    var rest = [Double](repeating: 0, count: count)
    for i in 0..<count {
      var taken = 0.0
      for k in 0..<rank {
        shares[i * rank + k] *= scores[i * rank + k] * factors[k]
        taken += shares[i * rank + k]
      }
      if spectrum.deficiency > 0 { rest[i] = available - taken < 1e-12 ? 0 : available - taken }
    }
    return ScoredRows(count: count, scores: scores, shares: shares, rest: rest)
  }

  // MARK: one task

  private func addSquares(
    _ rows: ScoredRows, _ tile: Range<Int>, ridge: Double, inverse: [Double], sums: UnsafeMutablePointer<Double>
  ) {
    let filter = spectrum.values.map { 1 / ($0 + ridge) }
    let z = filtered(rows, tile, filter)
    let shares = weightedShares(rows, filter)
    if ridge > 0 {
      let diagonal = tile.map { spectrum.unseen[$0] / ridge + inverse[$0] }
      let complement = zip(rows.rest, shares).map { $0 + ridge * $1 }
      LeaveOneOutKernel.addSquares(
        z, rows: rows.count, width: tile.count, diagonal: diagonal, complement: complement,
        divisor: spectrum.divisor, sums: sums)
      return
    }
    for i in 0..<rows.count {
      for (j, column) in tile.enumerated() {
        let error = LeaveOneOutKernel.residual(
          z[i * tile.count + j], ridge: 0, unseen: spectrum.unseen[column], inverse: inverse[column],
          rest: rows.rest[i], share: shares[i], divisor: spectrum.divisor)
        sums[j] += error * error
      }
    }
  }

  /// Z = Y diag(filter) V' in the columns of `tile`.
  private func filtered(_ rows: ScoredRows, _ tile: Range<Int>, _ filter: [Double]) -> [Double] {
    let rank = spectrum.rank
    var left = rows.scores
    left.withUnsafeMutableBufferPointer { left in
      for base in stride(from: 0, to: left.count, by: rank) { for k in 0..<rank { left[base + k] *= filter[k] } }
    }
    return product(left, rows.count) { v in (v + tile.lowerBound, spectrum.columns, tile.count) }
  }

  /// sum_k U_ik^2 filter_k.
  private func weightedShares(_ rows: ScoredRows, _ filter: [Double]) -> [Double] {
    let rank = spectrum.rank
    return (0..<rows.count).map { i in
      var sum = 0.0
      for k in 0..<rank { sum += rows.shares[i * rank + k] * filter[k] }
      return sum
    }
  }

  /// Residuals with a penalty per column, rows x tile.
  private func residuals(
    _ rows: ScoredRows, _ tile: Range<Int>, ridges: [Double], inverse: [Double]
  ) -> [Double] {
    let (rank, width, d) = (spectrum.rank, tile.count, spectrum.columns)
    var filters = [Double](repeating: 0, count: rank * width)
    var filtered = filters
    for k in 0..<rank {
      for (j, column) in tile.enumerated() {
        let filter = 1 / (spectrum.values[k] + ridges[column])
        filters[k * width + j] = filter
        filtered[k * width + j] = filter * spectrum.vectorRows.storage[k * d + column]
      }
    }
    let z = filtered.withUnsafeBufferPointer { right in
      product(rows.scores, rows.count) { _ in (right.baseAddress!, width, width) }
    }
    let shares = filters.withUnsafeBufferPointer { right in
      product(rows.shares, rows.count) { _ in (right.baseAddress!, width, width) }
    }
    return (0..<rows.count * width).map { index in
      let (i, column) = (index / width, tile.lowerBound + index % width)
      return LeaveOneOutKernel.residual(
        z[index], ridge: ridges[column], unseen: spectrum.unseen[column], inverse: inverse[column],
        rest: rows.rest[i], share: shares[index], divisor: spectrum.divisor)
    }
  }

  /// left (count x rank) times a factor chosen from V' (pointer, leading dimension, width).
  private func product(
    _ left: [Double], _ count: Int, _ right: (UnsafePointer<Double>) -> (UnsafePointer<Double>, Int, Int)
  ) -> [Double] {
    spectrum.vectorRows.storage.withUnsafeBufferPointer { v in
      let (factor, ld, width) = right(v.baseAddress!)
      return [Double](unsafeUninitializedCapacity: count * width) { target, filled in
        filled = count * width
        Double.tiles.gemm(
          false, false, Int32(count), Int32(width), Int32(spectrum.rank), 1, left, Int32(spectrum.rank), factor,
          Int32(ld), 0, target.baseAddress!, Int32(width))
      }
    }
  }
}
