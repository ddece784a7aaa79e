import CLinearAlgebra

/// Count, mean and Gram matrix about the mean of some rows; two sets of rows merge exactly.
///
/// M = M_a + M_b + (a b / (a + b)) d d',  d = mean_b - mean_a.  Source: Chan, Golub and LeVeque (1983), eq. 2.1.
struct CentredMoments: Sendable {
  private var count = 0
  private var mean: SplitMean
  /// Upper triangle, row-major; empty until the first rows come.
  private var gram: [Double] = []
  /// Rows whose products `gram` still lacks: the last terms of merges, many of which are multiplied at once.
  private var corrections: [Double] = []

  private static let waitingRows = 64

  init(columns: Int) {
    let zeros = [Double](repeating: 0, count: columns)
    mean = SplitMean(base: zeros, offset: zeros)
  }

  private var columns: Int { mean.base.count }

  /// Merges rows from which their mean has been taken.
  mutating func merge(centred panel: UnsafePointer<Double>, rows: Int, mean other: SplitMean) {
    if gram.isEmpty { gram = freshZeros(count: columns * columns) }
    multiply(panel, rows: rows)
    absorb(rows: rows, mean: other)
  }

  private mutating func multiply(_ panel: UnsafePointer<Double>, rows: Int) {
    if columns <= 1024 {
      BLAS.prepare()
      pla_dsyrk(Int32(columns), Int32(rows), 1, panel, Int32(columns), 1, &gram, Int32(columns))
    } else {
      let order = columns
      gram.withUnsafeMutableBufferPointer { addGram(of: panel, rows: rows, to: $0, order: order) }
    }
  }

  private mutating func multiplyCorrections() {
    if corrections.isEmpty { return }
    var waiting: [Double] = []
    swap(&waiting, &corrections)
    multiply(waiting, rows: waiting.count / columns)
  }

  mutating func merge(_ other: CentredMoments) {
    if other.count == 0 { return }
    corrections += other.corrections
    precondition(count > 0, "the first lane is the first to be filled")
    gram.withUnsafeMutableBufferPointer { target in
      other.gram.withUnsafeBufferPointer { source in
        for index in 0..<target.count { target[index] += source[index] }
      }
    }
    absorb(rows: other.count, mean: other.mean)
  }

  /// The merge formula's last term is the product of one more row; moves count and mean.
  private mutating func absorb(rows: Int, mean other: SplitMean) {
    if count == 0 {
      (count, mean) = (rows, other)
      return
    }
    let (a, b) = (Double(count), Double(rows))
    let difference = other.minus(mean)
    let scale = (a * b / (a + b)).squareRoot()
    corrections += difference.map { scale * $0 }
    for j in 0..<columns { mean.offset[j] += difference[j] * (b / (a + b)) }
    count += rows
    if corrections.count >= Self.waitingRows * columns { multiplyCorrections() }
  }

  /// Leaves nothing behind.
  mutating func takeRowMoments() -> RowMoments {
    multiplyCorrections()
    let (count, mean) = (count, mean.rounded)
    var entries: [Double] = []
    swap(&entries, &gram)
    entries.withUnsafeMutableBufferPointer { finishGram($0, order: mean.count, scale: 1 / Double(count)) }
    return RowMoments(
      count: count, mean: mean, covariance: Matrix(rows: mean.count, columns: mean.count, storage: entries))
  }
}

/// Column means as one of the rows plus what is left: differences of means keep their digits beside a large common mean.
struct SplitMean: Sendable {
  var base: [Double]
  var offset: [Double]

  var rounded: [Double] { zip(base, offset).map { $0 + $1 } }

  func minus(_ other: SplitMean) -> [Double] {
    base.indices.map { (base[$0] - other.base[$0]) + (offset[$0] - other.offset[$0]) }
  }
}
