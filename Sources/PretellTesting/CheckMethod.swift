import LinearAlgebra
import Pretraining
import Randomness

/// Whether a way to pre-train keeps what `PretrainingMethod` promises; what is wrong, in sentences.
///
///     #expect(try check(MyMethod()).isEmpty)
///
/// - as many representations as sizes, as many finite features as `featureCount` says, those of a row the same in whatever company;
/// - rows read in blocks give the bits of rows in memory, for all rows and for parts of them;
/// - the bits do not depend on the number of threads;
/// - a part of the rows is looked at: half of them give other features than all do;
/// - a number that is infinite is refused, not fitted.
///
/// - Parameters:
///   - rows: n x d rows to fit; the kit's own (9 000 x 6, correlated, in three groups) where nil. More than one block of a pass, or
///     reading in blocks is not tried.
///   - sizes: the smallest two where nil.
/// Throws what the method throws on these rows. Cost: about ten fits.
public func check(_ method: any PretrainingMethod, rows: Matrix? = nil, sizes: [Int]? = nil) throws -> [String] {
  let sizes = sizes ?? [method.smallestSize, method.smallestSize + 1]
  return try MethodCheck(method: method, rows: rows ?? MethodCheck.ownRows, sizes: sizes).problems()
}

/// One method on some rows.
struct MethodCheck {
  let method: any PretrainingMethod
  let rows: Matrix
  let sizes: [Int]

  /// Three groups of rows whose columns have unequal variances and a common part.
  static let ownRows: Matrix = {
    var stream = RandomStream(seed: 71)
    var rows = stream.normalMatrix(rows: 9000, columns: 6)
    for i in 0..<rows.rows {
      for j in 0..<rows.columns { rows[i, j] += i % 3 == 0 ? 4 : Double(j) * 0.3 * rows[i, 0] }
    }
    return rows
  }()

  func problems() throws -> [String] {
    let known = try method.fit(rows, sizes: sizes)
    return shapes(known) + company(known) + (try blocks(known)) + (try threads(known)) + (try unsoundRows())
  }

  /// Rows on which fits are compared.
  private var seen: Matrix { rows.rows(0..<min(50, rows.rows)) }

  private func features(_ found: [any Representation]) -> [Matrix] { found.map { $0.features(of: seen) } }

  private var half: [Int] { (0..<rows.rows).filter { $0 % 5 < 2 } }

  private func shapes(_ known: [any Representation]) -> [String] {
    var found: [String] = []
    if known.count != sizes.count { found.append("\(known.count) representations of \(sizes.count) sizes") }
    for (size, representation) in zip(sizes, known) {
      let features = representation.features(of: seen)
      if features.rows != seen.rows || features.columns != representation.featureCount {
        found.append(
          "size \(size): features of \(features.rows) x \(features.columns), not \(seen.rows) x \(representation.featureCount)"
        )
      }
      if let value = features.storage.first(where: { !$0.isFinite }) {
        found.append("size \(size): a feature is \(value)")
      }
    }
    return found
  }

  /// Features of single rows against those of the same rows together, to rounding.
  private func company(_ known: [any Representation]) -> [String] {
    zip(sizes, known).compactMap { size, representation in
      let together = representation.features(of: seen)
      let scale = max(together.largestMagnitude, .leastNormalMagnitude)
      let differs = (0..<seen.rows).contains { row in
        (representation.features(of: seen.rows(row..<row + 1)) - together.rows(row..<row + 1)).largestMagnitude
          > 1e-12 * scale
      }
      return differs ? "size \(size): features of a row depend on the rows beside it" : nil
    }
  }

  private func blocks(_ known: [any Representation]) throws -> [String] {
    let source = RowsInBlocks(rows)
    let part = features(try method.refit(rows, at: half, sizes: sizes, from: known))
    var found: [String] = []
    if features(try method.fit(source, sizes: sizes)) != features(known) {
      found.append("rows in blocks give other features than the same rows in memory")
    }
    if features(try method.refit(source, at: half, sizes: sizes, from: known)) != part {
      found.append("a part of rows in blocks gives other features than the same part in memory")
    }
    if part == features(known) {
      found.append("two fifths of the rows give the features of all: no rows are looked at")
    }
    return found
  }

  private func threads(_ known: [any Representation]) throws -> [String] {
    let before = Parallel.threads
    defer { Parallel.threads = before }
    return try [1, 3].compactMap { count in
      Parallel.threads = count
      return features(try method.fit(rows, sizes: sizes)) == features(known)
        ? nil : "with \(count) threads features are others than with \(before)"
    }
  }

  private func unsoundRows() throws -> [String] {
    var unsound = rows
    unsound[rows.rows / 2, rows.columns - 1] = .infinity
    return (try? method.fit(unsound, sizes: sizes)) == nil ? [] : ["an infinite number is fitted, not refused"]
  }
}
