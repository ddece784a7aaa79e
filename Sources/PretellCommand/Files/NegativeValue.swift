import ArgumentParser

/// A value that begins with a minus is taken for an option: what to write instead.
enum NegativeValue {
  /// The same error with that said; nil for any other.
  static func hint(_ error: any Error, _ arguments: [String]) -> (any Error)? {
    guard let match = PretellCommand.message(for: error).firstMatch(of: #/Missing value for '(--?[A-Za-z0-9-]+)/#)
    else {
      return nil
    }
    let option = String(match.1)
    guard let place = arguments.firstIndex(of: option), arguments.indices.contains(place + 1) else { return nil }
    let value = arguments[place + 1]
    guard value.hasPrefix("-"), let next = value.dropFirst().first, next.isNumber || next == "." else { return nil }
    return CommandFailure(
      .usage, "\(option) \(value): a value that begins with a minus needs an equals sign. Write \(option)=\(value).")
  }
}
