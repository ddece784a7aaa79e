import Pretell

extension FlowReport {
  /// The flow in words and numbers.
  var text: String {
    let parts = [head, spectralText, ratesText, learningText, pathText, descentText, equilibriaText]
    return parts.compactMap { $0 }.joined(separator: "\n\n")
  }

  private var head: String {
    let values = limit.eigenvalues.prefix(8).map { NumberText.significant($0) }.joined(separator: ", ")
    let more = limit.eigenvalues.count > 8 ? ", \(limit.eigenvalues.count - 8) more" : ""
    let kind = limit.isGlobalMinimum ? "the global minimum" : "a strict saddle"
    let test = limit.rankTest
    return """
      \(rows) x \(columns) factor of rank \(rank)
      limit: \(kind), rank \(limit.rank), eigenvalues \(values.isEmpty ? "none" : values + more); \
      loss \(NumberText.significant(limit.loss))
      rank test: the start reaches \(test.found) of the \(test.required) directions that fit
      """
  }

  private var spectralText: String? {
    guard let spectral else { return nil }
    guard let level = spectral.statisticalError else {
      return
        "The minimizer is not unique up to rotation (no gap after the last direction): no statistical error to reach."
    }
    let start = "representation error \(NumberText.significant(spectral.initialError)) at the start"
    let statistical =
      "statistical error sqrt(tr V / m) = \(NumberText.significant(level)) at m = \(NumberText.count(spectral.unlabeled))"
    guard let time = spectral.trainingTime else { return "\(start); it never falls below the \(statistical)." }
    return """
      \(start); \(statistical)
      training time: \(NumberText.significant(time)) (gradient flow of a quarter of the loss in whitened coordinates)
      """
  }

  private var ratesText: String {
    var table = TextTable(header: ["what decays", "like", "constant", "from eigenvalues"], leftAligned: [0, 1, 3])
    let rows: [(String, CascadeRates.Decay?)] = [
      ("Schur complement S, largest eigenvalue", rates.schur), ("coupling T", rates.coupling),
      ("leading block P1 - L1", rates.leading), ("loss - limit", rates.excessLoss),
    ]
    for (name, decay) in rows {
      guard let decay else { continue }
      table.rows.append([
        name, decay.text, NumberText.optional(decay.constant),
        decay.eigenvalues.map { NumberText.significant($0) }.joined(separator: ", "),
      ])
    }
    if table.rows.isEmpty { return "The start is its own limit." }
    let slow = rates.algebraicDirections
    let note =
      slow > 0
      ? "\n\(slow) direction\(slow == 1 ? "" : "s") of the target's kernel vanish\(slow == 1 ? "es" : "") only like 1/(2t)."
      : ""
    return table.rendered(.output) + note
  }

  private var learningText: String? {
    if learning.isEmpty { return nil }
    var table = TextTable(header: ["learned", "initial size", "half-time", "predicted"])
    table.rows = learning.prefix(12).map {
      [
        NumberText.significant($0.eigenvalue), NumberText.significant($0.initialSize),
        NumberText.optional($0.halfTime, 6),
        NumberText.optional($0.predictedHalfTime, 6),
      ]
    }
    let hidden = learning.count > 12 ? "\n\(learning.count - 12) more" : ""
    return table.rendered(.output) + hidden
  }

  private var pathText: String {
    var table = TextTable(header: ["time", "loss", "loss - limit", "distance", "S", "T"])
    table.rows = path.map {
      [
        NumberText.significant($0.time), NumberText.significant($0.loss), NumberText.significant($0.excessLoss),
        NumberText.significant($0.distance), NumberText.significant($0.schurNorm),
        NumberText.significant($0.couplingNorm),
      ]
    }
    return table.rendered(.output)
  }

  private var descentText: String {
    let limits =
      "gradient descent: safe step \(NumberText.significant(gradientDescent.safeStep)), stable at the limit below "
      + NumberText.optional(gradientDescent.largestStableStep)
    guard let points = gradientDescent.path, let status = gradientDescent.status else { return limits }
    var table = TextTable(header: ["iteration", "time", "loss", "distance to the flow"])
    table.rows = points.map {
      [
        NumberText.count($0.iteration), NumberText.significant($0.time), NumberText.significant($0.loss),
        NumberText.significant($0.gapToFlow),
      ]
    }
    return
      "\(limits)\nstep \(NumberText.optional(gradientDescent.step)): \(status.rawValue)\n\(table.rendered(.output))"
  }

  private var equilibriaText: String? {
    guard let equilibria else { return nil }
    var table = TextTable(header: ["rank", "loss", "index", "nullity", "kind", "holds"], leftAligned: [4, 5])
    table.rows = equilibria.map { equilibrium in
      [
        "\(equilibrium.rank)", NumberText.significant(equilibrium.loss), "\(equilibrium.index)",
        "\(equilibrium.nullity)",
        equilibrium.kind.rawValue.replacing("_", with: " "),
        equilibrium.eigenvalues.map { NumberText.significant($0) }.joined(separator: ", "),
      ]
    }
    let total =
      equilibriumCount < 1e6 ? NumberText.count(Int(equilibriumCount)) : NumberText.significant(equilibriumCount)
    return "equilibria, by loss: \(equilibria.count) of \(total)\n\(table.rendered(.output))"
  }
}

extension CascadeRates.Decay {
  fileprivate var text: String {
    let powers = [-2.0: "1/t^2", -1: "1/t", 1: "t", 2: "t^2"]
    let factor = power == 0 ? nil : powers[power] ?? "t^\(NumberText.significant(power))"
    let decay = exponent == 0 ? nil : "exp(-\(NumberText.significant(exponent)) t)"
    return [factor, decay].compactMap { $0 }.joined(separator: " ")
  }
}
