import Asymptotics

/// A cut through directions that are nearly tied at this many rows.
enum NearTie {
  /// E||B e_k||²: how far the last direction kept is tilted into the dropped ones, on average, by the first-order law at m rows.
  private static let largestTilt = 0.05

  /// - Parameter tilt: the limit of m E||B e_k||²; may be infinite.
  static func warnings(tilt: Double, unlabeled m: Int, values: String) -> [Warning] {
    let size = tilt / Double(m)
    guard size > largestTilt else { return [] }
    let degrees = Int((min(size, 1).squareRoot() * 57.29577951308232).rounded())
    let needed = (tilt / largestTilt).rounded(.up)
    let start = needed < 1e15 ? "Take \(Int(needed)) unlabeled rows or more, cut" : "Cut"
    return [
      Warning(
        code: "near-closed-eigengap",
        message:
          "The last direction kept and the first one dropped (\(values)) are nearly tied at \(m) unlabeled rows: "
          + "the former is found only to about \(degrees) degrees, where a law of small tilts does not hold.",
        remedy: "\(start) at a wider gap, or simulate.")
    ]
  }
}
