import LinearAlgebra
import Pretraining
import Randomness
import TestSupport
import Testing

@Suite struct LeadingComponentsTests {
  private func rows(_ count: Int, _ scales: [Double], seed: UInt64 = 71) -> Matrix {
    var stream = RandomStream(seed: seed)
    var x = stream.normalMatrix(rows: count, columns: scales.count)
    for i in 0..<count { for j in scales.indices { x[i, j] = 3 + x[i, j] * scales[j] + 0.5 * x[i, 0] } }
    return x
  }

  /// Against the singular value decomposition of the centered rows.
  @Test(arguments: [(300, 1), (300, 4), (300, 6), (5, 4)]) func agreesWithSingularValues(_ count: Int, _ k: Int) throws
  {
    let x = rows(count, [5, 4, 3, 2, 1, 0.5])
    let found = try LeadingComponents(RowMoments(rows: x), count: k)
    let svd = try SVD(x.subtractingFromRows(x.columnMeans()))
    let variances = svd.values.map { $0 * $0 / Double(count - 1) }
    #expect(zip(found.variances, variances).allSatisfy { relativeDifference($0, $1) < 1e-12 })
    #expect(relativeDifference(found.totalVariance, variances.reduce(0, +)) < 1e-12)
    #expect(found.nextVariance.map { abs($0 - variances[k]) < 1e-12 * variances[0] } ?? (k == 6))
    for index in 0..<k {
      let expected = (0..<6).map { svd.right[$0, index] }
      let cosine = zip(expected, found.directions.row(index)).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(abs(cosine) - 1) < 1e-10)
      #expect(found.directions.row(index).max { abs($0) < abs($1) }! > 0)
    }
    // Control: division by rows instead of rows - 1 is seen.
    #expect(relativeDifference(found.variances[0] * Double(count - 1) / Double(count), variances[0]) > 1e-4)
  }

  @Test func nearTiesAreSaid() throws {
    let tied = try LeadingComponents(RowMoments(rows: rows(200, [1, 1, 1, 1])), count: 3)
    #expect(tied.warnings.map(\.code) == ["near-closed-eigengap"])
    #expect(tied.warnings[0].message.contains("200 rows"))
    let apart = try LeadingComponents(RowMoments(rows: rows(2000, [8, 4, 2, 1])), count: 3)
    #expect(apart.warnings.isEmpty)
  }

  /// A column 1e12 times smaller than another leaves nothing of itself in their covariance; 1e-5 is no trouble.
  @Test func roundingIsSaid() throws {
    let lost = try LeadingComponents(RowMoments(rows: rows(2000, [1e8, 1, 1e-4])), count: 3)
    #expect(lost.warnings.map(\.code) == ["rounded-components"])
    #expect(lost.warnings[0].message.hasPrefix("Components 2 to 3 of 3"), "\(lost.warnings[0].message)")
    #expect(try LeadingComponents(RowMoments(rows: rows(2000, [1e5, 1])), count: 2).warnings.isEmpty)
  }

  @Test func impossibleNumbersAreRefused() throws {
    let moments = RowMoments(rows: rows(5, [1, 1, 1, 1, 1, 1]))
    for count in [0, -1, 5, 7] {
      let error = try #require(throws: InvalidComponents.self) { try LeadingComponents(moments, count: count) }
      #expect(error.description.contains("1 to 4 components, not \(count)"))
    }
    #expect(throws: InvalidComponents.self) { try LeadingComponents(RowMoments(rows: rows(1, [1, 1])), count: 1) }
  }
}
