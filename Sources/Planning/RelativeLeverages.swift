import LinearAlgebra

/// How much rows of a pool weigh in a fit beside each other: q(x) = ψ'Σ⁻¹ψ / p, whose mean over the pool is 1.
package struct RelativeLeverages: Sendable {
  /// Σ⁻¹/p.
  private let scaledInverse: Matrix
  private var count = 0
  private var squares = 0.0

  /// From B'B over the pool's rows, p x p; nil where that determines nothing.
  package init?(gram: Matrix, rows: Int) {
    guard let solution = try? DesignInverse(gram: gram, rows: rows) else { return nil }
    scaledInverse = (Double(rows) / Double(solution.rank)) * solution.inverse
  }

  /// The rows all of them have taken.
  init?(merging parts: [RelativeLeverages]) {
    guard var merged = parts.first else { return nil }
    for part in parts.dropFirst() {
      merged.count += part.count
      merged.squares += part.squares
    }
    self = merged
  }

  /// q of each row. Cost: 2 p^2 flops a row.
  package func values(_ design: Matrix) -> [Double] {
    design.quadraticForms(scaledInverse).map { max($0, 0) }
  }

  package mutating func add(_ design: Matrix) {
    for q in values(design) { squares += q * q }
    count += design.rows
  }

  /// E q² over the rows added: 1 where all weigh the same, 1 + 2 (1 - 1/p)/p for Gaussian rows with an intercept.
  package var meanSquare: Double? { count > 0 ? squares / Double(count) : nil }
}
