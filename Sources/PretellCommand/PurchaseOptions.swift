import ArgumentParser
import Pretell

/// What labels and rows cost.
struct PurchaseOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("Cost of labeling one row.", valueName: "x"))
  var costLabel: Double?

  @Option(name: .long, help: ArgumentHelp("Cost of one more unlabeled row.", valueName: "y"))
  var costRow: Double?

  @Option(name: .long, help: ArgumentHelp("Spend at most this much.", valueName: "z"))
  var budget: Double?

  @Option(name: .long, help: ArgumentHelp("Reach this risk for the least money.", valueName: "r"))
  var targetRisk: Double?

  func validate() throws {
    _ = try chosen()
  }

  func chosen() throws -> Purchase? {
    if costLabel == nil && costRow == nil && budget == nil && targetRisk == nil { return nil }
    guard let costLabel, let costRow, (budget == nil) != (targetRisk == nil) else {
      throw ValidationError("Costs need --cost-label, --cost-row, and either --budget or --target-risk.")
    }
    do {
      return try Purchase(
        costPerLabel: costLabel, costPerRow: costRow, goal: budget.map { .budget($0) } ?? .targetRisk(targetRisk!))
    } catch let error as PlanError {
      throw ValidationError(error.description)
    }
  }
}
