import LinearAlgebra
import Randomness

/// The order of K blocks of equal length does not matter: mixture components, clusters.
public struct PermutationSymmetry: BlockSymmetry {
  public let blocks: Int
  public let blockLength: Int

  public init(blocks: Int, blockLength: Int) {
    Self.check(blocks, blockLength)
    (self.blocks, self.blockLength) = (blocks, blockLength)
  }

  public func randomRepresentative(of w: [Double], using stream: inout RandomStream) -> [Double] {
    matrix(w).rows(at: stream.permutation(blocks)).storage
  }

  /// Optimal assignment of blocks by squared distance. Cost: K^2 length + K^3.
  public func aligned(_ w: [Double], to reference: [Double]) -> [Double] {
    matrix(w).rows(at: assignment(w, to: reference)).storage
  }

  /// For each block of `reference`, the block of `w` that belongs to it.
  public func assignment(_ w: [Double], to reference: [Double]) -> [Int] {
    let (own, target) = (matrix(w), matrix(reference))
    var cost = Matrix(rows: blocks, columns: blocks)
    for i in 0..<blocks {
      for j in 0..<blocks {
        cost[i, j] = zip(target.row(i), own.row(j)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
    }
    return optimalAssignment(cost)
  }
}

/// Each of K blocks may change its sign: eigenvectors, independent components.
public struct SignSymmetry: BlockSymmetry {
  public let blocks: Int
  public let blockLength: Int

  public init(blocks: Int, blockLength: Int) {
    Self.check(blocks, blockLength)
    (self.blocks, self.blockLength) = (blocks, blockLength)
  }

  public func randomRepresentative(of w: [Double], using stream: inout RandomStream) -> [Double] {
    withSigns((0..<blocks).map { _ in stream.uniform() < 0.5 ? -1 : 1 }, w)
  }

  public func aligned(_ w: [Double], to reference: [Double]) -> [Double] {
    let signs = (0..<blocks).map { block in
      let range = block * blockLength..<(block + 1) * blockLength
      return dot(Array(w[range]), Array(reference[range])) < 0 ? -1.0 : 1
    }
    return withSigns(signs, w)
  }

  private func withSigns(_ signs: [Double], _ w: [Double]) -> [Double] {
    precondition(w.count == parameterCount, "\(w.count) parameters instead of \(parameterCount)")
    return w.indices.map { signs[$0 / blockLength] * w[$0] }
  }
}
