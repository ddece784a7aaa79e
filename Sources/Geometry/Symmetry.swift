import LinearAlgebra
import Randomness

/// A compact group of linear isometries of the parameters w ∈ ℝ^q that leaves a pre-training loss as it is.
///
/// Parameters are stored flat, blocks one after the other, matrices row by row. Estimates are defined only up to the group:
/// whatever is reported about them must not change along an orbit.
/// Source: arXiv 2603.27631, section 4.
public protocol Symmetry: Sendable {
  /// Number of parameters, q.
  var parameterCount: Int { get }
  /// g.w for a group element g drawn uniformly (Haar measure).
  func randomRepresentative(of w: [Double], using stream: inout RandomStream) throws -> [Double]
  /// Orthonormal basis of the orbit's tangent space at w, from the Lie algebra: q x (dimension of the orbit).
  func verticalBasis(at w: [Double]) throws -> Matrix
  /// The point of w's orbit nearest to `reference`.
  func aligned(_ w: [Double], to reference: [Double]) throws -> [Double]
}

extension Symmetry {
  /// Distance between the orbits of two parameters: the smallest ||g.w - v||.
  public func orbitDistance(_ w: [Double], _ v: [Double]) throws -> Double {
    let nearest = try aligned(w, to: v)
    return zip(nearest, v).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  /// Orthonormal basis of the directions across orbits at w: q x (q - dimension of the orbit). Cost: 9 q^3 flops.
  public func horizontalBasis(at w: [Double]) throws -> Matrix {
    try verticalBasis(at: w).orthogonalComplement()
  }
}

/// No symmetry: every parameter is its own orbit.
public struct TrivialSymmetry: Symmetry {
  public let parameterCount: Int

  public init(parameterCount: Int) { self.parameterCount = parameterCount }

  public func randomRepresentative(of w: [Double], using stream: inout RandomStream) -> [Double] { w }
  public func verticalBasis(at w: [Double]) -> Matrix { Matrix(rows: parameterCount, columns: 0) }
  public func aligned(_ w: [Double], to reference: [Double]) -> [Double] { w }
}
