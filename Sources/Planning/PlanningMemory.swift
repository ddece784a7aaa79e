import LinearAlgebra
import Pretraining

/// Bytes that planning takes, known before the work from numbers of rows and columns.
public enum PlanningMemory {
  /// Rows in memory are held several times over: as read, stacked, in halves (3.5 times, measured on 300 000 x 100 with
  /// masked or mixture candidates, 2.6 times with pca and factor).
  public static let copies = 4

  private static let bytesOfNumber = 8.0
  /// Covariances, their halves, eigenvectors and what works on them, in matrices of columns x columns.
  private static let matrices = 40.0

  /// Of `cells` numbers in memory.
  public static func rows(cells: Double) -> Double { Double(copies) * bytesOfNumber * cells }

  /// The method whose matrices are columns x columns however few the rows are; nil where every one rests on inner products
  /// of the rows, or rows are not fewer than columns.
  public static func largestMethod(
    _ methods: [any PretrainingMethod], rows: Int, columns: Int
  ) -> (any PretrainingMethod)? {
    rows <= columns ? methods.first { $0.innerProducts == nil } : nil
  }

  /// Of rows x columns numbers in memory and of matrices of columns x columns, of rows x rows where rows are fewer and every
  /// method rests on their inner products.
  public static func inMemory(rows: Int, columns: Int, _ methods: [any PretrainingMethod]) -> Double {
    let isSmall = rows <= columns && largestMethod(methods, rows: rows, columns: columns) == nil
    let d = Double(isSmall ? rows : columns)
    return self.rows(cells: Double(rows) * Double(columns)) + square(d, matrices)
      + Double(GramAccumulator.bytes(columns: Int(d)))
  }

  /// Of rows read in blocks: the labeled ones, numbers for each row, matrices of columns x columns, blocks.
  /// - Parameters:
  ///   - labeledCells: numbers in the labeled rows.
  ///   - rows: all rows, estimated.
  ///   - hasPairs: two views of each row, which an accumulator of twice as many columns takes.
  ///   - lag: rows between the views, which are kept.
  ///   - embeddingColumns: of an embedding beside the columns; nil without one.
  public static func inBlocks(
    labeledCells: Double, rows: Double, columns: Int, hasPairs: Bool, lag: Int?, embeddingColumns: Int?
  ) -> Double {
    let d = Double(columns)
    var held = square(d, matrices) + Double(GramAccumulator.bytes(columns: columns))
    if hasPairs { held += square(d, 16) + Double(GramAccumulator.bytes(columns: 2 * columns)) }
    if let lag { held += 4 * bytesOfNumber * d * Double(lag) }
    if let width = embeddingColumns {
      held += square(Double(width), 16) + Double(GramAccumulator.bytes(columns: width))
    }
    let blocks = 4 * Double(GramAccumulator.blockBytes(columns: columns)) + 8 * 33_554_432
    return self.rows(cells: labeledCells) + 4 * bytesOfNumber * rows + held + blocks
  }

  private static func square(_ order: Double, _ count: Double) -> Double { count * bytesOfNumber * order * order }
}
