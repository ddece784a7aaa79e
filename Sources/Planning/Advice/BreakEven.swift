import Asymptotics

/// For how many labels a pre-trained representation beats the raw columns with the same unpenalized head.
public enum BreakEven: Sendable, Equatable, Codable, Comparable {
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

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let count = try? container.decode(Double.self) {
      self = .labels(count)
      return
    }
    switch try container.decode(String.self) {
    case "always": self = .always
    case "never": self = .never
    case let word:
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(word)' is no number of labels, always or never")
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
    let fewest = Double(max(part.design.parameterCount, rawPart.design.parameterCount) + 3)
    if advantage(Self.most) >= 0 && floor <= rawFloor {
      self = advantage(fewest) >= 0 ? .always : .never
    } else {
      self = Self.crossing(from: fewest, advantage) ?? .never
    }
  }

  private static let most = 1e12

  /// Where an advantage in R(n) that falls with n runs out; nil where it has before `fewest`.
  package static func crossing(from fewest: Double, _ advantage: (Double) -> Double) -> BreakEven? {
    if advantage(fewest) <= 0 { return nil }
    if advantage(most) >= 0 { return .always }
    var (low, high) = (fewest, most)
    while high - low > 1e-9 * high {
      let middle = (low * high).squareRoot()
      if advantage(middle) > 0 { low = middle } else { high = middle }
    }
    return .labels(low)
  }
}

extension BreakEven {
  /// A warning where what is possible spans a factor of 4 or more.
  /// - Parameters:
  ///   - half: how far the risks' difference may be off, either way.
  ///   - noise: the same of the raw columns' labels part, a factor.
  ///   - value: the break-even for such a shift and factor.
  static func uncertainty(half: Double, noise: Double, _ value: (Double, Double) -> BreakEven) -> [Warning] {
    let ends = [value(half, 1), value(-half, 1), value(0, noise), value(0, 1 / noise)].sorted()
    let (low, high) = (ends[0], ends[3])
    if case .labels(let least) = low, case .labels(let most) = high, most < 4 * least { return [] }
    return low == high ? [] : [.breakEvenUncertain(low: low, high: high)]
  }
}
