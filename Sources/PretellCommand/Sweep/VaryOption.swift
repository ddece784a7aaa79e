import ArgumentParser
import Foundation
import Pretell

/// One `--vary`: a key and the values it takes.
struct VaryOption {
  private enum Values {
    case list([String])
    case range(from: Double, to: Double, count: Int, isLog: Bool)
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
      case .range(let from, let to, let count, let isLog):
        try Self.spaced(from: from, to: to, count: count, isLog: isLog).map {
          try InstanceFile.literal(of: "\(key)=\(isInteger ? $0.rounded() : $0)").value
        }
      }
    if case .list = values, let twice = literals.first(where: { value in literals.count { $0 == value } > 1 }) {
      throw ValidationError("--vary \(key): the value \(twice) is there twice.")
    }
    return literals.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  private static let mostValues = 1_000_000

  private static func range(_ value: String, _ text: String) throws -> Values {
    let parts = value.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let isLog = parts.last?.hasSuffix("log") == true
    guard parts.count == 3, let from = Double(parts[0]), let to = Double(parts[1]), from.isFinite, to.isFinite,
      let count = Int(isLog ? String(parts[2].dropLast(3)) : parts[2]), (2...mostValues).contains(count),
      from != to
    else {
      throw ValidationError(
        "--vary \(text): a range is from:to:count or from:to:countlog, with count from 2 to a million.")
    }
    if isLog && !(from > 0 && to > 0) {
      throw ValidationError("--vary \(text): equal factors need positive ends.")
    }
    return .range(from: from, to: to, count: count, isLog: isLog)
  }

  private static func spaced(from: Double, to: Double, count: Int, isLog: Bool) -> [Double] {
    (0..<count).map { index in
      if index == 0 { return from }
      if index == count - 1 { return to }
      let share = Double(index) / Double(count - 1)
      return isLog ? from * pow(to / from, share) : from + share * (to - from)
    }
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
