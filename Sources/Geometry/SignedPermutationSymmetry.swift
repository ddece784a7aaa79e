import LinearAlgebra
import Randomness

/// K blocks of equal length may change their order and their signs: features that a loss treats alike one by one.
public struct SignedPermutationSymmetry: BlockSymmetry {
  public let blocks: Int
  public let blockLength: Int

  public init(blocks: Int, blockLength: Int) {
    Self.check(blocks, blockLength)
    (self.blocks, self.blockLength) = (blocks, blockLength)
  }

  public func randomRepresentative(of w: [Double], using stream: inout RandomStream) -> [Double] {
    let signs = SignSymmetry(blocks: blocks, blockLength: blockLength)
    let orders = PermutationSymmetry(blocks: blocks, blockLength: blockLength)
    return signs.randomRepresentative(of: orders.randomRepresentative(of: w, using: &stream), using: &stream)
  }

  /// Optimal assignment of blocks by |inner product|, then signs; the nearest point because blocks keep their lengths.
  public func aligned(_ w: [Double], to reference: [Double]) -> [Double] {
    let own = matrix(w)
    let products = multiply(matrix(reference), own, transposing: .right)
    let cost = Matrix(rows: blocks, columns: blocks, storage: products.storage.map { -abs($0) })
    let order = optimalAssignment(cost)
    let signs = order.enumerated().map { products[$0.offset, $0.element] < 0 ? -1.0 : 1 }
    return own.rows(at: order).scalingRows(by: signs).storage
  }
}
