import LinearAlgebra
import Randomness

/// Rows beside their partners, [x x⁺] of 2 d columns, in blocks: what linear spectral learning reads.
///
/// Memory: some blocks of 8 MB; with a lag, `lag` rows besides. The pairs do not depend on the blocks: a view's noise belongs to
/// its row's position.
struct PairedRows {
  let rows: any RowSource
  /// Of pairs' first rows, ascending; nil for all.
  let indices: [Int]?
  let pairing: LinearSpectral.Pairing
  let seed: UInt64

  private var size: Int { max(1, rows.passRows / 4) }

  func forEachBlock(_ body: (Matrix) throws -> Void) throws {
    switch pairing {
    case .noisyViews(let noise): try forEachNoisyBlock(noise, body)
    case .lagged(let lag, let length): try forEachLaggedBlock(lag, length ?? .max, body)
    case .given(let partners):
      let known = try partners.countRows()
      try forEachChosenBlock { chosen, block in
        let count = chosen.firstIndex { $0 >= known } ?? chosen.count
        if count > 0 { try body(block.rows(0..<count).joined(leftOf: try partners.rows(at: Array(chosen[..<count])))) }
      }
    }
  }

  private func forEachChosenBlock(_ body: (_ chosen: [Int], Matrix) throws -> Void) throws {
    try chosenRows.forEachBlock(ofRows: size) { first, block in
      try body((first..<first + block.rows).map { indices?[$0] ?? $0 }, block)
    }
  }

  private var chosenRows: any RowSource { indices.map { rows.part(at: $0) } ?? rows }

  /// Two views of each row, each with its own noise of standard deviation `noise` times the column's.
  private func forEachNoisyBlock(_ noise: Double, _ body: (Matrix) throws -> Void) throws {
    precondition(noise > 0, "noise of relative size \(noise)")
    let scales = try RowMoments(reading: chosenRows).covariance.diagonalEntries.map { noise * $0.squareRoot() }
    let d = rows.columns
    try forEachChosenBlock { chosen, block in
      var views = Matrix(rows: block.rows, columns: 2 * d)
      for (row, name) in chosen.enumerated() {
        var stream = RandomStream(seed: seed, replicate: UInt64(name), purpose: 78)
        let draws = stream.normals(2 * d)
        for j in 0..<d {
          views[row, j] = block[row, j] + scales[j] * draws[j]
          views[row, d + j] = block[row, j] + scales[j] * draws[d + j]
        }
      }
      try body(views)
    }
  }

  /// Row t beside row t + lag, both among the first `length`.
  private func forEachLaggedBlock(_ lag: Int, _ length: Int, _ body: (Matrix) throws -> Void) throws {
    precondition(lag > 0, "lag \(lag)")
    var window = Matrix(rows: 0, columns: rows.columns)
    var (start, next) = (0, 0)
    try rows.forEachBlock(ofRows: size) { _, block in
      window = window.rows == 0 ? block : window.stacked(above: block)
      let end = min(start + window.rows, length) - lag
      var chosen = [Int]()
      while let row = indices.map({ next < $0.count ? $0[next] : nil }) ?? next, row < end {
        chosen.append(row - start)
        next += 1
      }
      if !chosen.isEmpty { try body(window.rows(at: chosen).joined(leftOf: window.rows(at: chosen.map { $0 + lag }))) }
      let kept = min(lag, window.rows)
      start += window.rows - kept
      window = window.rows(window.rows - kept..<window.rows)
    }
  }
}
