import ArgumentParser
import Pretell

/// The instance file of a verb, and `--set`.
struct InstanceOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("Instance file (TOML); 'pretell examples' writes one.", valueName: "instance"))
  var path: String

  @Option(
    name: .long, help: ArgumentHelp("Override one value, such as dimension=80; repeatable.", valueName: "key=value"))
  var set: [String] = []

  var files: FileUse { .instance(path, set: set, "INSTANCE") }

  /// The population and sample sizes that the file describes; every key must have been understood.
  /// - Parameter more: what other options set.
  func read(_ more: [String] = []) throws -> Instance {
    try Instance(path: path, overrides: set + more)
  }
}
