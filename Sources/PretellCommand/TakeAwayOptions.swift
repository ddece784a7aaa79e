import ArgumentParser
import Foundation
import Pretell

/// What a plan leaves behind to work with: features, predictions, the model.
struct TakeAwayOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      Write the features of all rows (.npy, .npz, .csv), those of the unlabeled file first, in the files' order: the recommended \
      candidate's, or that of --use. --embedding reads them.
      """, valueName: "file"))
  var features: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      Write predictions for the rows without a target (.csv, .npz): a number with its 90 % interval, or each class's probability.
      """, valueName: "file"))
  var predict: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write what applies to new rows (.npz): center, scale, components, coefficients, intercept.", valueName: "file"))
  var model: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The candidate that these are of, such as pca-3, ridge or embedding; the recommended one when left out.",
      valueName: "candidate"))
  var use: String?

  var isGiven: Bool { features != nil || predict != nil || model != nil }

  var files: FileUse {
    .output(features, "--features") + .output(predict, "--predict") + .output(model, "--model")
  }

  func validate() throws {
    try check(features, "--features", ["npy", "npz", "csv"])
    try check(predict, "--predict", ["csv", "npz"])
    try check(model, "--model", ["npz"])
    if use != nil && !isGiven { throw ValidationError("--use needs --features, --predict or --model.") }
  }

  private func check(_ path: String?, _ option: String, _ endings: [String]) throws {
    guard let path, !endings.contains(where: { path.lowercased().hasSuffix("." + $0) }) else { return }
    throw ValidationError(
      "\(option) \(path): give a name that ends in \(endings.map { "." + $0 }.joined(separator: ", ")).")
  }

  /// Throws where no candidate of the plan will have the name of `--use`, or no row lacks a target.
  func check(_ methods: [any PretrainingMethod], sizes: [Int], _ rows: PlanData) throws {
    if predict != nil && rows.unlabeledCount == 0 {
      throw ValidationError("--predict needs rows without a target: give --unlabeled, or blank targets.")
    }
    guard let use else { return }
    let own = methods.map(\.name)
    if model != nil, let named = Candidate.parts(use),
      methods.contains(where: { $0.name == named.method && $0.ownRows != nil })
    {
      throw Self.noModel(use)
    }
    let isKnown =
      ["none", "ridge"].contains(use) || rows.embedding != nil && use == "embedding"
      || (rows.pairs != nil || rows.lag != nil) && Candidate.parts(use)?.size != nil
      || Candidate.parts(use).map { own.contains($0.method) && sizes.contains($0.size ?? 0) } ?? false
    if !isKnown {
      throw ValidationError(
        "--use \(use): there is no such candidate. Give none, ridge, "
          + (rows.embedding == nil ? "" : "embedding, ")
          + "or one of \(own.joined(separator: ", ")) with its size, such as "
          + "\(own.first ?? "pca")-\(sizes.first ?? 3).")
    }
  }

  /// The files; the model is fitted when the first of them is written.
  func written(_ plan: Plan, _ request: PlanRequest, _ rows: PlanData) -> [ExtraFile?] {
    let taken = Taken { [use] in
      let advice = plan.recommendation
      let named = use.map { use in Candidate.parts(use) ?? (use, nil) }
      return try Planner.model(
        named?.method ?? advice.method, size: named.map { $0.size } ?? advice.size, of: request)
    }
    return [
      .named("--features", features) { try PlannedRows(taken.model(), rows, request).writeFeatures(to: $0) },
      .named("--predict", predict) { try PlannedRows(taken.model(), rows, request).writePredictions(to: $0) },
      .named("--model", model) { path in
        let found = try taken.model()
        if request.ownRows(of: found.method) != nil { throw Self.noModel(found.label) }
        try PlannedModelFile.write(found, to: path)
      },
    ]
  }

  /// What a graph makes of a row rests on its neighbors.
  private static func noModel(_ candidate: String) -> CommandFailure {
    CommandFailure(
      .usage,
      "--model: what '\(candidate)' makes of a node rests on its neighbors, and no model applies it to new rows. Take --features or "
        + "--predict, or --use a candidate that sees the columns alone, such as pca-3.")
  }
}

/// A model that is fitted when it is asked for, once.
private final class Taken {
  private let fit: () throws -> PlannedModel
  private var found: PlannedModel?

  init(_ fit: @escaping () throws -> PlannedModel) { self.fit = fit }

  func model() throws -> PlannedModel {
    if let found { return found }
    let model = try fit()
    found = model
    return model
  }
}

extension Candidate {
  /// "pca-correlation-3" is 3 of pca-correlation; nil without a size.
  fileprivate static func parts(_ label: String) -> (method: String, size: Int?)? {
    guard let dash = label.lastIndex(of: "-"), let size = Int(label[label.index(after: dash)...]), size > 0 else {
      return nil
    }
    return (String(label[..<dash]), size)
  }
}
