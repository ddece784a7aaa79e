import ArgumentParser
import Pretell

/// One `--vary`: a key and the values it takes.
struct VaryOption {
  private enum Values {
    case list([String])
    case range(SpacedNumbers)
  }

  let key: String
  private let values: Values

  /// `key=a,b,c` with any TOML values, or `key=from:to:count`, evenly spaced, or `key=from:to:countlog`, by equal factors.
  init(_ text: String) throws {
    guard let split = text.firstIndex(of: "="), split > text.startIndex else {
      throw ValidationError("--vary \(text): write key=a,b,c or key=from:to:count.")
    }
    key = text[..<split].trimmingCharacters(in: .whitespaces)
    let value = String(text[text.index(after: split)...])
    values = try value.contains(":") ? Self.range(value, text) : .list(Self.list(value, text))
  }

  /// The values as an instance file would have them; a range over whole numbers when `isInteger`.
  func literals(isInteger: Bool) throws -> [String] {
    let literals =
      switch values {
      case .list(let items): try items.map { try InstanceFile.literal(of: "\(key)=\($0)").value }
      case .range(let range):
        try range.values.map {
          try InstanceFile.literal(of: "\(key)=\(isInteger ? $0.rounded() : $0)").value
        }
      }
    if case .list = values, let twice = literals.first(where: { value in literals.count { $0 == value } > 1 }) {
      throw ValidationError("--vary \(key): the value \(twice) is there twice.")
    }
    return literals.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  private static func range(_ value: String, _ text: String) throws -> Values {
    guard let range = SpacedNumbers(value), range.first != range.last else {
      if value.hasSuffix("log"), let even = SpacedNumbers(value.dropLast(3)), even.first != even.last {
        throw ValidationError("--vary \(text): equal factors need positive ends.")
      }
      throw ValidationError(
        "--vary \(text): a range is from:to:count or from:to:countlog, with count from 2 to a million.")
    }
    return .range(range)
  }

  /// Split at commas outside brackets and quotes.
  private static func list(_ value: String, _ text: String) throws -> [String] {
    var (items, depth, isQuoted) = ([""], 0, false)
    for letter in value {
      if letter == "\"" { isQuoted.toggle() }
      if !isQuoted { depth += letter == "[" ? 1 : letter == "]" ? -1 : 0 }
      if letter == "," && depth == 0 && !isQuoted {
        items.append("")
      } else {
        items[items.count - 1].append(letter)
      }
    }
    guard items.allSatisfy({ !$0.trimmingCharacters(in: .whitespaces).isEmpty }) else {
      throw ValidationError("--vary \(text): a value is missing.")
    }
    return items
  }
}
