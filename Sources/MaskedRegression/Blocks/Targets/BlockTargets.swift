import LinearAlgebra

/// What the columns outside a block are to tell: the block's own columns, or other numbers of the same rows, such as their pseudo-colours.
public struct BlockTargets: Sendable {
  /// Rows x targets, in their own units.
  public let values: Matrix
  /// The block of each target.
  public let block: [Int]
  /// Columns that are hidden from the prediction of each block's targets, ascending: its own, and others such as a rim.
  public let hidden: [[Int]]

  /// - Parameters:
  ///   - values: one target for each column, or as many for each, those of a column together (the channels of a pixel).
  ///   - blocks: of the columns.
  ///   - hidden: for each block its columns and others that are hidden with it; its columns alone where nil.
  /// Throws `targetCount`, `everythingHidden`.
  public init(_ values: Matrix, blocks: Partition, hidden: [[Int]]? = nil) throws(MaskedRegressionError) {
    let columns = blocks.label.count
    guard columns > 0, values.columns >= columns, values.columns % columns == 0 else {
      throw .targetCount(given: values.columns, columns: columns)
    }
    let each = values.columns / columns
    try self.init(
      values, of: (0..<values.columns).map { blocks.label[$0 / each] }, blocks: blocks, hidden: hidden)
  }

  /// Any number of targets, each of a block. Throws `everythingHidden`.
  public init(
    _ values: Matrix, of block: [Int], blocks: Partition, hidden: [[Int]]? = nil
  ) throws(MaskedRegressionError) {
    precondition(
      block.count == values.columns && block.allSatisfy { (0..<blocks.count).contains($0) }, "a block for each target")
    (self.values, self.block) = (values, block)
    let own = blocks.members
    self.hidden = hidden ?? own
    precondition(
      self.hidden.count == own.count && zip(self.hidden, own).allSatisfy { Set($0).isSuperset(of: $1) },
      "a block's own columns are always hidden")
    if let all = self.hidden.firstIndex(where: { $0.count >= blocks.label.count }) {
      throw .everythingHidden(block: all)
    }
  }

  var count: Int { values.columns }

  /// Targets of each block, ascending.
  var members: [[Int]] {
    var result = [[Int]](repeating: [], count: hidden.count)
    for (target, own) in block.enumerated() { result[own].append(target) }
    return result
  }
}

extension Partition {
  /// Columns of every block of an image together with those at most `rim` pixels from it, in any direction.
  public func withRim(_ rim: Int, imageHeight: Int, imageWidth: Int, channels: Int = 1) -> [[Int]] {
    precondition(label.count == imageHeight * imageWidth * channels && rim >= 0, "blocks of another image")
    return members.map { own in
      var isHidden = [Bool](repeating: false, count: imageHeight * imageWidth)
      for pixel in Set(own.map { $0 / channels }) {
        let (i, j) = (pixel / imageWidth, pixel % imageWidth)
        for a in max(0, i - rim)...min(imageHeight - 1, i + rim) {
          for b in max(0, j - rim)...min(imageWidth - 1, j + rim) { isHidden[a * imageWidth + b] = true }
        }
      }
      // Channels of one pixel may be of several blocks: what is not near stays.
      let near = Set(own)
      return label.indices.filter { near.contains($0) || rim > 0 && isHidden[$0 / channels] }
    }
  }
}
