import Foundation
import Pretell
import TestSupport
import Testing

/// What is in the lists of methods and of worlds keeps their promises, and so does what somebody adds to them.
@Suite struct ListsTests {
  private static let methods = Methods.all + [RandomProjection()]
  private static let worlds = Populations.all + [RandomProjectionPopulation.self]

  @Test func namesAreTheirOwn() {
    let names = Self.methods.map(\.name)
    #expect(Set(names).count == names.count && Set(names).isDisjoint(with: ["none", "ridge"]))
    for name in names.dropLast() { #expect(Methods.named(name)?.name == name) }
    #expect(Methods.named("random-projection") == nil)
    let models = Self.worlds.map { $0.modelName }
    #expect(Set(models).count == models.count)
  }

  private static let rows = {
    var stream = RandomStream(seed: 5)
    return stream.normalMatrix(rows: 240, columns: 5).scalingColumns(by: [3, 2, 1, 1, 0.5])
  }()

  /// Every size asked for, in order; the same bits from rows that come in blocks, and from some of the rows.
  @Test(arguments: methods.indices) func fits(_ index: Int) throws {
    let (method, rows) = (Self.methods[index], Self.rows)
    let sizes = [method.smallestSize, method.smallestSize + 1]
    #expect(method.largestSize(rows: 240, columns: 5) >= sizes[1])
    func features(_ found: [any Representation]) -> [Matrix] { found.map { $0.features(of: rows) } }
    let found = try method.fit(rows, sizes: sizes)
    #expect(found.count == 2 && zip(found, features(found)).allSatisfy { $0.featureCount == $1.columns })
    #expect(features(try method.fit(RowsInBlocks(rows), sizes: sizes)) == features(found))
    #expect(features(try method.fit(rows, sizes: [sizes[1]])) == [features(found)[1]])
    let half = Array(stride(from: 0, to: 240, by: 2))
    #expect(
      features(try method.refit(rows, at: half, sizes: sizes, from: found))
        == features(try method.refit(RowsInBlocks(rows), at: half, sizes: sizes, from: found)))
    for representation in found {
      if let affine = representation.affine { #expect(affine.features(of: rows) == representation.features(of: rows)) }
      if let counts = representation.rowsPerComponent(rows) {
        #expect(relativeDifference(counts.reduce(0, +), 240) < 1e-12)
      }
    }
    if let moments = method.byMoments {
      #expect(features(try moments.fit(RowMoments(rows: rows), sizes: sizes)) == features(found))
    }
  }

  @Test func aMethodOfOnesOwnIsPlanned() throws {
    var stream = RandomStream(seed: 6)
    let labels = zip(Self.rows.rows(0..<90) * [1, 1, 0, 0, 0], stream.normals(90)).map { $0 + $1 }
    let plan = try Planner.plan(
      PlanRequest(
        unlabeled: Self.rows.rows(90..<240), features: Self.rows.rows(0..<90), labels: labels,
        methods: [PrincipalComponents(), RandomProjection()], sizes: [2, 3]))
    for size in [2, 3] {
      let own = try #require(plan.candidate("random-projection", size: size))
      #expect(own.predictedRisk != nil && own.parts?.pretraining == 0)
    }
    // What is fitted pays for it.
    let fitted = [2, 3].compactMap { plan.candidate("pca", size: $0)?.parts?.pretraining }
    #expect(fitted.count == 2 && fitted.contains { $0 > 0 })
  }

  /// Its replicates follow its law: n (R - σ²) has the mean σ² k n/(n - k - 1), 3 k labels or 1/20 of them.
  /// 2000 replicates: a mean that is 20 % off is 30 standard errors away, either way.
  @Test func aWorldOfOnesOwnIsSimulated() throws {
    let instance = try withInstance(
      """
      model = "random-projection"
      dimension = 6
      [downstream]
      coefficients = [1.0, 0.5]
      noise = 2.0
      [samples]
      unlabeled = 100
      labeled = 200
      """
    ) { try Instance(path: $0, among: Self.worlds) }
    #expect(instance.model == "random-projection")
    #expect(try instance.law().scaledExcessRisk(ratio: instance.ratio).mean == 8)
    let found = try Simulation(
      instance.population, experiment: instance.experiment(), replicates: 2000, seed: 3
    ).scaledExcessRisk
    let expected = 4 * 2 * 200.0 / (200 - 2 - 1)
    #expect(abs(found.mean - expected) < 5 * found.standardError)
    for wrong in [0.8, 1.2] { #expect(abs(found.mean - wrong * expected) > 5 * found.standardError) }
  }
}

/// Calls `body` with the path of an instance file of this text.
func withInstance<T>(_ text: String, _ body: (String) throws -> T) throws -> T {
  let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).toml").path
  try Data(text.utf8).write(to: URL(filePath: path))
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}
