/// For how many labels a pre-trained representation beats the raw columns with a least-squares head.
public enum BreakEven: Sendable, Equatable, Encodable, Comparable {
  /// Below this many labels it pays.
  case labels(Double)
  /// At every number of labels.
  case always
  /// At none.
  case never

  /// Fewer labels first: never, numbers, always.
  public static func < (a: BreakEven, b: BreakEven) -> Bool { a.order < b.order }

  private var order: Double {
    switch self {
    case .never: -.infinity
    case .labels(let count): count
    case .always: .infinity
    }
  }

  /// A number, "always" or "never".
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .labels(let count): try container.encode(count)
    case .always: try container.encode("always")
    case .never: try container.encode("never")
    }
  }

  /// Solves variance_k + labels_k(n) = variance_raw + labels_raw(n) by bisection.
  /// - Parameters:
  ///   - floor: RSS/(n - p) of the representation, with its pre-training part.
  ///   - rawFloor: the same of the raw columns.
  package init(floor: Double, part: LabelsPart, rawFloor: Double, rawPart: LabelsPart) {
    func advantage(_ n: Double) -> Double {
      guard let own = part(n) else { return -.infinity }
      guard let raw = rawPart(n) else { return .infinity }
      return rawFloor + raw - floor - own
    }
    var low = Double(max(part.design.parameterCount, rawPart.design.parameterCount) + 3)
    var high = 1e12
    if advantage(high) >= 0 && floor <= rawFloor {
      self = advantage(low) >= 0 ? .always : .never
      return
    }
    if advantage(low) <= 0 {
      self = .never
      return
    }
    while high - low > 1e-9 * high {
      let middle = (low * high).squareRoot()
      if advantage(middle) > 0 { low = middle } else { high = middle }
    }
    self = .labels(low)
  }
}
