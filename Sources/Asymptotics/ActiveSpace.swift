import LinearAlgebra

/// The span of the features near w*, as functions: what is left of the tangents outside it, across orbits.
///
/// Head directions η that vanish at w* may be switched on nearby. With B_v the span of (I - Π) D⟨η, ψ⟩[v] over such η: where
/// B_v is one space B0 for almost every v, d_act = d_eff + dim B0 and Q leaves B0 out as well; where it turns with v there is
/// no limit. Source: arXiv 2603.27631, section G.2.
struct ActiveSpace {
  /// Q in coordinates across orbits.
  let cost: Matrix
  /// dim B0.
  let extra: Int

  private static let tolerance = 1e-9

  /// Throws `LimitLawError`. Cost: (q r)^3 flops with r null directions.
  init(_ moments: MomentMatrices, split: FeatureSplit, horizontal: Matrix) throws {
    let missing = split.featureCount - split.rank.rank
    guard missing > 0 else {
      self.init(cost: horizontal.congruence(split.schur), extra: 0)
      return
    }
    let (p, q) = (moments.featureCount, moments.parameterCount)
    guard let nullJoint = moments.nullJoint, nullJoint.rows == p + q * (1 + missing) else {
      throw LimitLawError.unknownNullDirections(count: missing)
    }
    let moved = try Self.across(horizontal, FeatureSplit(nullJoint, featureCount: p).schur, parameters: q)
    let width = horizontal.columns
    let (own, null) = (0..<width, width..<moved.rows)
    let among = moved.rows(null).columns(null)
    let cost = moved.rows(own).columns(own)
    let eigen = try SymmetricEigen(among.symmetrized())
    guard eigen.values[0] > Self.tolerance * nullJoint.largestMagnitude else {
      self.init(cost: cost, extra: 0)
      return
    }
    let rank = eigen.values.count { $0 > Self.tolerance * eigen.values[0] }
    guard try Self.rankAlongOneDirection(among, width: width) == rank else {
      throw LimitLawError.directionDependent(nullDirections: missing)
    }
    let cross = moved.rows(own).columns(null)
    let explained = multiply(
      multiply(cross, eigen.pseudoInverse(relativeTolerance: Self.tolerance)), cross, transposing: .right)
    self.init(cost: (cost - explained).symmetrized(), extra: rank)
  }

  private init(cost: Matrix, extra: Int) {
    self.cost = cost
    self.extra = extra
  }

  /// Every q x q block in coordinates across orbits.
  private static func across(_ horizontal: Matrix, _ blocks: Matrix, parameters q: Int) -> Matrix {
    let (count, width) = (blocks.rows / q, horizontal.columns)
    var result = Matrix(rows: count * width, columns: count * width)
    for i in 0..<count {
      for j in 0..<count {
        let block = horizontal.congruence(blocks.rows(i * q..<(i + 1) * q).columns(j * q..<(j + 1) * q))
        for row in 0..<width {
          for column in 0..<width { result[i * width + row, j * width + column] = block[row, column] }
        }
      }
    }
    return result
  }

  /// Rank of B_v at one v in general position.
  private static func rankAlongOneDirection(_ blocks: Matrix, width: Int) throws -> Int {
    let v = (1...width).map { 1 + (Double($0) * 0.6180339887498949).truncatingRemainder(dividingBy: 1) }
    let count = blocks.rows / width
    var gram = Matrix(rows: count, columns: count)
    for i in 0..<count {
      for j in 0..<count {
        let block = blocks.rows(i * width..<(i + 1) * width).columns(j * width..<(j + 1) * width)
        gram[i, j] = dot(v, block * v)
      }
    }
    let values = try SymmetricEigen.values(of: gram.symmetrized())
    return values.count { $0 > tolerance * values[0] }
  }
}
