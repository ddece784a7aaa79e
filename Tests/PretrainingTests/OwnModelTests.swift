import Asymptotics
import Differentiation
import Geometry
import LinearAlgebra
import Pretraining
import Randomness
import TestSupport
import Testing

private func expectSameMoments(_ one: MomentMatrices, _ other: MomentMatrices) {
  #expect(relativeDifference(one.hessian, other.hessian) < 1e-10)
  #expect(relativeDifference(one.scoreCovariance, other.scoreCovariance) < 1e-10)
  #expect(relativeDifference(one.joint, other.joint) < 1e-10)
  func projector(_ basis: Matrix) -> Matrix { multiply(basis, basis, transposing: .right) }
  #expect((projector(one.verticalBasis) - projector(other.verticalBasis)).largestMagnitude < 1e-10)
}

private func factor() throws -> FactorPopulation {
  var stream = RandomStream(seed: 501)
  return try FactorPopulation(
    loadings: stream.normalMatrix(rows: 4, columns: 2), coefficients: [1, -0.4], labelNoise: 0.3)
}

private func factorDesign(_ population: FactorPopulation) throws -> Matrix {
  let loadings = population.fullLoadings
  let covariance = multiply(loadings, loadings, transposing: .right) + .identity(4)
  return gaussianDesign(root: try Cholesky(covariance).factor)
}

@Suite struct OwnModelTests {
  /// Automatic differentiation against the formulas of two populations; moments of Gaussian rows exact by quadrature.
  @Test func factorMomentsAgree() throws {
    let population = try factor()
    let rows = ModelRows(try factorDesign(population))
    let own = try FactorRowLoss(rank: 2, dimension: 4).momentMatrices(
      at: population.fullLoadings.transposed().storage, head: [1, -0.4], unlabeled: rows, downstream: rows)
    let formula = try population.moments()
    expectSameMoments(own, formula)
    #expect(relativeDifference(1.2 * own.hessian, formula.hessian) > 0.1)
    expectSameLaw(
      try LimitLaw(moments: own, noiseVariance: population.noiseVariance), try population.law(), 1e-9)
  }

  @Test func principalComponentMomentsAgree() throws {
    var stream = RandomStream(seed: 502)
    let covariance = stream.normalMatrix(rows: 9, columns: 4).gram()
    let population = try PrincipalComponentsPopulation(covariance: covariance, weights: [1, 0.5], labelNoise: 1)
    let roots = population.eigenvalues[0..<2].map { $0.squareRoot() }
    let a = population.eigenvectors!.columns(0..<2).scalingColumns(by: roots).transposed()
    let rows = ModelRows(gaussianDesign(root: try Cholesky(covariance).factor))
    let own = try PrincipalRowLoss(rank: 2, dimension: 4).momentMatrices(
      at: a.storage, head: [1 / roots[0], 0.5 / roots[1]], unlabeled: rows, downstream: rows)
    expectSameMoments(own, try population.moments())
  }

  /// Away from the minimum there is no law: not at a start, not where a search stopped two standard errors of a parameter away from
  /// it and more; at the population's minimum there is one over sampled rows.
  @Test func noLawAwayFromTheMinimum() throws {
    let population = try factor()
    let (model, rows) = (FactorRowLoss(rank: 2, dimension: 4), ModelRows(try factorDesign(population)))
    let w = population.fullLoadings.transposed().storage
    func moments(_ w: [Double], _ rows: ModelRows) throws -> MomentMatrices {
      try model.momentMatrices(at: w, head: [1, -0.4], unlabeled: rows, downstream: rows)
    }
    #expect(throws: NotAtMinimum.self) { try moments(w.map { 5 * $0 }, rows) }
    var stream = RandomStream(seed: 504)
    let drawn = ModelRows(try population.sample(4000, using: &stream).rows)
    #expect(throws: Never.self) { try moments(w, drawn) }
    let fit = try model.fit(drawn, from: w)
    #expect(fit.status == .minimum)
    #expect(throws: Never.self) { try moments(fit.parameters, drawn) }
    #expect(throws: NotAtMinimum.self) { try moments(fit.parameters.map { 1.2 * $0 }, drawn) }
  }

  /// Any point of the orbit gives the same law.
  @Test func lawDoesNotDependOnTheRepresentative() throws {
    let population = try factor()
    let (model, rows) = (FactorRowLoss(rank: 2, dimension: 4), ModelRows(try factorDesign(population)))
    let w = population.fullLoadings.transposed().storage
    var stream = RandomStream(seed: 503)
    let turned = try model.symmetry.randomRepresentative(of: w, using: &stream)
    // ψ turns with w; so does the head.
    let design = try factorDesign(population)
    let target = model.features(of: design, at: w) * [1, -0.4]
    let head = try QR(model.features(of: design, at: turned)).leastSquares(.column(target)).storage
    func law(_ w: [Double], _ head: [Double]) throws -> LimitLaw {
      try LimitLaw(
        moments: model.momentMatrices(at: w, head: head, unlabeled: rows, downstream: rows), noiseVariance: 1)
    }
    expectSameLaw(try law(w, [1, -0.4]), try law(turned, head), 1e-9)
    #expect(abs(turned[0] - w[0]) > 1e-3)
    // Predictions agree (orbit-invariance, Lemma 4.1); a point off the orbit predicts otherwise.
    let predicted = model.features(of: design, at: turned) * head
    #expect(zip(predicted, target).allSatisfy { abs($0 - $1) < 1e-12 })
    let off = try QR(model.features(of: design, at: [3] + w[1...])).leastSquares(.column(target)).storage
    let wrong = model.features(of: design, at: [3] + w[1...]) * off
    #expect(zip(wrong, target).contains { abs($0 - $1) > 1e-3 })
  }

  /// A non-linear change of the parameters leaves the law alone.
  @Test func reparametrization() throws {
    let population = try FactorPopulation(dimension: 4, strengths: [2], coefficients: [1], labelNoise: 1)
    let (straight, bent) = (
      FactorRowLoss(rank: 1, dimension: 4), Bent(model: FactorRowLoss(rank: 1, dimension: 4))
    )
    let design = try factorDesign(population)
    let rows = ModelRows(design)
    let fit = try bent.fit(rows, from: [1.2, 0.1, 0.1, -0.1])
    #expect(fit.status == OrbitMinimum.Status.minimum && fit.gradientNorm < 1e-9)
    let w = bent.bent(fit.parameters)
    #expect(abs(abs(w[0]) - 2.0.squareRoot()) < 1e-9)
    func law(_ model: some PretrainingModel, _ w: [Double]) throws -> LimitLaw {
      try LimitLaw(
        moments: model.momentMatrices(at: w, head: [1], unlabeled: rows, downstream: rows), noiseVariance: 1)
    }
    expectSameLaw(try law(bent, fit.parameters), try law(straight, w), 1e-8)
    expectSameLaw(try law(straight, w), try population.law(), 1e-8)
  }

  /// Newton from afar finds the maximum likelihood fit that the eigenvalues give in closed form.
  @Test func fitIsTheMaximumLikelihood() throws {
    let population = try factor()
    let rows = try factorDesign(population)
    let fit = try FactorRowLoss(rank: 2, dimension: 4).fit(
      ModelRows(rows), from: [1, 0.2, 0, 0, 0, 1, 0.1, -0.3])
    #expect(fit.status == OrbitMinimum.Status.minimum)
    #expect(fit.gradientNorm < 1e-10 && fit.curvatures.count == 7)
    let a = Matrix(rows: 2, columns: 4, storage: fit.parameters)
    let loadings = population.fullLoadings
    #expect(relativeDifference(a.gram(), multiply(loadings, loadings, transposing: .right)) < 1e-9)
    // From the stationary point 0, a saddle, it gets away.
    let escaped = try FactorRowLoss(rank: 1, dimension: 4).fit(ModelRows(rows), from: [0, 0, 0, 0])
    #expect(escaped.status == OrbitMinimum.Status.minimum && escaped.value < fit.value + 10)
    #expect(dot(escaped.parameters, escaped.parameters) > 0.1)
  }

  @Test func undeclaredSymmetryIsFlat() throws {
    let population = try factor()
    let rows = ModelRows(try factorDesign(population))
    let model = Undeclared(model: FactorRowLoss(rank: 2, dimension: 4))
    let w = population.fullLoadings.transposed().storage
    #expect(try model.fit(rows, from: w.map { 1.1 * $0 }).status == OrbitMinimum.Status.flat)
  }

  /// A sampler passed over panel by panel is the same as its rows in memory, whatever the number of threads.
  @Test func samplerAndMatrixAgree() throws {
    let model = FactorRowLoss(rank: 1, dimension: 3)
    let draw: @Sendable (Int, inout RandomStream) -> Matrix = { $1.normalMatrix(rows: $0, columns: 3) }
    let sampler = ModelRows(count: 1300, seed: 504, draw: draw)
    var memory = Matrix(rows: 0, columns: 3)
    for start in [0, 512, 1024] {
      var stream = RandomStream(seed: 504, replicate: UInt64(start))
      memory = memory.stacked(above: draw(min(512, 1300 - start), &stream))
    }
    let w = try model.fit(ModelRows(memory), from: [1, 0.5, 0.2]).parameters
    func moments(_ rows: ModelRows) throws -> MomentMatrices {
      try model.momentMatrices(at: w, head: [1], unlabeled: rows, downstream: rows)
    }
    let (one, other) = (try moments(sampler), try moments(ModelRows(memory)))
    Parallel.threads = 1
    let single = try moments(sampler)
    Parallel.threads = 2
    for others in [other, single] {
      #expect(one.hessian == others.hessian && one.joint == others.joint)
      #expect(one.scoreCovariance == others.scoreCovariance)
    }
  }
}
