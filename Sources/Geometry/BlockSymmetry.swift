import LinearAlgebra

/// A symmetry that treats a parameter as K blocks of equal length: it moves blocks about or turns them round, and has no directions
/// of its own.
public protocol BlockSymmetry: Symmetry {
  var blocks: Int { get }
  var blockLength: Int { get }
}

extension BlockSymmetry {
  public var parameterCount: Int { blocks * blockLength }

  public func verticalBasis(at w: [Double]) -> Matrix { Matrix(rows: parameterCount, columns: 0) }

  /// Blocks in rows.
  func matrix(_ w: [Double]) -> Matrix { Matrix(rows: blocks, columns: blockLength, storage: w) }

  static func check(_ blocks: Int, _ blockLength: Int) {
    precondition(blocks > 0 && blockLength > 0, "\(blocks) blocks of length \(blockLength)")
  }
}
