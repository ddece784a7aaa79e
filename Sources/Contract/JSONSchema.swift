/// What JSON a type is written as: a JSON Schema of draft 2020-12, as a value. It encodes as such a schema.
///
/// `JSONSchema(of:)` reads it off a `Codable` type, so that a contract is typed once, where the result is.
public indirect enum JSONSchema: Sendable, Equatable {
  case string
  case boolean
  case integer
  /// A number; null where it is NaN or infinite, which JSON has no word for.
  case number
  /// Nothing but null.
  case null
  /// One text.
  case constant(String)
  /// One of these texts.
  case choice([String])
  case array(JSONSchema)
  /// An object whose names are not known beforehand.
  case map(JSONSchema)
  case object([Property])
  case anyOf([JSONSchema])

  /// A name in an object.
  public struct Property: Sendable, Equatable {
    /// As it is written, in snake_case.
    public let name: String
    public let schema: JSONSchema
    /// Whether every object has it.
    public let isRequired: Bool

    public init(_ name: String, _ schema: JSONSchema, isRequired: Bool = true) {
      (self.name, self.schema, self.isRequired) = (name, schema, isRequired)
    }
  }

  /// Of what an object or, for the alternatives of one, each of them has.
  package var properties: [Property] {
    switch self {
    case .object(let properties): properties
    case .anyOf(let schemas): schemas.flatMap(\.properties)
    default: []
    }
  }

  /// An object with more names; those it has already are replaced.
  package func adding(_ more: [Property]) -> JSONSchema {
    switch self {
    case .object(let own):
      let names = Set(more.map(\.name))
      return .object(own.filter { !names.contains($0.name) } + more)
    case .anyOf(let schemas): return .anyOf(schemas.map { $0.adding(more) })
    default: return .object(more)
    }
  }
}

extension JSONSchema: Encodable {
  private enum Key: String, CodingKey {
    case type, const, items, properties, required, anyOf
    case choices = "enum"
    case additionalProperties
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .string: try container.encode("string", forKey: .type)
    case .boolean: try container.encode("boolean", forKey: .type)
    case .integer: try container.encode("integer", forKey: .type)
    case .number: try container.encode(["number", "null"], forKey: .type)
    case .null: try container.encode("null", forKey: .type)
    case .constant(let text): try container.encode(text, forKey: .const)
    case .choice(let texts): try container.encode(texts, forKey: .choices)
    case .array(let element):
      try container.encode("array", forKey: .type)
      try container.encode(element, forKey: .items)
    case .map(let value):
      try container.encode("object", forKey: .type)
      try container.encode(value, forKey: .additionalProperties)
    case .object(let properties):
      try container.encode("object", forKey: .type)
      try container.encode(
        Dictionary(properties.map { ($0.name, $0.schema) }, uniquingKeysWith: { $1 }), forKey: .properties)
      try container.encode(properties.filter(\.isRequired).map(\.name), forKey: .required)
    case .anyOf(let schemas): try container.encode(schemas, forKey: .anyOf)
    }
  }
}
