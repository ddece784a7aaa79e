/// Who reads a text, and by which words options are called there.
public enum FrontEnd: Sendable, Hashable, CaseIterable {
  /// `--drop-constant`
  case command
  /// An argument or a property of the library.
  case swift
  /// `drop_constant=True`
  case python
}

/// An option that a remedy speaks of, as every front end calls it.
public struct RemedyOption: Sendable, Equatable {
  private let texts: [FrontEnd: String]

  /// - Parameters:
  ///   - command: as typed, such as `--size` or `--missing drop`.
  ///   - swift: such as `sizes`, or `missing: .drop`.
  ///   - python: such as `size`, or `missing="drop"`.
  public init(command: String, swift: String, python: String) {
    texts = [.command: command, .swift: swift, .python: python]
  }

  /// One that is given or not: `--drop-constant`, in Python `drop_constant=True`.
  public static func flag(_ name: String, swift: String) -> RemedyOption {
    RemedyOption(command: "--\(name)", swift: swift, python: underscored(name) + "=True")
  }

  /// One that takes a value: `--size`, in Python `size`; with `value`, `--missing drop` and `missing="drop"`.
  public static func option(_ name: String, _ value: String? = nil, swift: String) -> RemedyOption {
    RemedyOption(
      command: "--\(name)" + (value.map { " \($0)" } ?? ""), swift: swift,
      python: underscored(name) + (value.map { "=\"\($0)\"" } ?? ""))
  }

  public func text(for frontEnd: FrontEnd) -> String { texts[frontEnd] ?? "" }

  private static func underscored(_ name: String) -> String { name.split(separator: "-").joined(separator: "_") }
}

/// What to do about something: words, and options that each front end calls by its own names.
///
///     let remedy: Remedy = "Leave these columns out (\(.flag("drop-constant", swift: "ChosenColumns")))."
///     remedy.text(for: .command)   // Leave these columns out (--drop-constant).
///     remedy.text(for: .python)    // Leave these columns out (drop_constant=True).
public struct Remedy: Sendable, Equatable {
  fileprivate enum Piece: Sendable, Equatable {
    case words(String)
    case option(RemedyOption)
  }

  private var pieces: [Piece]

  public init(_ words: String) { pieces = [.words(words)] }

  /// One text after the other.
  public static func + (first: Remedy, second: Remedy) -> Remedy {
    var result = first
    guard case .words(let words)? = first.pieces.last, case .words(let more)? = second.pieces.first else {
      result.pieces += second.pieces
      return result
    }
    result.pieces[result.pieces.count - 1] = .words(words + more)
    result.pieces += second.pieces.dropFirst()
    return result
  }

  /// With options by the names that they have there.
  public func text(for frontEnd: FrontEnd) -> String {
    pieces.map { piece in
      switch piece {
      case .words(let words): words
      case .option(let option): option.text(for: frontEnd)
      }
    }.joined()
  }
}

extension Remedy: CustomStringConvertible {
  /// In the terms of the library.
  public var description: String { text(for: .swift) }
}

extension Remedy: ExpressibleByStringInterpolation {
  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var pieces: [Piece] = []

    public init(literalCapacity: Int, interpolationCount: Int) {}

    public mutating func appendLiteral(_ literal: String) {
      if literal.isEmpty { return }
      guard case .words(let words) = pieces.last else {
        pieces.append(.words(literal))
        return
      }
      pieces[pieces.count - 1] = .words(words + literal)
    }

    public mutating func appendInterpolation(_ option: RemedyOption) { pieces.append(.option(option)) }

    public mutating func appendInterpolation(_ value: some CustomStringConvertible) { appendLiteral("\(value)") }
  }

  public init(stringLiteral value: String) { self.init(value) }

  public init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }
}

extension Remedy: Codable {
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  /// As one text, in the command's terms: those of `--json`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text(for: .command))
  }
}
