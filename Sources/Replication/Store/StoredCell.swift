import Asymptotics
import Foundation
import Pretraining

/// A cell as a store keeps it.
public struct StoredCell: Sendable, Equatable {
  public let cell: SweepCell
  public let unlabeled: Int
  public let labeled: Int
  /// Why there is no law.
  public let problem: String?
  let lawText: String?

  package init(_ cell: SweepCell, experiment: Experiment, law: String?, problem: String?) {
    self.init(
      cell: cell, unlabeled: experiment.unlabeled, labeled: experiment.labeled, problem: problem, lawText: law)
  }

  private init(cell: SweepCell, unlabeled: Int, labeled: Int, problem: String?, lawText: String?) {
    self.cell = cell
    self.unlabeled = unlabeled
    self.labeled = labeled
    self.problem = problem
    self.lawText = lawText
  }

  var stream: UInt64 { cell.stream }

  /// Checksum of everything else.
  var digest: UInt64 {
    FNV.hash("\(settingsText) \(unlabeled) \(labeled) \(lawText ?? "") \(problem ?? "")".utf8)
  }

  /// m/n.
  public var ratio: Double { Double(unlabeled) / Double(labeled) }

  /// The same with the settings in another order.
  func with(settings cell: SweepCell) -> StoredCell {
    StoredCell(cell: cell, unlabeled: unlabeled, labeled: labeled, problem: problem, lawText: lawText)
  }

  public func law() throws -> LimitLaw? { try lawText.map { try LawRecord(text: $0).law() } }

  /// The settings as JSON, in order of their keys.
  var settingsText: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let sorted = Dictionary(cell.settings.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    return (try? String(decoding: encoder.encode(sorted), as: UTF8.self)) ?? ""
  }

  /// nil unless the row is one that `SweepStore` writes.
  init?(_ row: Statement) {
    guard let text = row.text(1),
      let settings = try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))
    else { return nil }
    let sorted = settings.sorted { $0.key < $1.key }.map { SweepCell.Setting(key: $0.key, value: $0.value) }
    self.init(
      cell: SweepCell(sorted), unlabeled: row.integer(2), labeled: row.integer(3), problem: row.text(5),
      lawText: row.text(4))
    guard unlabeled > 0, labeled > 0, stream == UInt64(bitPattern: Int64(row.integer(0))),
      digest == UInt64(bitPattern: Int64(row.integer(6)))
    else { return nil }
  }
}
