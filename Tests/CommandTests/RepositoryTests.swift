import Foundation
import TestSupport
import Testing

/// What holds for the repository's files as a whole.
@Suite struct RepositoryTests {
  /// No file depends on a particular package registry: versions are pinned by their source repositories.
  @Test func noFileNamesARegistryHost() throws {
    let hosts = [
      ["pypi", "org"], ["pythonhosted", "org"], ["npmjs", "org"], ["npmjs", "com"], ["crates", "io"],
      ["rubygems", "org"], ["proxy.golang", "org"], ["conda.anaconda", "org"], ["repo1.maven", "org"],
      ["swiftpackageregistry", "com"], ["deb.debian", "org"], ["archive.ubuntu", "com"],
    ].map { $0.joined(separator: ".") }
    let files = try RepositoryFiles.text()
    #expect(files.count > 100)
    for (path, text) in files {
      for host in hosts { #expect(!text.contains(host), "\(path) names \(host)") }
    }
  }

  @Test func nothingIsLeftToDo() throws {
    let marks = [["TO", "DO"], ["FIX", "ME"], ["XX", "X:"]].map { $0.joined() }
    for (path, text) in try RepositoryFiles.text() where path.hasSuffix(".swift") || path.hasSuffix(".md") {
      for mark in marks { #expect(!text.contains(mark), "\(path) contains \(mark)") }
    }
  }

  @Test func linksBetweenFilesLeadSomewhere() throws {
    for (path, text) in try RepositoryFiles.text() where path.hasSuffix(".md") {
      let folder = repositoryRoot.appending(path: path).deletingLastPathComponent()
      for match in text.matches(of: #/\]\(([^)#\s]+)\)/#) {
        let target = String(match.1)
        if target.contains("://") { continue }
        let file = folder.appending(path: target)
        #expect(FileManager.default.fileExists(atPath: file.path), "\(path) links to \(target)")
      }
    }
  }

  @Test func vision() throws {
    let lines = try String(contentsOf: repositoryRoot.appending(path: "VISION.md"), encoding: .utf8).split(
      separator: "\n")
    #expect(lines.count == 3)
  }

  @Test func changelogHasItsHeadings() throws {
    let text = try String(contentsOf: repositoryRoot.appending(path: "CHANGELOG.md"), encoding: .utf8)
    let headings = text.split(separator: "\n").filter { $0.hasPrefix("## ") }
    #expect(headings.first == "## [Unreleased]")
    #expect(text.contains("### Numerical changes"))
  }

  /// The system libraries of the manifest are those that `setup` installs, on both systems.
  @Test func setupInstallsWhatTheManifestNeeds() throws {
    let manifest = try String(contentsOf: repositoryRoot.appending(path: "Package.swift"), encoding: .utf8)
    let setup = try String(contentsOf: repositoryRoot.appending(path: "setup"), encoding: .utf8)
    let providers = manifest.matches(of: #/\.(?:apt|brew)\(\["([^"]+)"\]\)/#).map { String($0.1) }
    #expect(providers.count >= 4)
    for package in providers { #expect(setup.contains(package), "setup does not install \(package)") }
  }
}

/// The repository's text files, less what is built or fetched.
enum RepositoryFiles {
  static func text() throws -> [(path: String, text: String)] {
    let skipped = [".build", ".git", ".swiftpm", "Package.resolved", "__pycache__"]
    let kinds: Set = ["swift", "md", "c", "cpp", "h", "toml", "cff", "sh", "py", "modulemap", "json", "csv", ""]
    let walker = FileManager.default.enumerator(at: repositoryRoot, includingPropertiesForKeys: [.fileSizeKey])
    var files: [(String, String)] = []
    while let url = walker?.nextObject() as? URL {
      let name = url.lastPathComponent
      // What benchmarks download is not the repository's.
      if skipped.contains(name) || name.hasPrefix(".build") || url.path.hasSuffix("/Benchmarks/data") {
        walker?.skipDescendants()
        continue
      }
      let size = try url.resourceValues(forKeys: [.fileSizeKey, .isRegularFileKey]).fileSize ?? 0
      guard kinds.contains(url.pathExtension), size < 2_000_000,
        let text = try? String(contentsOf: url, encoding: .utf8)
      else { continue }
      files.append((String(url.path.dropFirst(repositoryRoot.path.count + 1)), text))
    }
    return files
  }
}
