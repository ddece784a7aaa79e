import Asymptotics
import LinearAlgebra
import Pretraining
import Randomness
import TestSupport
import Testing

/// Q diag(values) Q' with a random rotation.
private func rotated(_ values: [Double], seed: UInt64) throws -> Matrix {
  var stream = RandomStream(seed: seed)
  let frame = try SymmetricEigen(stream.normalMatrix(rows: 2 * values.count, columns: values.count).gram()).vectors
  return multiply(frame.scalingColumns(by: values), frame, transposing: .right).symmetrized()
}

private func pca(covariance: Matrix, _ weights: [Double]) throws -> LimitLaw {
  try PrincipalComponentsPopulation(covariance: covariance, weights: weights, labelNoise: 1).law()
}

private func pca(_ eigenvalues: [Double], downstream: Matrix? = nil) throws -> LimitLaw {
  try PrincipalComponentsPopulation(
    eigenvalues: eigenvalues, weights: [1], labelNoise: 1, downstreamCovariance: downstream
  ).law()
}

private func key(_ body: () throws -> LimitLaw) -> String? {
  do { _ = try body() } catch let error as InvalidPopulation { return error.key } catch {}
  return nil
}

@Suite struct TiesTests {
  /// A tie at the cut is refused however it is rotated; one of 1e-9 has a law, and a warning.
  @Test(arguments: [4, 12, 40])
  func principalComponents(_ d: Int) throws {
    for seed in 1...5 {
      let tied = [4.0, 2, 2] + (3..<d).map { 1 / Double($0) }
      let covariance = try rotated(tied, seed: UInt64(620 + seed))
      #expect(key { try pca(covariance: covariance, [1, 1]) } == "rank")
      #expect(key { try pca(covariance: covariance, [1]) } == nil)
    }
    let apart = try PrincipalComponentsPopulation(eigenvalues: [3, 3 - 1e-9], weights: [1], labelNoise: 1)
    let gap = 3 - (3 - 1e-9)
    #expect(try relativeDifference(apart.law(head: .leastSquares).interaction.mean, 27 / (gap * gap)) < 1e-8)
    #expect(apart.warnings(unlabeled: 1000).map(\.code) == ["near-closed-eigengap"])
    #expect(key { try pca([3, 3 - 4e-16]) } == "rank")
  }

  @Test func factors() throws {
    func world(_ strength: Double) throws -> FactorPopulation {
      try FactorPopulation(dimension: 10, strengths: [4, strength], coefficients: [1, 1], labelNoise: 1)
    }
    #expect(try world(1e-9).law().interaction.mean > 7.9e9)
    #expect(try world(1e-9).warnings(unlabeled: 1000).map(\.code) == ["near-closed-eigengap"])
    // 1 + 1e-300 is 1.
    for strength in [1e-15, 1e-40] { #expect(key { try world(strength).law() } == "strengths") }
    #expect(key { try world(1e-300).law() } == "strengths")
    #expect(try world(1e-300).warnings(unlabeled: 1000).map(\.code) == ["near-closed-eigengap"])
  }

  @Test func spectral() throws {
    let apart = try SpectralPopulation(correlations: [0.5, 0.5 - 1e-12, 0.1], weights: [1], labelNoise: 1)
    #expect(apart.warnings(unlabeled: 1000).map(\.code) == ["near-closed-eigengap"])
    #expect(try apart.law(head: .leastSquares).interaction.mean > 1e22)
    for seed in 1...5 {
      let covariance = try rotated([3, 1, 0.5, 0.2], seed: UInt64(630 + seed))
      let root = try SymmetricEigen(covariance).applying { $0.squareRoot() }
      let turn = try rotated([0.8, 0.4, 0.4, 0.1], seed: UInt64(640 + seed))
      let pairs = multiply(root, multiply(turn, root)).symmetrized()
      func law(_ weights: [Double]) throws -> LimitLaw {
        try SpectralPopulation(covariance: covariance, pairCovariance: pairs, weights: weights, labelNoise: 1).law()
      }
      #expect(key { try law([1, 1]) } == "rank")
      #expect(key { try law([1]) } == nil)
    }
  }
}

@Suite struct MagnitudesTests {
  /// Whatever magnitudes: numbers of a law, or an error that says what is wrong.
  @Test(arguments: [Double.leastNonzeroMagnitude, 1e-300, 1e-160, 1e-60, 1e-20, 1e20, 1e60, 1e155, 1e200, 1.7e308])
  func everyWorldAnswers(_ size: Double) throws {
    let heads: [DownstreamHead] = [
      .leastSquares, .ridge(scale: 0.5), .logistic(intercept: 0.3), .poisson(intercept: nil),
    ]
    let worlds: [() throws -> any TwoStagePopulation] = [
      { try PrincipalComponentsPopulation(eigenvalues: [2 * size, size, 0.5 * size], weights: [1], labelNoise: 1) },
      { try PrincipalComponentsPopulation(eigenvalues: [2, 1, size], weights: [1], labelNoise: 1) },
      { try PrincipalComponentsPopulation(eigenvalues: [2, 1, 0.5], weights: [size], labelNoise: 1) },
      { try PrincipalComponentsPopulation(eigenvalues: [2, 1, 0.5], weights: [1], labelNoise: size) },
      {
        try PrincipalComponentsPopulation(
          covariance: .diagonal([2, 1]), weights: [1], labelNoise: 1, centering: .none(mean: [size, 0]))
      },
      { try FactorPopulation(dimension: 5, strengths: [size], coefficients: [1], labelNoise: 1) },
      {
        try FactorPopulation(
          loadings: size * Matrix.identity(5).columns(0..<2), coefficients: [1, 1], labelNoise: 1)
      },
      { try FactorPopulation(dimension: 5, strengths: [2], coefficients: [size], labelNoise: size) },
      {
        try FactorAnalysisPopulation(
          loadings: Matrix(rows: 4, columns: 1, repeating: 1), noiseVariances: [size, size, size, size], noise: .common,
          coefficients: [1], labelNoise: 1)
      },
      {
        try FactorAnalysisPopulation(
          loadings: Matrix(rows: 4, columns: 1, repeating: 1), noiseVariances: [size, 1, 1, 1], noise: .diagonal,
          coefficients: [1], labelNoise: 1)
      },
      { try SpectralPopulation(correlations: [0.5, min(size, 0.4)], weights: [size], labelNoise: 1) },
      {
        try SpectralPopulation(
          covariance: size * .identity(3), pairCovariance: size * Matrix.diagonal([0.5, 0.3, 0.2]), weights: [1],
          labelNoise: 1)
      },
    ]
    for (index, world) in worlds.enumerated() {
      for head in heads {
        do {
          let (population, law) = (try world(), try world().law(head: head))
          let scaled = law.scaledExcessRisk(ratio: 1e-9)
          let numbers = [scaled.mean, scaled.variance, scaled.quantile(0.99)]
          let wrong = numbers.first { !$0.isFinite }
          #expect(wrong == nil, "world \(index)")
          let nan = population.warnings(unlabeled: 1).first { $0.message.contains("nan") }
          #expect(nan == nil)
        } catch is InvalidPopulation {} catch is LimitLawError {} catch is HeadError {}
      }
    }
  }
}

@Suite struct SingularDownstreamTests {
  /// No variance in a dropped direction: the law is the general route's and the simulation's, and d_base the rank.
  @Test func onlyInDroppedDirections() throws {
    let world = try PrincipalComponentsPopulation(
      eigenvalues: [3, 2, 1], weights: [1], labelNoise: 1, downstreamCovariance: .diagonal([3, 2, 0]))
    let law = try world.law()
    #expect(law.baseDimension == 2 && law.effectiveDimension == 1)
    #expect(relativeDifference(law.interaction.mean, 3 * 2 * 2) < 1e-14)
    let general = try LimitLaw(moments: world.moments(), noiseVariance: 1)
    #expect(relativeDifference(general.interaction.mean, law.interaction.mean) < 1e-9)
    #expect(general.baseDimension == 2)
    let m = 100_000
    let values = try Parallel.map(count: 4000) { index in
      var stream = RandomStream(seed: 650, replicate: UInt64(index))
      return try Double(m) * world.replicate(Experiment(unlabeled: m, labeled: 50), using: &stream).representation
    }
    let sample = SampleMean(values)
    #expect(abs(sample.z(against: 12)) < 5)
    #expect(abs(sample.z(against: 1.2 * 12)) > 5 && abs(sample.z(against: 0.8 * 12)) > 5)
  }

  @Test func retainedDirectionsMustVary() throws {
    let flat = Matrix.diagonal([0, 2, 1])
    func factor() throws -> LimitLaw {
      try FactorPopulation(
        dimension: 3, strengths: [3], coefficients: [1], labelNoise: 1, downstreamCovariance: flat
      ).law()
    }
    func spectral() throws -> LimitLaw {
      try SpectralPopulation(
        correlations: [0.5, 0.3, 0.1], weights: [1], labelNoise: 1, downstreamCovariance: flat
      ).law()
    }
    for body in [factor, spectral] { #expect(key(body) == "downstream.covariance") }
    #expect(key { try pca([3, 2, 1], downstream: flat) } == "downstream.covariance")
    let indefinite = Matrix([[1, 2, 0], [2, 1, 0], [0, 0, 1]])
    #expect(key { try pca([3, 2, 1], downstream: indefinite) } == "downstream.covariance")
  }
}

@Suite struct TargetOnTheColumnsTests {
  private static let mean = [0.8, -0.3, 0.5, 0.2]
  private func covariance() throws -> Matrix { try rotated([4, 2, 1, 0.5], seed: 660) }

  /// Sign convention: the entry of largest magnitude of every eigenvector is positive.
  @Test func signConvention() throws {
    for seed in 661...680 {
      let world = try PrincipalComponentsPopulation(
        covariance: rotated([4, 2, 1, 0.5], seed: UInt64(seed)), weights: [1], labelNoise: 1)
      for column in 0..<4 {
        let vector = world.eigenvectors!.column(column)
        #expect(vector.max()! >= -vector.min()! * (1 - 1e-6))
      }
    }
    // Magnitudes that tie: the first of them is positive, whatever the rounding.
    let tied = try PrincipalComponentsPopulation(
      covariance: Matrix([[2, -1], [-1, 2]]), weights: [1], labelNoise: 1)
    #expect(tied.eigenvectors![0, 0] > 0 && tied.eigenvectors![1, 0] < 0)
  }

  /// Without centring the law sees the weights' signs; coefficients on the columns say which target is meant.
  @Test func coefficientsNeedNoConvention() throws {
    func law(_ target: PrincipalComponentsPopulation.Target) throws -> LimitLaw {
      try PrincipalComponentsPopulation(
        covariance: covariance(), target: target, labelNoise: 1, centering: .none(mean: Self.mean)
      ).law()
    }
    let frame = try PrincipalComponentsPopulation(
      covariance: covariance(), weights: [1, 0.5], labelNoise: 1, centering: .none(mean: Self.mean)
    ).eigenvectors!.columns(0..<2)
    let same = try law(.coefficients(frame * [1, 0.5], rank: 2)).interaction.mean
    let flipped = try law(.coefficients(frame * [1, -0.5], rank: 2)).interaction.mean
    #expect(try relativeDifference(same, law(.weights([1, 0.5])).interaction.mean) < 1e-12)
    #expect(try relativeDifference(flipped, law(.weights([1, -0.5])).interaction.mean) < 1e-12)
    #expect(relativeDifference(same, flipped) > 1e-3)
  }

  @Test func targetsOutsideTheSpanAreRefused() throws {
    #expect(
      key {
        try PrincipalComponentsPopulation(
          covariance: .diagonal([3, 2, 1]), target: .coefficients([1, 1e-3, 0], rank: 1), labelNoise: 1
        ).law()
      } == "downstream.coefficients")
  }

  /// Variances not in order, with labeled rows of their own: columns stay what they are.
  @Test func unsortedVariancesKeepTheirColumns() throws {
    let sorted = try PrincipalComponentsPopulation(
      eigenvalues: [3, 2, 1], weights: [1], labelNoise: 1, downstreamCovariance: .diagonal([5, 4, 0.3])
    ).law()
    let unsorted = try PrincipalComponentsPopulation(
      eigenvalues: [1, 3, 2], weights: [1], labelNoise: 1, downstreamCovariance: .diagonal([0.3, 5, 4])
    ).law()
    #expect(relativeDifference(sorted.interaction.mean, unsorted.interaction.mean) < 1e-13)
  }

  /// Which of two tied directions a weight belongs to is not determined where the law depends on it.
  @Test func tiesAmongRetainedDirections() throws {
    func codes(_ target: PrincipalComponentsPopulation.Target, _ downstream: Matrix?) throws -> [String] {
      try PrincipalComponentsPopulation(
        covariance: .diagonal([2, 2, 1]), target: target, labelNoise: 1, downstreamCovariance: downstream
      ).law().warnings.map(\.code)
    }
    #expect(try codes(.weights([1, 0.5]), nil) == [])
    #expect(try codes(.weights([1, 0.5]), .diagonal([3, 2, 1])) == ["ambiguous-weights"])
    #expect(try codes(.coefficients([1, 0.5, 0], rank: 2), .diagonal([3, 2, 1])) == [])
  }
}

@Suite struct FactorAnalysisRefusalTests {
  private func refusal(_ loadings: Matrix) -> String? {
    do {
      _ = try FactorAnalysisPopulation(
        loadings: loadings, noiseVariances: [Double](repeating: 1, count: loadings.rows), noise: .diagonal,
        coefficients: [Double](repeating: 1, count: loadings.columns), labelNoise: 1
      ).law()
    } catch LimitLawError.notIdentified(let reason) { return reason } catch {}
    return nil
  }

  @Test func saysWhichReason() throws {
    var stream = RandomStream(seed: 690)
    // 11 parameters for 10 covariances.
    let counted = try #require(refusal(stream.normalMatrix(rows: 4, columns: 2)))
    #expect(counted.contains("11 parameters for 10 covariances") && counted.contains("at most 1 factors"))
    // As many as there are.
    #expect(refusal(stream.normalMatrix(rows: 6, columns: 3)) == nil)
    #expect(refusal(stream.normalMatrix(rows: 3, columns: 1)) == nil)
    let pair = try #require(refusal(Matrix([[1], [1], [0], [0]])))
    #expect(pair.contains("fewer than three columns"))
  }
}
