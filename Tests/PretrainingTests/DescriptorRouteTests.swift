import Asymptotics
import Geometry
import LinearAlgebra
import Pretraining
import Randomness
import TestSupport
import Testing

/// The law on the manifold of descriptors M = A'A, as the paper has it: Riemannian Hessian with its curvature term, score and cost in
/// an orthonormal tangent basis. Must equal the law in the flat space of A.
private struct DescriptorRoute {
  /// ∇f(M*) in the surrounding space.
  let gradient: Matrix
  let ambientHessian: (Matrix) -> Matrix
  /// Covariance of ⟨ξ, score⟩ and ⟨η, score⟩.
  let scoreCovariance: (Matrix, Matrix) -> Double
  /// d(features' map) along a movement E of A, applied to the head: a vector of coefficients on x.
  let tangent: (Matrix) -> [Double]
  /// Features are `features` · x with x of this covariance.
  let features: Matrix
  let covariance: Matrix

  func weights(at a: Matrix, curved: Bool = true) throws -> [Double] {
    let point = try FixedRankPSD(truncating: a.gram(), rank: a.rows)
    let basis = point.tangentBasis()
    let hessian = point.hessian(
      basis: basis, gradient: curved ? gradient : Matrix(rows: a.columns, columns: a.columns),
      ambientHessian: ambientHessian)
    var scores = Matrix(rows: basis.count, columns: basis.count)
    for i in basis.indices { for j in basis.indices { scores[i, j] = scoreCovariance(basis[i], basis[j]) } }
    let root = try SymmetricEigen(scores.symmetrized()).applying { max($0, 0).squareRoot() }
    let response = try Cholesky(hessian).solve(root)
    let tangents = try Matrix(basis.map { tangent(try lift($0, at: a)) })
    let rest = multiply(multiply(tangents, try residualCovariance()), tangents, transposing: .right)
    return try SymmetricEigen.values(of: multiply(response, multiply(rest, response), transposing: .left).symmetrized())
  }

  /// E with A'E + E'A = ξ: (AA')⁻¹ A ξ (I - P/2), P the projection on the rows of A.
  private func lift(_ ξ: Matrix, at a: Matrix) throws -> Matrix {
    let inverse = try Cholesky(multiply(a, a, transposing: .right)).solve(a)
    let projection = multiply(a, inverse, transposing: .left)
    return multiply(multiply(inverse, ξ), .identity(a.columns) - 0.5 * projection)
  }

  private func residualCovariance() throws -> Matrix {
    let cross = multiply(features, covariance)
    let block = multiply(cross, features, transposing: .right)
    return covariance - multiply(cross, try Cholesky(block.symmetrized()).solve(cross), transposing: .left)
  }
}

@Suite struct DescriptorRouteTests {
  private func expectSame(_ manifold: [Double], _ law: LimitLaw, _ tolerance: Double = 1e-8) {
    let flat = weights(law.interaction)
    for (x, y) in zip(manifold, flat) { #expect(relativeDifference(x, y) < tolerance) }
    #expect(manifold.dropFirst(flat.count).allSatisfy { abs($0) < 1e-10 * flat[0] })
  }

  /// ½ E||xx' - M||²: the best rank-k fit leaves a normal gradient, so the curvature matters.
  @Test func principalComponents() throws {
    var stream = RandomStream(seed: 31)
    let covariance = 0.1 * stream.normalMatrix(rows: 12, columns: 5).gram()
    let population = try PrincipalComponentsPopulation(covariance: covariance, weights: [1, -0.7], labelNoise: 1)
    let roots = population.eigenvalues[0..<2].map { $0.squareRoot() }
    let a = population.eigenvectors!.columns(0..<2).scalingColumns(by: roots).transposed()
    let head = [1 / roots[0], -0.7 / roots[1]]
    let route = DescriptorRoute(
      gradient: a.gram() - covariance, ambientHessian: { $0 },
      scoreCovariance: { 2 * traceOfProduct(multiply($0, covariance), multiply($1, covariance)) },
      tangent: { $0.transposedTimes(head) }, features: a, covariance: covariance)
    expectSame(try route.weights(at: a), try population.law())
    // Negative control: without the curvature term the weights are others.
    let flat = try route.weights(at: a, curved: false)
    #expect(try relativeDifference(flat[0], weights(population.law().interaction)[0]) > 0.2)
  }

  /// Maximum likelihood, ½ E[log det(I + M) + x'(I + M)⁻¹x]: the gradient vanishes in the surrounding space.
  @Test func factorModel() throws {
    var stream = RandomStream(seed: 32)
    let population = try FactorPopulation(
      loadings: stream.normalMatrix(rows: 6, columns: 2), coefficients: [1, -0.4], labelNoise: 0.3)
    let a = population.fullLoadings.transposed()
    let covariance = a.gram() + .identity(6)
    let k = try Cholesky(covariance).inverse()
    let head = [1, -0.4]
    func between(_ ξ: Matrix) -> Matrix { multiply(multiply(k, ξ), k) }
    let route = DescriptorRoute(
      gradient: Matrix(rows: 6, columns: 6), ambientHessian: { 0.5 * between($0) },
      scoreCovariance: { 0.5 * traceOfProduct(between($0), $1) },
      tangent: { e in
        let turn = multiply(a, e, transposing: .left)
        let map = multiply(e, k) - multiply(a, between(turn + turn.transposed()))
        return map.transposedTimes(head)
      }, features: multiply(a, k), covariance: covariance)
    expectSame(try route.weights(at: a), try population.law())
  }

  /// tr((MΣ)²) - 2 tr(MΣ⁺): the correlations that are not kept leave a normal gradient. The score's covariance is TWO_STAGE's,
  /// written out direction by direction.
  @Test func spectral() throws {
    var stream = RandomStream(seed: 33)
    let sigma = 0.1 * stream.normalMatrix(rows: 10, columns: 5).gram() + .identity(5)
    let root = try Cholesky(sigma).factor
    let turn = try SymmetricEigen(stream.normalMatrix(rows: 10, columns: 5).gram()).vectors
    let frame = root * turn
    let pairs = multiply(frame.scalingColumns(by: [0.8, 0.6, 0.3, 0.2, 0.1]), frame, transposing: .right).symmetrized()
    let population = try SpectralPopulation(
      covariance: sigma, pairCovariance: pairs, weights: [1, -0.6], labelNoise: 1)
    let a = population.parameters
    let m = a.gram()
    let head = zip(population.weights, population.correlations).map { $0 / $1.squareRoot() }
    func half(_ h: Matrix) -> Matrix { multiply(multiply(m, sigma), h) }
    let inner = multiply(multiply(m, sigma), m)
    func score(_ h1: Matrix, _ h2: Matrix) -> Double {
      let (p1, p2, s1, s2) = (half(h1), half(h2), multiply(h1, sigma), multiply(h2, sigma))
      func cross(_ p: Matrix, _ h: Matrix) -> Double {
        traceOfProduct(multiply(p, sigma), multiply(h, pairs)) + traceOfProduct(multiply(p, pairs), multiply(h, sigma))
      }
      let attraction = traceOfProduct(s1, s2) + traceOfProduct(multiply(h1, pairs), multiply(h2, pairs))
      let repulsion =
        traceOfProduct(p1, sigma) * traceOfProduct(p2, sigma)
        + 2 * traceOfProduct(multiply(p1, sigma), multiply(p2, sigma))
        + traceOfProduct(s1, s2) * traceOfProduct(inner, sigma)
        + 4 * traceOfProduct(multiply(s1, s2), multiply(inner, sigma))
      return 4 * (attraction - cross(p2, h1) - cross(p1, h2) + repulsion)
    }
    let route = DescriptorRoute(
      gradient: 2 * (multiply(multiply(sigma, m), sigma) - pairs),
      ambientHessian: { 2 * multiply(multiply(sigma, $0), sigma) }, scoreCovariance: score,
      tangent: { $0.transposedTimes(head) }, features: a, covariance: sigma)
    expectSame(try route.weights(at: a), try population.law())
    let flat = try route.weights(at: a, curved: false)
    #expect(try relativeDifference(flat[0], weights(population.law().interaction)[0]) > 0.2)
  }

  /// Factor analysis: descriptors (A A', Ψ), a product of the manifold with a flat space; Fisher information on both.
  @Test func factorAnalysis() throws {
    var stream = RandomStream(seed: 34)
    let population = try FactorAnalysisPopulation(
      loadings: stream.normalMatrix(rows: 6, columns: 2), noiseVariances: [0.5, 1, 2, 0.7, 1.5, 0.9],
      noise: .diagonal, coefficients: [1, -0.4], labelNoise: 0.3)
    let a = population.loadings.transposed()
    let k = try Cholesky(population.covariance).inverse()
    let features = multiply(a, k)
    let tangentSpace = try FixedRankPSD(truncating: a.gram(), rank: 2).tangentBasis()
    let inverse = try Cholesky(multiply(a, a, transposing: .right)).solve(a)
    let projection = multiply(a, inverse, transposing: .left)
    var moves: [(covariance: Matrix, features: Matrix)] = tangentSpace.map { ξ in
      let lifted = multiply(multiply(inverse, ξ), .identity(6) - 0.5 * projection)
      return (ξ, multiply(lifted, k) - multiply(features, multiply(ξ, k)))
    }
    for column in 0..<6 {
      var entry = Matrix(rows: 6, columns: 6)
      entry[column, column] = 1
      moves.append((entry, -1.0 * multiply(features, multiply(entry, k))))
    }
    var information = Matrix(rows: moves.count, columns: moves.count)
    for i in moves.indices {
      for j in moves.indices {
        information[i, j] =
          0.5 * traceOfProduct(multiply(k, moves[i].covariance), multiply(k, moves[j].covariance))
      }
    }
    let cross = multiply(features, population.covariance)
    let block = multiply(cross, features, transposing: .right)
    let rest =
      population.covariance - multiply(cross, try Cholesky(block.symmetrized()).solve(cross), transposing: .left)
    let tangents = Matrix(moves.map { $0.features.transposedTimes([1, -0.4]) })
    let cost = multiply(multiply(tangents, rest), tangents, transposing: .right)
    let whitened = try Cholesky(information.symmetrized()).solve(cost)
    // Mean and variance of the law are traces of F⁻¹Q and its square.
    let law = try population.law().interaction
    #expect(relativeDifference(whitened.trace, law.mean) < 1e-8)
    #expect(relativeDifference(2 * traceOfProduct(whitened, whitened), law.variance) < 1e-8)
  }
}
