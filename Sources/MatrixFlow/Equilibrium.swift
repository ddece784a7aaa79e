/// An equilibrium of the flow, up to rotation: P commutes with M and equals it on the eigenvectors S that it holds.
///
///     P = Σ_{a∈S} λ_a v_a v_a',   |S| = s ≤ r,   f = ¼ Σ_{i∉S} λ_i²
///
/// Within a repeated eigenvalue only the number of directions held is fixed: such equilibria form a manifold beyond the rotations.
public struct Equilibrium: Sendable, Equatable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case globalMinimum = "global_minimum"
    /// Some direction grows; the flow leaves it from almost every nearby start.
    case strictSaddle = "strict_saddle"
    /// X = 0 where every eigenvalue of M is positive.
    case localMaximum = "local_maximum"
  }

  /// Positions in λ_1 >= ... >= λ_n; of a repeated eigenvalue the first ones stand for any.
  public let held: [Int]
  let values: [Double]
  /// r.
  let columns: Int

  /// s.
  public var rank: Int { held.count }
  /// λ_a, a ∈ S.
  public var heldEigenvalues: [Double] { held.map { values[$0] } }
  private var others: [Double] {
    let taken = Set(held)
    return values.indices.filter { !taken.contains($0) }.map { values[$0] }
  }

  // MARK: formula

  /// f.
  public var loss: Double { 0.25 * others.reduce(0) { $0 + $1 * $1 } }

  /// One eigenvalue of the flow's Jacobian, which is minus the Hessian of f.
  public struct JacobianEigenvalue: Sendable, Equatable, Codable {
    public let value: Double
    public let multiplicity: Int
  }

  /// All n r eigenvalues, descending, equal ones together:
  ///
  ///     -(λ_a + λ_b), a ≤ b ∈ S;   λ_i - λ_a, i ∉ S, a ∈ S;   λ_i (r - s times), i ∉ S;   0 (s(s-1)/2 + s(r-s) times: rotations)
  ///
  /// Cost: O(n s) and a sort.
  public var jacobianSpectrum: [JacobianEigenvalue] {
    let (inside, outside, s) = (heldEigenvalues, others, rank)
    var all: [(Double, Int)] = [(0, s * (s - 1) / 2 + s * (columns - s))]
    for (a, first) in inside.enumerated() { for second in inside[a...] { all.append((-(first + second), 1)) } }
    for value in outside {
      for held in inside { all.append((value - held, 1)) }
      all.append((value, columns - s))
    }
    var merged: [JacobianEigenvalue] = []
    for (value, count) in all.sorted(by: { $0.0 > $1.0 }) where count > 0 {
      if let last = merged.last, last.value == value {
        merged[merged.count - 1] = JacobianEigenvalue(value: value, multiplicity: last.multiplicity + count)
      } else {
        merged.append(JacobianEigenvalue(value: value, multiplicity: count))
      }
    }
    return merged
  }

  /// Number of growing directions: Σ_{a∈S} #{i ∉ S: λ_i > λ_a} + (r - s) #{i ∉ S: λ_i > 0}.
  public var index: Int {
    let outside = others
    let overtaken = heldEigenvalues.reduce(0) { sum, held in sum + outside.count { $0 > held } }
    return overtaken + (columns - rank) * outside.count { $0 > 0 }
  }

  /// Number of directions in which the Jacobian vanishes: rotations, moves within repeated eigenvalues, and (r - s) for each
  /// eigenvector of eigenvalue 0. The last kind moves the loss at fourth order; it is what makes convergence O(1/t).
  public var nullity: Int { jacobianSpectrum.first { $0.value == 0 }?.multiplicity ?? 0 }

  /// Every equilibrium that is not a global minimum has a growing direction.
  public var kind: Kind {
    if index == 0 { return .globalMinimum }
    let rises = columns * values.count
    return rank == 0 && index == rises ? .localMaximum : .strictSaddle
  }

  /// Gradient descent X + η(M - XX')X is linearly stable here iff η is below this: 2 / max |decaying eigenvalue|; at a minimum with
  /// all columns in use 2 / max(2λ_1, λ_1 - λ_n). Nil where nothing decays.
  public var largestStableStep: Double? {
    guard let fastest = jacobianSpectrum.last, fastest.value < 0 else { return nil }
    return -2 / fastest.value
  }
}
