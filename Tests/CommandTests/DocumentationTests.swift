import Foundation
import TestSupport
import Testing

/// The articles speak of what is there.
@Suite struct DocumentationTests {
  /// Swift names in code spans, such as `LimitLaw.crossoverRatio`, are declared in the sources.
  @Test func namesInTheArticlesExist() throws {
    let declared = try Self.declaredNames()
    var checked = 0
    for (article, text) in try Self.articles() {
      for name in Self.swiftNames(in: text) {
        checked += 1
        #expect(declared.contains(name), "\(article) speaks of \(name), which is declared nowhere")
      }
    }
    #expect(checked > 30)
    #expect(!declared.contains("effectiveDimensions") && declared.contains("effectiveDimension"))
  }

  /// The page of types names public types only, and no internals are public.
  @Test func pageOfTypesNamesPublicOnes() throws {
    let sources = repositoryRoot.appending(path: "Sources")
    var types: Set<String> = []
    for file in try SwiftFiles.under(sources) where !file.path.contains("/PretellCommand/") {
      let text = try String(contentsOf: file, encoding: .utf8)
      types.formUnion(
        text.matches(of: #/public (?:final |indirect )*(?:struct|class|enum|protocol|typealias) ([A-Za-z]+)/#)
          .map { String($0.1) })
    }
    let page = try String(contentsOf: sources.appending(path: "Pretell/Pretell.docc/PublicTypes.md"), encoding: .utf8)
    let named = Set(page.matches(of: #/``([A-Za-z]+)``/#).map { String($0.1) })
    #expect(named.count > 60)
    for name in named.sorted() { #expect(types.contains(name), "\(name) is no public type") }
    for name in ["BLAS", "TileOperations", "FreedMemory", "FileBytes", "AtomicFile", "RankGroup", "DistributedMoments"]
    {
      #expect(!types.contains(name), "\(name) is public")
    }
  }

  /// Every warning code is in the article on warnings, and the article lists no other.
  @Test func warningCodesAreExplained() throws {
    let text = try String(
      contentsOf: repositoryRoot.appending(path: "Sources/Pretell/Pretell.docc/WhenNotToTrustThis.md"), encoding: .utf8)
    let folder = repositoryRoot.appending(path: "Sources")
    var codes: Set<String> = []
    for file in try SwiftFiles.under(folder) where !file.lastPathComponent.hasPrefix("Doctor") {
      let source = try String(contentsOf: file, encoding: .utf8)
      codes.formUnion(source.matches(of: #/code: "([a-z0-9-]+)"/#).map { String($0.1) })
    }
    #expect(codes.count > 10)
    for code in codes.sorted() { #expect(text.contains("`\(code)`"), "the warning \(code) is not explained") }
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("|") }
    for row in rows {
      for match in row.matches(of: #/`([a-z0-9]+-[a-z0-9-]+)`/#) {
        #expect(codes.contains(String(match.1)), "there is no warning \(match.1)")
      }
    }
  }

  @Test func everyArticleIsOnTheLandingPageAndEveryLinkLeadsToOne() throws {
    let articles = try Self.articles().filter { $0.path.contains(".docc/") }
    let names = Set(articles.map { URL(filePath: $0.path).deletingPathExtension().lastPathComponent })
    let landing = try #require(articles.first { $0.path.hasSuffix("/Pretell.md") }).text
    for name in names where name != "Pretell" { #expect(landing.contains("<doc:\(name)>"), "\(name) is not on it") }
    for (path, text) in articles {
      for match in text.matches(of: #/<doc:([A-Za-z]+)>/#) {
        #expect(names.contains(String(match.1)), "\(path) links to \(match.1)")
      }
    }
  }

  /// Every theorem of the site names a test that holds it, which is there, and has a picture with words.
  @Test func theoremsAreHeldByTests() throws {
    let tests = try SwiftFiles.under(repositoryRoot.appending(path: "Tests")).map {
      try String(contentsOf: $0, encoding: .utf8)
    }
    let theorems = try RepositoryFiles.text().filter { $0.path.hasPrefix("Docs/theorems/") }
    #expect(theorems.count >= 7)
    for (path, text) in theorems {
      let named = text.matches(of: #/`([A-Z]\w+Tests)\.(\w+)`/#)
      #expect(!named.isEmpty && text.contains("Held by"), "\(path) names no test")
      for match in named {
        let isThere = tests.contains { $0.contains("struct \(match.1) {") && $0.contains("func \(match.2)(") }
        #expect(isThere, "\(path): there is no \(match.0)")
      }
      #expect(text.firstMatch(of: #/```{drawn} [a-z].*\n[A-Z].*\n```/#) != nil, "\(path) has no picture")
    }
  }

  /// The README's program is the snippet that the package compiles.
  @Test func readmeProgramIsTheSnippet() throws {
    let readme = try String(contentsOf: repositoryRoot.appending(path: "README.md"), encoding: .utf8)
    let snippet = try String(contentsOf: repositoryRoot.appending(path: "Snippets/FirstLaw.swift"), encoding: .utf8)
    #expect(readme.contains("```swift\n\(snippet)```"))
  }

  // MARK: reading

  private static func articles() throws -> [(path: String, text: String)] {
    try RepositoryFiles.text().filter {
      $0.path.hasSuffix(".md") && ($0.path.contains(".docc/") || $0.path == "README.md")
    }
  }

  /// Parts of code spans that look like Swift: with a capital inside, a dot or an argument list.
  static func swiftNames(in text: String) -> [String] {
    text.matches(of: #/`([A-Za-z][A-Za-z0-9]*(?:\.[a-z][A-Za-z0-9]*)*)(\([A-Za-z:_]*\))?`/#).flatMap {
      match -> [String] in
      let name = match.1
      let isSwift = match.2 != nil || name.contains(".") || name.dropFirst().contains(where: \.isUppercase)
      let isFile = ["toml", "csv", "npy", "md", "json", "svg", "pdf", "png"].contains { name.hasSuffix("." + $0) }
      return isSwift && !isFile ? name.split(separator: ".").map(String.init) : []
    }
  }

  /// Modules, and whatever follows a declaring keyword.
  private static func declaredNames() throws -> Set<String> {
    var names: Set<String> = ["init"]
    for file in try SwiftFiles.under(repositoryRoot.appending(path: "Sources")) {
      names.insert(file.deletingLastPathComponent().lastPathComponent)
      let source = try String(contentsOf: file, encoding: .utf8)
      let pattern =
        #/\b(?:struct|class|enum|protocol|typealias|func|var|let|case)\s+([A-Za-z_][A-Za-z0-9_]*(?:,\s[a-z][A-Za-z0-9]*)*)/#
      for match in source.matches(of: pattern) {
        for name in match.1.split(whereSeparator: { $0 == "," || $0.isWhitespace }) { names.insert(String(name)) }
      }
    }
    return names
  }
}
