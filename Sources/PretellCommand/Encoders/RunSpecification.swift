import ArgumentParser
import Foundation
import Pretell

/// One run as words say it: `rows=20000,part=half-0,seed=0,labeled=A.npy,pool=B.npy`, a table of a .toml file, or a file's tags.
struct RunSpecification {
  /// The run, whose candidate it belongs to, and what is kept equal between its parts.
  typealias Tagged = (candidate: String, budget: TrainedEncoder.Budget, run: EncoderRun)

  private static let keys = ["rows", "part", "seed", "labeled", "pool", "candidate", "budget"]

  private let values: [String: String]
  /// What to call it in messages.
  private let name: String

  init(_ line: String) throws {
    var values: [String: String] = [:]
    for item in line.split(separator: ",") {
      let parts = item.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      guard parts.count == 2, Self.keys.contains(parts[0]), values[parts[0]] == nil else {
        throw ValidationError(
          "--encoder: '\(item)' is none of \(Self.keys.map { $0 + "=…" }.joined(separator: ", ")), each once, with commas between."
        )
      }
      values[parts[0]] = parts[1]
    }
    for key in ["rows", "labeled"] where values[key] == nil {
      throw ValidationError("--encoder \(line): \(key)=… is missing.")
    }
    (self.values, name) = (values, values["labeled"]!)
    do { _ = try tags() } catch let error as CommandFailure { throw ValidationError(error.message) }
  }

  private init(_ values: [String: String], name: String) { (self.values, self.name) = (values, name) }

  /// A table for each run, called by its part; `candidate` and `budget` may stand above them.
  static func all(inFile path: String) throws -> [RunSpecification] {
    let file = try InstanceFile(path: path)
    var order: [String] = []
    for key in file.descriptions.keys.sorted() {
      let table = key.contains(".") ? String(key.prefix { $0 != "." }) : ""
      if !table.isEmpty, !order.contains(table) { order.append(table) }
    }
    let shared = try ["candidate", "budget"].reduce(into: [String: String]()) { found, key in
      if let value = try file.string(key) { found[key] = value }
    }
    let found = try order.map { table -> RunSpecification in
      var values = shared.merging(["part": table]) { $1 }
      for key in ["rows", "seed"] { if let value = try file.integer("\(table).\(key)") { values[key] = "\(value)" } }
      for key in ["part", "candidate", "budget"] {
        if let value = try file.string("\(table).\(key)") { values[key] = value }
      }
      for key in ["labeled", "pool"] {
        guard let value = try file.string("\(table).\(key)") else { continue }
        let folder = URL(filePath: path).deletingLastPathComponent()
        values[key] = value.hasPrefix("/") ? value : folder.appending(path: value).path
      }
      for key in ["rows", "labeled"] where values[key] == nil {
        throw CommandFailure(status: .badData, message: "\(path): [\(table)] has no \(key). Give it.")
      }
      return RunSpecification(values, name: "\(path) [\(table)]")
    }
    try file.checkAllKeysUsed()
    guard !found.isEmpty else {
      throw CommandFailure(
        status: .badData, message: "\(path): no tables. Give one for each run, such as [half-0] with rows and labeled.")
    }
    return found
  }

  var files: [String] { ["labeled", "pool"].compactMap { values[$0] } }

  /// - Parameter known: which rows of a table of so many have a label.
  func run(table rows: Int, known: [Int]) throws -> Tagged {
    let labeled = try DataFile.read(values["labeled"]!).values
    let pool = try values["pool"].map { try RowStream($0).rereadable() }
    return try tagged(labeled, pool, table: rows, known: known)
  }

  /// Arrays and tags of one file.
  static func run(inFile path: String, table rows: Int, known: [Int]) throws -> Tagged {
    let file = try RunFile(path)
    let missing = ["rows", "part"].filter { file.tags[$0] == nil }
    guard missing.isEmpty else {
      throw CommandFailure(
        status: .badData,
        message:
          "\(path): \(missing.count == 1 ? "the tag \(missing[0]) is" : "the tags rows and part are") missing. Save how many "
          + "rows the encoder was trained on, and which part they are.")
    }
    return try RunSpecification(file.tags, name: path).tagged(file.labeled, file.pool, table: rows, known: known)
  }

  private func tagged(_ labeled: Matrix, _ pool: RowStream?, table rows: Int, known: [Int]) throws -> Tagged {
    let tags = try tags()
    // Rows without a label may have been encoded, too.
    let own = labeled.rows == rows && known.count < rows ? labeled.rows(at: known) : labeled
    let run = EncoderRun(
      rows: tags.rows, part: tags.part, seed: tags.seed, labeled: own, pool: pool, poolCount: try pool?.countRows(),
      name: name)
    return (values["candidate"] ?? "encoder", tags.budget, run)
  }

  private func tags() throws -> (rows: Int, part: String, seed: Int, budget: TrainedEncoder.Budget) {
    func wrong(_ key: String, _ wanted: String) -> CommandFailure {
      CommandFailure(status: .badData, message: "\(name): \(key) is '\(values[key] ?? "")'. Give \(wanted).")
    }
    guard let rows = values["rows"].flatMap(Int.init), rows > 0 else {
      throw wrong("rows", "how many rows it was trained on")
    }
    guard let seed = Int(values["seed"] ?? "0") else { throw wrong("seed", "a whole number") }
    guard let budget = TrainedEncoder.Budget(rawValue: values["budget"] ?? "epochs") else {
      throw wrong("budget", "epochs or steps")
    }
    return (rows, values["part"] ?? "rows-\(rows)", seed, budget)
  }
}
