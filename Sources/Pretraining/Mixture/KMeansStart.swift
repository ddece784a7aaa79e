import LinearAlgebra
import Randomness

/// K rows far from each other: each is drawn with probability proportional to its squared distance from those drawn before.
/// Source: Arthur and Vassilvitskii 2007, k-means++. Cost: 2 rows d K flops.
struct KMeansStart {
  /// K x d.
  let centers: Matrix

  /// Numbers that are looked at: 32 MB.
  private static let mostNumbers = 1 << 22

  /// Among all rows where these are few, else among one row of each of as many equal stretches, at least 100 a component.
  /// Throws `MixtureFitError.coincidentRows`, what the rows' source throws.
  init(_ data: MixtureRows, components: Int, using stream: inout RandomStream) throws {
    let most = max(Self.mostNumbers / data.source.columns, 100 * components)
    if data.count <= most {
      try self.init(data.source.matrix(), components: components, using: &stream)
      return
    }
    let chosen = (0..<most).map { stretch in
      let (first, end) = (stretch * data.count / most, (stretch + 1) * data.count / most)
      return first + stream.index(below: end - first)
    }
    try self.init(data.source.rows(at: chosen), components: components, using: &stream)
  }

  /// Throws `MixtureFitError.coincidentRows`.
  private init(_ rows: Matrix, components: Int, using stream: inout RandomStream) throws {
    var chosen = [stream.index(below: rows.rows)]
    var distances = [Double](repeating: .infinity, count: rows.rows)
    while true {
      Self.update(&distances, rows, newest: chosen[chosen.count - 1])
      if chosen.count == components { break }
      let total = distances.reduce(0, +)
      guard total > 0 else {
        throw MixtureFitError.coincidentRows(different: chosen.count, components: components)
      }
      var rest = stream.uniform() * total
      var next = distances.lastIndex { $0 > 0 }!
      for (index, distance) in distances.enumerated() where distance > 0 {
        rest -= distance
        if rest <= 0 {
          next = index
          break
        }
      }
      chosen.append(next)
    }
    centers = rows.rows(at: chosen)
  }

  private static func update(_ distances: inout [Double], _ rows: Matrix, newest: Int) {
    let d = rows.columns
    rows.storage.withUnsafeBufferPointer { x in
      for row in 0..<rows.rows {
        var sum = 0.0
        for j in 0..<d {
          let difference = x[row * d + j] - x[newest * d + j]
          sum += difference * difference
        }
        distances[row] = min(distances[row], sum)
      }
    }
  }
}
