import Foundation
import Pretell

/// The whole plan of 2 000 unlabeled and 200 labeled rows of 64 columns over k = 1 ... 20.
enum PlanTable: Benchmark {
  static let name = "plan"

  static func run(data: URL) throws {
    let world = try FactorPopulation(
      dimension: 64, strengths: [8, 6, 5, 4, 3, 2, 1.5, 1], coefficients: [1, 1, 1, 1, 1, 1, 1, 1], labelNoise: 1)
    var stream = RandomStream(seed: 1)
    let unlabeled = try world.sample(2000, using: &stream).rows
    let labeled = try world.sample(200, using: &stream)
    let request = PlanRequest(
      unlabeled: unlabeled, features: labeled.rows, labels: labeled.labels,
      methods: [PrincipalComponents(), FactorModel()], sizes: Array(1...20))
    let (seconds, _) = try best(of: 3) { try Planner.plan(request) }
    try Measurement(
      measure: "risk by size, 2 000 x 64 unlabeled and 200 labeled rows, k = 1 ... 20",
      seconds: seconds, amount: 1, unit: "plans"
    )
    .print()
  }
}
