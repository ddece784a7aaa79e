/// Edges by the numbers of the rows that describe their nodes.
public struct NumberedEdges: Sendable, Equatable {
  public let from: [Int32]
  public let to: [Int32]
  /// The file numbers its nodes from 1.
  public let isFromOne: Bool

  /// As pairs.
  public var pairs: some RandomAccessCollection<(Int, Int)> {
    from.indices.lazy.map { (Int(from[$0]), Int(to[$0])) }
  }
}

extension EdgeList {
  /// Every node's row: by `names` where they are given, else by its number, from 0 (or from 1 where 0 is not used and the last row's
  /// number is).
  /// - Parameters:
  ///   - count: rows of features.
  ///   - rowNames: names of the rows, in their order.
  /// Throws `DataFileError`.
  public func numbered(rows count: Int, rowNames: [String]?) throws -> NumberedEdges {
    if let rowNames { return try byName(rowNames) }
    guard let names else { return NumberedEdges(from: from, to: to, isFromOne: false) }
    let numbers = try names.map { name -> Int in
      guard let number = Int(name) else {
        throw DataFileError(
          file: source, value: name, problem: "nodes have names, and nothing says which row of the features is whose",
          remedy: "Give --nodes with a file of the nodes' names, one a line in the order of the features' rows")
      }
      return number
    }
    let isFromOne = numbers.min() == 1 && numbers.max() == count
    let shift = isFromOne ? 1 : 0
    if let bad = numbers.firstIndex(where: { $0 < shift || $0 - shift >= count }) {
      throw DataFileError(
        file: source, value: names[bad],
        problem: "nodes are numbered from 0 to \(count - 1), a row of the features each",
        remedy:
          "Give --nodes with the nodes' ids, one a line in the order of the features' rows, or features for every node")
    }
    return NumberedEdges(
      from: from.map { Int32(numbers[Int($0)] - shift) }, to: to.map { Int32(numbers[Int($0)] - shift) },
      isFromOne: isFromOne)
  }

  private func byName(_ rowNames: [String]) throws -> NumberedEdges {
    let known = Dictionary(rowNames.enumerated().map { ($1, Int32($0)) }) { first, _ in first }
    let own = names ?? (0...(Int(max(from.max() ?? 0, to.max() ?? 0)))).map { "\($0)" }
    let rows = own.map { known[$0] ?? -1 }
    for end in [from, to] {
      if let bad = end.first(where: { rows[Int($0)] < 0 }) {
        throw DataFileError(
          file: source, value: own[Int(bad)], problem: "this node is not among the names given",
          remedy: "Add it to the file of names and its row to the features, or leave its edges out")
      }
    }
    return NumberedEdges(from: from.map { rows[Int($0)] }, to: to.map { rows[Int($0)] }, isFromOne: false)
  }
}
