import Asymptotics
import LinearAlgebra

/// For how many labels a pre-trained representation beats the raw columns with the same head: least squares, or a
/// softmax head with its penalty.
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

  /// Where floor + labels(n) of the representation and of the raw columns cross; nil where curves that are
  /// known around the present labels only have the raw columns win from the fewest of these on.
  package init?(_ own: LabelCurve, _ raw: LabelCurve) {
    guard let found = Self.solve(own, raw, shift: 0, rawScale: 1) else { return nil }
    self = found
  }

  private static func solve(_ own: LabelCurve, _ raw: LabelCurve, shift: Double, rawScale: Double) -> BreakEven? {
    let floor = own.floor + shift
    func advantage(_ n: Double) -> Double {
      guard let part = own.labels(n) else { return -.infinity }
      guard let rawPart = raw.labels(n) else { return .infinity }
      return raw.floor + rawScale * rawPart - floor - part
    }
    let fewest = max(own.fewest, raw.fewest)
    if let present = own.present {
      return firstCrossing(from: advantage(present) > 0 ? present : fewest, beside: raw.floor, advantage)
    }
    if advantage(most) >= 0 && floor <= raw.floor { return advantage(fewest) >= 0 ? .always : .never }
    return crossing(from: fewest, advantage) ?? .never
  }

  /// With a warning where the error of the floors' difference, or that of the raw columns' labels part, allows another
  /// answer.
  static func judged(_ own: LabelCurve, _ raw: LabelCurve) -> (BreakEven?, [Warning]) {
    guard let answer = BreakEven(own, raw) else { return (nil, []) }
    let differences = MeanError(zip(own.losses, raw.losses).map { $0 - $1 }, groups: own.groups)
    let half = Interval.standardErrors * differences.standardError
    let warnings = uncertainty(half: half, noise: raw.spread) {
      solve(own, raw, shift: $0, rawScale: $1) ?? .never
    }
    return (answer, warnings)
  }

  private static let most = 1e12

  /// Where an advantage in R(n) that falls with n runs out; nil where it has before `fewest`.
  private static func crossing(from fewest: Double, _ advantage: (Double) -> Double) -> BreakEven? {
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
  /// The same for an advantage that may come back to 0: looked for by doubling. A disadvantage below a millionth of `risk` is none.
  private static func firstCrossing(from start: Double, beside risk: Double, _ advantage: (Double) -> Double)
    -> BreakEven?
  {
    guard advantage(start) > 0 else { return nil }
    var (low, high) = (start, 2 * start)
    while advantage(high) > -1e-6 * risk {
      (low, high) = (high, 2 * high)
      if high > most { return .always }
    }
    while high - low > 1e-9 * high {
      let middle = (low * high).squareRoot()
      if advantage(middle) > -1e-6 * risk { low = middle } else { high = middle }
    }
    return .labels(low)
  }

  /// A warning where what is possible spans a factor of 4 or more.
  /// - Parameters:
  ///   - half: how far the risks' difference may be off, either way.
  ///   - noise: the same of the raw columns' labels part, a factor.
  ///   - value: the break-even for such a shift and factor.
  private static func uncertainty(half: Double, noise: Double, _ value: (Double, Double) -> BreakEven) -> [Warning] {
    let ends = [value(half, 1), value(-half, 1), value(0, noise), value(0, 1 / noise)].sorted()
    let (low, high) = (ends[0], ends[3])
    if case .labels(let least) = low, case .labels(let most) = high, most < 4 * least { return [] }
    return low == high ? [] : [.breakEvenUncertain(low: low, high: high)]
  }
}

/// What break-even labels are solved by: a risk of floor + labels(n) with n labels and the present rows.
package struct LabelCurve: Sendable {
  /// Risk with unlimited labels.
  package let floor: Double
  package let labels: any LabelsDependence
  /// Labels from which the part is known.
  package let fewest: Double
  /// Labels that there are, where the curve is known around these only; nil where it is for any number.
  let present: Double?
  /// Of each labeled row: their differences tell how far apart two floors may be.
  let losses: [Double]
  /// Of the labeled rows; losses are independent between groups only.
  let groups: Partition?
  /// By which factor the labels part may be off.
  let spread: Double

  package init(
    floor: Double, labels: any LabelsDependence, fewest: Double, present: Double? = nil, losses: [Double] = [],
    groups: Partition? = nil, spread: Double = 1
  ) {
    (self.floor, self.labels, self.fewest, self.present) = (floor, labels, fewest, present)
    (self.losses, self.groups, self.spread) = (losses, groups, spread)
  }

  /// With the risk of a forecast, corrections and the order of floors among it, where it is known around the present only.
  func following(_ forecast: RiskForecast?) -> LabelCurve {
    guard present != nil, let forecast, let part = forecast.labels, let now = part(forecast.labeledCount) else {
      return self
    }
    return LabelCurve(
      floor: forecast.level - now, labels: OrderedLabels(part: part, ordering: forecast.ordering), fewest: fewest,
      present: present, losses: losses, groups: groups, spread: spread)
  }
}

/// A labels part with what orders its floor above that of all columns.
private struct OrderedLabels: LabelsDependence {
  let part: any LabelsDependence
  let ordering: FloorOrdering?

  var relativeError: Double { part.relativeError }

  func callAsFunction(_ n: Double) -> Double? { part(n).map { $0 + (ordering?.raise(labels: n) ?? 0) } }
}
