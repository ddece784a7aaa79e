import Foundation
import TestSupport
import Testing

@Suite struct GeneralTests {
  @Test func versionIsTheChangelogsAndTheCitations() throws {
    let version = try pretell(["--version"]).output.trimmingCharacters(in: .whitespacesAndNewlines)
    let citation = try String(contentsOf: repositoryRoot.appending(path: "CITATION.cff"), encoding: .utf8)
    let changelog = try String(contentsOf: repositoryRoot.appending(path: "CHANGELOG.md"), encoding: .utf8)
    #expect(citation.contains("version: \(version)"))
    #expect(changelog.contains("## [\(version)]") || changelog.contains("## \(version)"))
  }

  @Test func everyVerbsHelpShowsAnExample() throws {
    let verbs = [
      "plan", "verify", "backtest", "law", "simulate", "flow", "components", "represent", "data describe", "examples",
      "demo",
      "doctor", "cite",
    ]
    for verb in verbs {
      let run = try pretell(verb.split(separator: " ").map(String.init) + ["--help"])
      #expect(run.status == 0)
      #expect(run.output.contains("Example:  pretell \(verb)"), "\(verb)")
    }
  }

  @Test func unknownVerbIsAUsageError() throws {
    let run = try pretell(["plann"])
    #expect(run.status == 64)
    #expect(run.output.isEmpty)
    #expect(!run.errors.isEmpty)
  }

  @Test func doctorSpeaksJSON() throws {
    let run = try pretell(["doctor", "--json"])
    let json = try run.json()
    #expect(run.status == 0)
    #expect(json["schema_version"] as? Int == 1)
    #expect((json["gigaflops_per_core"] as? Double ?? 0) > 0.01)
    #expect(json["warnings"] is [Any])
  }

  @Test func citePrintsWhatAMethodStandsOn() throws {
    #expect(try pretell(["cite", "factor"]).output.contains("Tipping"))
    #expect(try pretell(["cite", "masked"]).output.contains("2601.23208"))
    #expect(try pretell(["cite", "law"]).output.contains("2603.27631"))
    #expect(try pretell(["cite", "nothing"]).status == 64)
  }

  @Test func bundledExamplesAreTheFilesInExamples() throws {
    for name in ["factor.toml", "pca.toml", "spectral.toml", "mixture.toml", "classes.toml"] {
      let shipped = try String(contentsOf: repositoryRoot.appending(path: "Examples/\(name)"), encoding: .utf8)
      #expect(try pretell(["examples", name, "--output", "-"]).output == shipped)
    }
  }

  @Test func examplesDoNotOverwrite() throws {
    try withTemporaryFolder { folder in
      #expect(try pretell(["examples", "pca.toml"], in: folder).status == 0)
      let again = try pretell(["examples", "pca.toml"], in: folder)
      #expect(again.status == 1)
      #expect(again.errors.contains("pca.toml is there already"))
    }
  }
}
