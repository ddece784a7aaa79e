import Foundation

/// A type with a value that says nothing.
protocol Blank { static var blank: Self { get } }

extension Double: Blank { static var blank: Double { 0 } }
extension Float: Blank { static var blank: Float { 0 } }
extension Int: Blank { static var blank: Int { 0 } }
extension UInt64: Blank { static var blank: UInt64 { 0 } }
extension String: Blank { static var blank: String { "" } }
extension Bool: Blank { static var blank: Bool { false } }
extension Array: Blank { static var blank: [Element] { [] } }
extension Dictionary: Blank { static var blank: [Key: Value] { [:] } }
extension Optional: Blank { static var blank: Wrapped? { nil } }

/// `Optional` of something that can be decoded.
protocol OptionalType { static var wrapped: any Decodable.Type { get } }

extension Optional: OptionalType where Wrapped: Decodable {
  static var wrapped: any Decodable.Type { Wrapped.self }
}

/// A list of things that can be decoded.
protocol ListType { static var element: any Decodable.Type { get } }

extension Array: ListType where Element: Decodable {
  static var element: any Decodable.Type { Element.self }
}

/// Things that can be decoded, by name.
protocol MapType { static var value: any Decodable.Type { get } }

extension Dictionary: MapType where Key == String, Value: Decodable {
  static var value: any Decodable.Type { Value.self }
}

extension CaseIterable {
  static var first: Any? { allCases.first }
}

extension CaseIterable where Self: RawRepresentable {
  /// What every case is written as.
  static var texts: [String] { allCases.map { "\($0.rawValue)" } }
}

/// Names as an encoder with `.convertToSnakeCase` writes them: by asking one.
enum SnakeCase {
  static func name(_ name: String) -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    guard let text = try? encoder.encode(Named(name: name)) else { return name }
    return String(decoding: text.dropFirst(2).prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
  }

  private struct Named: Encodable {
    struct Key: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }
    let name: String

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(0, forKey: Key(stringValue: name))
    }
  }
}
