import LinearAlgebra

/// Where a flow ends.
///
///     P(∞) = Σ_{λ>0} λ Π_λ,   Π_λ the projector on V_λ V_λ' X₀ ker(V_{>λ}' X₀)
///
/// with V_{>λ} the eigenvectors of all larger eigenvalues.
public struct FlowLimit: Sendable {
  /// Eigenvalues of P(∞) that are not 0, descending.
  public let eigenvalues: [Double]
  /// n x rank: their eigenvectors.
  public let eigenvectors: Matrix
  /// f(X(∞)) = ¼ Σ λ² over the eigenvalues of M that P(∞) lacks.
  public let loss: Double
  /// No start does better; otherwise the limit is a strict saddle whose stable manifold holds the start.
  public let isGlobalMinimum: Bool
  /// d₀: how many directions in the kernel of M the flow forgets only like 1/(2t).
  public let excessRank: Int
  public let rankTest: RankTest

  /// rank(V₁'X₀) against min(r, k₊), V₁ the eigenvectors of the top min(r, k₊) eigenvalues, k₊ = #{λ > 0}.
  ///
  /// Where the cut falls inside a repeated eigenvalue: full rank on the larger ones, and rank min(r, k₊) on all down to it.
  public struct RankTest: Sendable, Equatable {
    /// min(r, k₊).
    public let required: Int
    /// What the start reaches.
    public let found: Int
    /// The cut falls inside a repeated eigenvalue: which of its directions are kept depends on the start.
    public let isTied: Bool
    public let margin: RankMargin
  }

  public var rank: Int { eigenvalues.count }

  /// P(∞). Cost: 2 n² rank flops.
  public var product: Matrix {
    eigenvectors.scalingColumns(by: eigenvalues.map { $0.squareRoot() }).transposed().gram()
  }
}

extension FactorizationFlow {
  /// The limit of X(t) as t grows, up to rotation.
  public var limit: FlowLimit {
    let reached = echelon.basisValues.prefix { $0 > 0 }
    let test = rankTest
    return FlowLimit(
      eigenvalues: Array(reached), eigenvectors: echelon.basisVectors.columns(0..<reached.count), loss: limitLoss,
      isGlobalMinimum: test.found == test.required, excessRank: echelon.basisValues.count { $0 == 0 }, rankTest: test)
  }

  private var rankTest: FlowLimit.RankTest {
    let values = eigenvalues
    let required = min(start.columns, values.count { $0 > 0 })
    let isTied = required > 0 && required < values.count && values[required - 1] == values[required]
    // A basis row of an eigenvalue below the cut stands for one above it that is missing.
    let cut = required > 0 ? values[required - 1] : 0
    let found = min(required, echelon.basisValues.count { $0 >= cut && $0 > 0 })
    let above = values.count { $0 > cut }
    let foundAbove = echelon.basisValues.count { $0 > cut }
    return FlowLimit.RankTest(
      required: required,
      found: foundAbove == above || required == 0 ? found : min(found, required - (above - foundAbove)),
      isTied: isTied, margin: rankMargin)
  }

  /// ¼ Σ λ² over M's eigenvalues, less those that the limit has.
  var limitLoss: Double {
    var loss = 0.0
    for space in eigenspaces.spaces {
      let reached = space.value > 0 ? echelon.basisValues.count { $0 == space.value } : 0
      loss += 0.25 * space.value * space.value * Double(space.range.count - reached)
    }
    return loss
  }
}
