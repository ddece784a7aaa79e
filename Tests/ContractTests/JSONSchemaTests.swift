import Contract
import Foundation
import Testing

/// Schemas against what an encoder writes.
@Suite struct JSONSchemaTests {
  enum Word: String, Codable, CaseIterable { case one, twoWords = "two_words" }

  struct Inner: Codable { let aNumber: Double }

  struct Everything: Codable {
    let count: Int
    let share: Double?
    let word: Word
    let maybeWord: Word?
    let names: [String]
    let inner: Inner
    let maybeInner: Inner?
    let table: [String: [Inner]]
    let isTrue: Bool?
    let seed: UInt64
  }

  @Test func namesTypesAndNeedsAreThoseOfTheType() throws {
    let inner = JSONSchema.object([.init("a_number", .number)])
    #expect(
      try JSONSchema(of: Everything.self)
        == .object([
          .init("count", .integer), .init("share", .number, isRequired: false),
          .init("word", .choice(["one", "two_words"])),
          .init("maybe_word", .choice(["one", "two_words"]), isRequired: false), .init("names", .array(.string)),
          .init("inner", inner), .init("maybe_inner", inner, isRequired: false), .init("table", .map(.array(inner))),
          .init("is_true", .boolean, isRequired: false), .init("seed", .integer),
        ]))
  }

  /// Every name that an encoder writes is in the schema, for names of every form that ours have.
  @Test func namesAreTheEncoders() throws {
    struct Names: Codable {
      var r2 = 1.0
      var within15 = 1.0
      var leaveOneOutError = 1.0
      var bestMaskedPpca = 1.0
      var already_snake = 1.0
      var URLOfThings = 1.0
    }
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let written = try JSONSerialization.jsonObject(with: encoder.encode(Names())) as? [String: Any]
    let names = try JSONSchema(of: Names.self).properties.map(\.name)
    #expect(Set(names) == Set(try #require(written).keys) && names.count == 6)
  }

  struct Outer: Codable {
    let inner: Inner
    let more: Int

    private enum Keys: String, CodingKey { case more }

    init(from decoder: any Decoder) throws {
      inner = try Inner(from: decoder)
      more = try decoder.container(keyedBy: Keys.self).decode(Int.self, forKey: .more)
    }
  }

  /// A type that puts another's names beside its own.
  @Test func flattenedTypesHaveBothTheirNames() throws {
    #expect(
      try JSONSchema(of: Outer.self) == .object([.init("a_number", .number), .init("more", .integer)]))
  }

  enum CountOrWord: DescribesItsJSON {
    case count

    static var jsonSchema: JSONSchema { .anyOf([.number, .choice(["never"])]) }
    init(from decoder: any Decoder) throws { self = .count }
  }

  @Test func schemasAreWrittenAsDraft202012() throws {
    struct Body: Decodable {
      let size: CountOrWord?
      let list: [Int]
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let text = String(decoding: try encoder.encode(JSONSchema(of: Body.self)), as: UTF8.self)
    #expect(
      text == #"{"properties":{"list":{"items":{"type":"integer"},"type":"array"},"#
        + #""size":{"anyOf":[{"type":["number","null"]},{"enum":["never"]}]}},"required":["list"],"type":"object"}"#)
  }

  @Test func moreNamesReplaceThoseThatAreThere() throws {
    let schema = JSONSchema.anyOf([.object([.init("a", .string)]), .object([.init("b", .string)])])
    #expect(
      schema.adding([.init("a", .integer)])
        == .anyOf([.object([.init("a", .integer)]), .object([.init("b", .string), .init("a", .integer)])]))
  }
}
