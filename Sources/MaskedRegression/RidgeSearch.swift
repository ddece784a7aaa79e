import CMath
import LinearAlgebra
import SpecialFunctions

/// The penalty of smallest leave-one-out error.
public struct BestRidge: Sendable {
  public let ridge: Ridge
  public let errors: MaskedErrors
  /// The grid looked at first.
  public let path: [MaskedErrors]
  /// The best penalty is at an end of the grid; with a penalty per column, that of at least one column is.
  public let isAtBoundary: Bool
}

extension MaskedPath {
  /// A penalty per column: the grid's best for each, then eight parabolas through the best three, all columns together.
  public func bestRidgePerColumn() throws -> BestRidge {
    let grid = searchGrid()
    let path = try errors(ridges: grid)
    var brackets = (0..<spectrum.columns).map { j in
      ParabolicBracket(
        grid.map { log($0) },
        path.map { $0.lostDigits[j].isTooMuch ? .infinity : $0.columnLeaveOneOutErrors[j] ?? .infinity })
    }
    let engine = SpectralLeaveOneOut(spectrum: spectrum)
    for _ in 0..<8 {
      let trial = brackets.map(\.trial)
      let values = try engine.columnErrors(perColumn: trial.map { exp($0) })
      for j in brackets.indices { brackets[j].add(trial[j], values[j]) }
    }
    let ridge = Ridge.perColumn(brackets.map { exp($0.best.place) })
    return BestRidge(
      ridge: ridge, errors: try errors(ridge), path: path, isAtBoundary: brackets.contains { $0.isAtBoundary })
  }
}

/// Three points around a minimum, and the vertex of the parabola through them.
struct ParabolicBracket {
  private var points: [(place: Double, value: Double)]
  let isAtBoundary: Bool

  /// The neighbourhood of a grid's minimum, as low as its parabola goes: of two valleys the deeper one is not always
  /// the one with a grid point nearest its bottom.
  init(_ grid: [Double], _ values: [Double]) {
    let best = values.indices.min { Self.depth(values, $0) < Self.depth(values, $1) }!
    isAtBoundary = best == 0 || best == grid.count - 1
    let range = isAtBoundary ? best...best : best - 1...best + 1
    points = range.map { (grid[$0], values[$0]) }
  }

  /// The vertex of the parabola through an inner minimum of an even grid and its neighbours, elsewhere the value.
  private static func depth(_ values: [Double], _ k: Int) -> Double {
    guard k > 0, k < values.count - 1 else { return values[k] }
    let (rise, fall) = (values[k + 1] - values[k], values[k - 1] - values[k])
    guard rise >= 0, fall >= 0, rise + fall > 0, rise + fall < .infinity else { return values[k] }
    return values[k] - (rise - fall) * (rise - fall) / (8 * (rise + fall))
  }

  var best: (place: Double, value: Double) { points.min { $0.value < $1.value }! }

  /// Where to look next; the best point itself when there is nothing to gain.
  var trial: Double {
    if points.count < 3 { return best.place }
    let (a, b, c) = (points[0], points[1], points[2])
    let parabola = Parabola(through: a, b, c)
    let widest = b.place - a.place > c.place - b.place ? 0.5 * (a.place + b.place) : 0.5 * (b.place + c.place)
    guard parabola.curvature > 0, parabola.curvature.isFinite else { return widest }
    let vertex = parabola.vertex
    let tooClose = abs(vertex - b.place) < 1e-3 * (c.place - a.place)
    return vertex > a.place && vertex < c.place && !tooClose ? vertex : widest
  }

  mutating func add(_ point: Double, _ value: Double) {
    guard points.count == 3, value.isFinite, !points.contains(where: { $0.place == point }) else { return }
    points.append((point, value))
    points.sort { $0.place < $1.place }
    let middle = min(max(points.indices.min { points[$0].value < points[$1].value }!, 1), 2)
    points = Array(points[middle - 1...middle + 1])
  }
}
