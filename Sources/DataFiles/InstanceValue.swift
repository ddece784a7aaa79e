/// A TOML value, as far as instances need it.
enum InstanceValue: Equatable, CustomStringConvertible {
  case string(String)
  case integer(Int)
  case double(Double)
  case boolean(Bool)
  case array([InstanceValue])

  /// Nil for anything but a finite number.
  var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .double(let value) where value.isFinite: value
    default: nil
    }
  }

  var numbers: [Double]? {
    guard case .array(let items) = self else { return nil }
    let numbers = items.compactMap(\.number)
    return numbers.count == items.count ? numbers : nil
  }

  /// All of it, as TOML; 10.0 and 10 are the same.
  var literal: String {
    switch self {
    case .double(let value) where value == value.rounded() && abs(value) < 0x1p53: "\(Int(value))"
    case .array(let items): "[" + items.map(\.literal).joined(separator: ", ") + "]"
    default: description
    }
  }

  var description: String {
    switch self {
    case .string(let text): "\"\(text)\""
    case .integer(let value): "\(value)"
    case .double(let value): "\(value)"
    case .boolean(let value): "\(value)"
    case .array(let items):
      "[" + items.prefix(4).map(\.description).joined(separator: ", ") + (items.count > 4 ? ", ...]" : "]")
    }
  }
}
