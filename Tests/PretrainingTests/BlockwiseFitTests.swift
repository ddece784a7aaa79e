import LinearAlgebra
import Pretraining
import Randomness
import TestSupport
import Testing

/// Fits that read rows in blocks give, to the bit, what the same rows in memory give, on any number of threads.
@Suite(.serialized) struct BlockwiseFitTests {
  private static func rows(_ count: Int, _ columns: Int) -> Matrix {
    var stream = RandomStream(seed: 71)
    var rows = stream.normalMatrix(rows: count, columns: columns)
    for i in 0..<count {
      for j in 0..<columns { rows[i, j] += i % 3 == 0 ? 4 : Double(j) * 0.3 * rows[i, 0] }
    }
    return rows
  }

  private static var mixture: GaussianMixture {
    var method = GaussianMixture(estimates: MixtureUnknowns(weights: true, variance: true))
    (method.restarts, method.maximumIterations) = (2, 20)
    return method
  }

  private static let methods: [any PretrainingMethod] = [
    PrincipalComponents(), PrincipalComponents(standardizes: true), FactorModel(), FactorModel(noise: .unit),
    FactorModel(noise: .diagonal), MaskedRidgeFeatures(), mixture, LinearSpectral(pairing: .noisyViews(noise: 0.5)),
    LinearSpectral(pairing: .lagged(3)), LinearSpectral(pairing: .lagged(2, length: 8000)),
    LinearSpectral(pairing: .given(rows(8000, 8) + rows(8000, 8))),
    LinearSpectral(pairing: .given(RowsInBlocks(rows(8000, 8) + rows(8000, 8)))),
  ]

  private func features(_ found: [any Representation], _ rows: Matrix) -> [Matrix] {
    found.map { $0.features(of: rows.rows(0..<50)) }
  }

  @Test(arguments: methods.indices) func theSameBits(_ index: Int) throws {
    let method = Self.methods[index]
    let rows = Self.rows(9000, 8)
    let known = try method.fit(rows, sizes: [2, 3])
    let half = (0..<9000).filter { $0 % 5 < 2 }
    let knownHalf = try method.refit(rows, at: half, sizes: [2, 3], from: known)
    let before = Parallel.threads
    defer { Parallel.threads = before }
    for threads in [1, 2, 3] {
      Parallel.threads = threads
      let found = try method.fit(RowsInBlocks(rows), sizes: [2, 3])
      #expect(features(found, rows) == features(known, rows))
      let foundHalf = try method.refit(RowsInBlocks(rows), at: half, sizes: [2, 3], from: known)
      #expect(features(foundHalf, rows) == features(knownHalf, rows))
    }
    // Other rows, other answer.
    #expect(features(knownHalf, rows) != features(known, rows))
  }

  /// Partners that come in blocks are the same partners.
  @Test func partnersInBlocks() throws {
    let (rows, partners) = (Self.rows(6000, 5), Self.rows(7000, 5).rows(1000..<7000))
    let known = try LinearSpectral(pairing: .given(partners)).fit(rows, sizes: [1, 2])
    for pairs in [partners, rows] {
      let found = try LinearSpectral(pairing: .given(RowsInBlocks(pairs))).fit(
        RowsInBlocks(rows), sizes: [1, 2])
      #expect((features(found, rows) == features(known, rows)) == (pairs == partners))
    }
  }

  /// Starts among more numbers than are looked at: the same in both ways, and the centres are found.
  @Test func startsOfManyRows() throws {
    let rows = Self.rows(1_100_000, 4)
    var method = Self.mixture
    (method.restarts, method.maximumIterations) = (1, 3)
    let (known, found) = try (method.fit(rows, components: 2), method.fit(RowsInBlocks(rows), components: 2))
    #expect(known.centers == found.centers && known.logLikelihoods == found.logLikelihoods)
    #expect(found.logLikelihoods[2] > found.logLikelihoods[0])
  }

  @Test func unsoundRowsAreNamed() throws {
    var rows = Self.rows(3000, 4)
    rows[2500, 1] = .infinity
    for source in [rows, RowsInBlocks(rows)] as [any RowSource] {
      #expect(throws: MixtureFitError.nonFinite(row: 2500, column: 1, value: .infinity)) {
        try Self.mixture.fit(source, components: 2)
      }
    }
    #expect(throws: LinearAlgebraError.nonFinite(row: 2500, column: 1, value: .infinity)) {
      try PrincipalComponents().fit(RowsInBlocks(rows), sizes: [1])
    }
  }

  /// What a method without a way of its own does.
  @Test func othersReadAllRows() throws {
    let (rows, method) = (Self.rows(400, 5), Whole())
    let (known, found) = try (method.fit(rows, sizes: [2]), method.fit(RowsInBlocks(rows), sizes: [2]))
    #expect(features(found, rows) == features(known, rows))
  }

  private struct Whole: PretrainingMethod {
    let name = "whole"
    func largestSize(rows: Int, columns: Int) -> Int { columns }
    func fit(_ rows: some RowSource, sizes: [Int]) throws -> [any Representation] {
      try PrincipalComponents().fit(rows, sizes: sizes)
    }
  }
}
