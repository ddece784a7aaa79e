/// Every equilibrium of the flow of an n x r factor, by increasing loss; exponentially many, made one at a time.
///
/// With distinct eigenvalues there are Σ_{s ≤ min(r, k₊)} C(k₊, s), k₊ = #{λ > 0}. Best first: of each one taken, the neighbors in which
/// one unit moves to the next smaller eigenvalue (or away) wait in a heap; every equilibrium is reached that way, losses only rise.
/// Cost: O(log) and k₊ operations for each; memory grows with how many were taken.
public struct Equilibria: Sendable, Sequence {
  /// λ_1 >= ... >= λ_n.
  public let eigenvalues: [Double]
  /// r.
  public let columns: Int
  /// First position and number of each positive eigenvalue.
  private let groups: [(first: Int, size: Int)]

  /// Equal eigenvalues must be equal to the bit, as those of `FactorizationFlow.eigenvalues` are.
  public init(eigenvalues: [Double], columns: Int) {
    precondition(columns > 0, "a factor of \(columns) columns")
    precondition(eigenvalues.allSatisfy(\.isFinite), "eigenvalues \(eigenvalues)")
    self.eigenvalues = eigenvalues.sorted(by: >)
    self.columns = columns
    var groups: [(first: Int, size: Int)] = []
    for (position, value) in self.eigenvalues.enumerated() where value > 0 {
      if position > 0, self.eigenvalues[position - 1] == value {
        groups[groups.count - 1].size += 1
      } else {
        groups.append((position, 1))
      }
    }
    self.groups = groups
  }

  /// How many there are (families, where eigenvalues repeat); exact up to 2^53. Cost: O(k₊ r) operations.
  public var count: Double {
    let largest = Swift.min(columns, groups.reduce(0) { $0 + $1.size })
    var ways = [1.0] + [Double](repeating: 0, count: largest)
    for group in groups {
      ways = (0...largest).map { total in
        (0...Swift.min(group.size, total)).reduce(0) { $0 + ways[total - $1] }
      }
    }
    return ways.reduce(0, +)
  }

  public func makeIterator() -> Iterator { Iterator(self) }

  public struct Iterator: IteratorProtocol {
    private let all: Equilibria
    private var heap: [(power: Double, held: [Int])] = []
    private var seen: Set<[Int]> = []

    init(_ all: Equilibria) {
      self.all = all
      // The global minimum: the largest eigenvalues first.
      var left = all.columns
      let held = all.groups.map { group -> Int in
        let taken = Swift.min(left, group.size)
        left -= taken
        return taken
      }
      push(held)
    }

    public mutating func next() -> Equilibrium? {
      guard let held = pop() else { return nil }
      for group in held.indices where held[group] > 0 {
        var neighbor = held
        neighbor[group] -= 1
        if group + 1 < held.count {
          guard neighbor[group + 1] < all.groups[group + 1].size else { continue }
          neighbor[group + 1] += 1
        }
        push(neighbor)
      }
      let positions = zip(held, all.groups).flatMap { count, group in group.first..<group.first + count }
      return Equilibrium(held: positions, values: all.eigenvalues, columns: all.columns)
    }

    /// Σ λ² over what is held.
    private func power(_ held: [Int]) -> Double {
      zip(held, all.groups).reduce(0) { sum, pair in
        let value = all.eigenvalues[pair.1.first]
        return sum + Double(pair.0) * value * value
      }
    }

    private mutating func push(_ held: [Int]) {
      guard seen.insert(held).inserted else { return }
      heap.append((power(held), held))
      var child = heap.count - 1
      while child > 0, heap[(child - 1) / 2].power < heap[child].power {
        heap.swapAt(child, (child - 1) / 2)
        child = (child - 1) / 2
      }
    }

    private mutating func pop() -> [Int]? {
      guard let top = heap.first else { return nil }
      let last = heap.removeLast()
      guard !heap.isEmpty else { return top.held }
      heap[0] = last
      var parent = 0
      while true {
        let best = [2 * parent + 1, 2 * parent + 2].filter { $0 < heap.count }.max { heap[$0].power < heap[$1].power }
        guard let child = best, heap[child].power > heap[parent].power else { return top.held }
        heap.swapAt(child, parent)
        parent = child
      }
    }
  }
}

extension FactorizationFlow {
  /// Every equilibrium that factors of this size have, by increasing loss.
  public var equilibria: Equilibria { Equilibria(eigenvalues: eigenvalues, columns: start.columns) }

  /// The one that this start reaches.
  public var limitEquilibrium: Equilibrium {
    var held: [Int] = []
    for space in eigenspaces.spaces where space.value > 0 {
      let reached = echelon.basisValues.count { $0 == space.value }
      held += space.range.lowerBound..<space.range.lowerBound + reached
    }
    return Equilibrium(held: held, values: eigenvalues, columns: start.columns)
  }
}
