/// A division of things that stand in an order into groups: rows of one person, image or site; columns of one patch.
public struct Partition: Sendable, Equatable {
  /// The group of each, 0 ..< count, numbered in the order of their first members.
  public let label: [Int]
  /// How many groups there are.
  public let count: Int

  /// Any labels, words or numbers, one for each; renumbered.
  public init<Label: Hashable>(_ labels: [Label]) {
    var numbers: [Label: Int] = [:]
    label = labels.map { name in
      if let known = numbers[name] { return known }
      numbers[name] = numbers.count
      return numbers.count - 1
    }
    count = numbers.count
  }

  /// Members of each group, ascending.
  public var members: [[Int]] {
    var result = [[Int]](repeating: [], count: count)
    for (position, group) in label.enumerated() { result[group].append(position) }
    return result
  }

  /// Members of the largest group over all; 0 of nothing.
  public var largestShare: Double {
    label.isEmpty ? 0 : Double(members.map(\.count).max() ?? 0) / Double(label.count)
  }

  /// Every group has one member: nothing is kept together.
  public var isTrivial: Bool { count == label.count }

  /// The same division of some of the things, in the order given; groups without a member are gone.
  public func restricted(to positions: [Int]) -> Partition { Partition(positions.map { label[$0] }) }
}
