/// Columns of a matrix that stand side by side, read where they are.
package struct ColumnsOf: Sendable {
  package let matrix: Matrix
  package let range: Range<Int>

  package init(_ matrix: Matrix, _ range: Range<Int>) {
    precondition(range.upperBound <= matrix.columns, "columns \(range) of \(matrix.columns)")
    (self.matrix, self.range) = (matrix, range)
  }

  package var count: Int { range.count }

  /// To the first entry of the first row; not called where there is none.
  func withPointer(_ body: (UnsafePointer<Double>) -> Void) {
    matrix.storage.withUnsafeBufferPointer { entries in
      guard let base = entries.baseAddress, !entries.isEmpty else { return }
      body(base + range.lowerBound)
    }
  }
}
