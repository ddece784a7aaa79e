import Pretell

extension BreakEven: DescribesItsJSON {
  /// A number of labels, or a word.
  public static var jsonSchema: JSONSchema { .anyOf([.number, .choice(["always", "never"])]) }
}
