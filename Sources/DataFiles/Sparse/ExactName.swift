/// A name that equals another only where its letters are written by the same bytes: an accent that is a part of its letter and one
/// that follows it are two names, which Swift's strings take for one.
package struct ExactName: Hashable, Sendable {
  private let bytes: [UInt8]

  package init(_ name: String) { bytes = Array(name.utf8) }

  /// Where each name first stands.
  package static func positions(_ names: [String]) -> [ExactName: Int] {
    Dictionary(zip(names.map(ExactName.init), names.indices)) { first, _ in first }
  }
}
