import Foundation

/// Finished parts of a long reproduction in a file, so that a run that was stopped goes on from there.
struct KeptParts {
  private let file: URL?
  private var parts: [String: [Double]] = [:]

  /// What an earlier run left in the settings' folder; nothing is kept where there is none.
  init(_ name: String, _ settings: ReproductionSettings) {
    file = settings.folder?.appending(path: "\(name).parts.json")
    if let file, let data = try? Data(contentsOf: file) {
      parts = (try? JSONDecoder().decode([String: [Double]].self, from: data)) ?? [:]
    }
  }

  /// The numbers of one part, computed unless they are there. `key` must name everything that they depend on.
  mutating func part(_ key: String, _ compute: () throws -> [Double]) throws -> [Double] {
    if let known = parts[key] { return known }
    let found = try compute()
    parts[key] = found
    if let file { try JSONEncoder().encode(parts).write(to: file, options: .atomic) }
    return found
  }

  /// The reproduction is complete.
  func discard() {
    if let file { try? FileManager.default.removeItem(at: file) }
  }
}
