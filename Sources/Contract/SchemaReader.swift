/// A type that says by itself what JSON it is written as, since its `init(from:)` chooses by what it finds.
public protocol DescribesItsJSON: Decodable {
  static var jsonSchema: JSONSchema { get }
}

extension JSONSchema {
  /// The schema of what `type` is written as by an encoder with names in snake_case.
  ///
  /// `type` decodes itself from a decoder that notes every name it asks for and answers with zeros and empty texts: a name that
  /// is decoded is required, one that is decoded if present is not. Throws what `init(from:)` throws at such answers; a type
  /// whose decoding rests on values conforms to `DescribesItsJSON`.
  public init(of type: any Decodable.Type) throws {
    switch type {
    case let known as any DescribesItsJSON.Type: self = known.jsonSchema
    case is Double.Type, is Float.Type: self = .number
    case is any FixedWidthInteger.Type: self = .integer
    case is String.Type: self = .string
    case is Bool.Type: self = .boolean
    case let optional as any OptionalType.Type: self = try JSONSchema(of: optional.wrapped)
    case let list as any ListType.Type: self = .array(try JSONSchema(of: list.element))
    case let map as any MapType.Type: self = .map(try JSONSchema(of: map.value))
    case let choice as any (CaseIterable & RawRepresentable).Type:
      self = .choice(choice.texts)
    default: self = try Notes.schema(of: type)
    }
  }
}

/// What a type asked its decoder for.
private final class Notes {
  private var properties: [JSONSchema.Property] = []
  private var single: JSONSchema?

  static func schema(of type: any Decodable.Type) throws -> JSONSchema {
    let notes = Notes()
    _ = try type.init(from: NotingDecoder(notes: notes))
    return notes.single ?? .object(notes.properties)
  }

  func asks(for name: String, _ type: any Decodable.Type, isRequired: Bool) throws {
    let isNeeded = isRequired && !(type is any OptionalType.Type)
    properties.append(.init(SnakeCase.name(name), try JSONSchema(of: type), isRequired: isNeeded))
  }

  func asks(for type: any Decodable.Type) throws { single = try JSONSchema(of: type) }
}

/// An answer of this type that says nothing.
private func answer<T: Decodable>(_ type: T.Type) throws -> T {
  if let blank = type as? any Blank.Type, let value = blank.blank as? T { return value }
  if let choice = type as? any CaseIterable.Type, let value = choice.first as? T { return value }
  return try T(from: NotingDecoder(notes: Notes()))
}

private struct NotingDecoder: Decoder {
  let notes: Notes
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(NotingNames<Key>(notes: notes))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "a list without a type of its elements"))
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer { NotingValue(notes: notes) }
}

private struct NotingValue: SingleValueDecodingContainer {
  let notes: Notes
  var codingPath: [any CodingKey] { [] }

  func decodeNil() -> Bool { false }

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    try notes.asks(for: type)
    return try answer(type)
  }
}

private final class NotingNames<Key: CodingKey>: KeyedDecodingContainerProtocol {
  private let notes: Notes
  /// Names that are decoded only if they are there.
  private var doubtful: Set<String> = []

  init(notes: Notes) { self.notes = notes }

  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { [] }

  func contains(_ key: Key) -> Bool {
    doubtful.insert(key.stringValue)
    return true
  }

  func decodeNil(forKey key: Key) throws -> Bool {
    doubtful.insert(key.stringValue)
    return false
  }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    try notes.asks(for: key.stringValue, type, isRequired: !doubtful.contains(key.stringValue))
    return try answer(type)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try superDecoder(forKey: key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try superDecoder(forKey: key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { NotingDecoder(notes: Notes()) }
  func superDecoder(forKey key: Key) throws -> any Decoder { NotingDecoder(notes: Notes()) }
}
