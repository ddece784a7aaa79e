import ArgumentParser
import Foundation

struct ExamplesVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "examples", abstract: "List the bundled examples, or write one here.",
    discussion: "Example:  pretell examples factor.toml && pretell law factor.toml")

  @Argument(help: "The example to write into this folder; lists them when left out.")
  var name: String?

  @Option(name: .long, help: ArgumentHelp("Where to write (- for standard output).", valueName: "file"))
  var output: String?

  @Flag(name: .long, help: "Overwrite a file that is there.")
  var force = false

  var files: FileUse { .output(name == nil ? nil : output ?? name, "--output") }

  func run() throws {
    guard let name else {
      var table = TextTable(header: ["example", "what it is"], leftAligned: [0, 1])
      table.rows = BundledExample.all.map { [$0.name, $0.summary] }
      printOut(table.rendered(.output))
      return
    }
    guard let example = BundledExample.all.first(where: { $0.name == name }) else {
      let known = BundledExample.all.map(\.name).joined(separator: ", ")
      throw ValidationError("There is no example '\(name)'. There are: \(known).")
    }
    let target = output ?? name
    if target != "-" && !force && FileManager.default.fileExists(atPath: target) {
      throw CommandFailure(
        status: .noAnswer, message: "\(target) is there already; choose another --output, or --force.")
    }
    try writeText(example.text.trimmingTrailingNewline(), to: target)
    if target != "-" { printErr("wrote \(target)") }
  }
}

/// A file carried inside the binary; the same files stand in Examples/.
struct BundledExample {
  let name: String
  let summary: String
  let bytes: [UInt8]

  var text: String { String(decoding: bytes, as: UTF8.self) }

  static let all = [
    BundledExample(
      name: "factor.toml", summary: "instance: two factors in ten columns", bytes: PackageResources.factor_toml),
    BundledExample(
      name: "pca.toml", summary: "instance: principal components of a Gaussian", bytes: PackageResources.pca_toml),
    BundledExample(
      name: "spectral.toml", summary: "instance: linear spectral contrastive pre-training",
      bytes: PackageResources.spectral_toml),
    BundledExample(
      name: "flow.toml", summary: "instance: gradient flow of a factorization, small start",
      bytes: PackageResources.flow_toml),
    BundledExample(
      name: "mixture.toml", summary: "instance: four Gaussian clusters in twenty columns",
      bytes: PackageResources.mixture_toml),
    BundledExample(
      name: "classes.toml", summary: "instance: three classes and a softmax head",
      bytes: PackageResources.classes_toml),
  ]
}

extension String {
  func trimmingTrailingNewline() -> String { hasSuffix("\n") ? String(dropLast()) : self }
}
