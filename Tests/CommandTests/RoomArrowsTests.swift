import Foundation
import TestSupport
import Testing

/// The arrows between the rooms: a room uses rooms above it in the list, and nothing else.
@Suite struct RoomArrowsTests {
  @Test func everyImportPointsUpwards() throws {
    let sources = repositoryRoot.appending(path: "Sources")
    let folders = try FileManager.default.contentsOfDirectory(atPath: sources.path).sorted()
    for folder in folders where Rooms.level(of: folder) == nil && !folder.hasPrefix("C") {
      let files = try SwiftFiles.under(sources.appending(path: folder))
      #expect(files.isEmpty, "Sources/\(folder) is not in the list of rooms; give it a place")
    }
    var imports = 0
    for folder in folders where Rooms.level(of: folder) != nil {
      for file in try SwiftFiles.under(sources.appending(path: folder)) {
        for module in try SwiftFiles.imports(of: file) {
          imports += 1
          #expect(Rooms.mayUse(folder, module), "Sources/\(folder)/\(file.lastPathComponent) imports \(module)")
        }
      }
    }
    #expect(imports > 50)
  }

  /// The rule itself says no where it must.
  @Test func ruleRejectsArrowsThatPointDown() {
    for (room, module) in [
      ("LinearAlgebra", "Distributions"), ("Asymptotics", "Figures"), ("Asymptotics", "Replication"),
      ("Pretraining", "DataFiles"), ("Planning", "DataFiles"), ("Replication", "Planning"),
      ("Figures", "LinearAlgebra"),
      ("Distributions", "CLinearAlgebra"), ("Planning", "COpenBLAS"), ("Planning", "ArgumentParser"),
      ("Pretell", "TOMLKit"), ("Planning", "Pretell"),
    ] {
      #expect(!Rooms.mayUse(room, module), "\(room) may not import \(module)")
    }
    #expect(Rooms.mayUse("Planning", "Pretraining") && Rooms.mayUse("PretellCommand", "Pretell"))
  }

  /// A type and its module of one name could not be told apart in a qualified name.
  @Test func noTypeHasTheNameOfARoom() throws {
    let sources = repositoryRoot.appending(path: "Sources")
    for file in try SwiftFiles.under(sources) {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(
        of: #/public (?:final |indirect )*(?:struct|class|enum|protocol|typealias) ([A-Za-z]+)/#)
      {
        #expect(Rooms.level(of: String(match.1)) == nil, "\(file.lastPathComponent): \(match.1) is a room, too")
      }
    }
  }

  @Test func contributingListsTheRooms() throws {
    let text = try String(contentsOf: repositoryRoot.appending(path: "CONTRIBUTING.md"), encoding: .utf8)
    let folders = try FileManager.default.contentsOfDirectory(atPath: repositoryRoot.appending(path: "Sources").path)
    for room in folders where Rooms.level(of: room) != nil && room != "Pretell" {
      #expect(text.contains(room), "CONTRIBUTING.md does not say what \(room) holds")
    }
  }
}

/// The list of rooms, from the ground up.
enum Rooms {
  static let fromTheGround = [
    "Failures", "Contract", "Gates", "LinearAlgebra", "Randomness", "Ranks", "SpecialFunctions", "Distributions",
    "Geometry", "Differentiation", "RandomMatrices", "MaskedRegression", "Graphs", "MatrixFlow", "Asymptotics",
    "Pretraining", "Replication", "Planning", "DataFiles", "SavedModels", "Instances", "Figures", "Reproduction",
    "Report", "PretellTesting", "SharedLibrary", "Pretell", "PretellCommand",
  ]
  /// These stand on one floor and do not use each other.
  static let sideBySide: Set = ["Replication", "Planning", "DataFiles", "Figures"]
  /// Everything that is not a room, with the only room that may use it.
  static let shims = [
    "CLinearAlgebra": "LinearAlgebra", "CRandomness": "Randomness", "CSpecialFunctions": "SpecialFunctions",
    "CZip": "DataFiles", "CZlib": "DataFiles", "CDataFiles": "DataFiles", "CImages": "DataFiles",
    "TOMLKit": "DataFiles",
    "ArgumentParser": "PretellCommand",
    "CSQLite": "Replication", "CMPI": "Ranks", "CPretell": "SharedLibrary",
  ]
  static let system: Set = [
    "Foundation", "FoundationEssentials", "CMath", "Glibc", "Darwin", "Musl", "Synchronization", "Dispatch",
    "FoundationXML",
  ]

  static func level(of room: String) -> Int? { fromTheGround.firstIndex(of: room) }

  static func mayUse(_ room: String, _ module: String) -> Bool {
    if system.contains(module) { return true }
    if let owner = shims[module] { return owner == room }
    guard let own = level(of: room), let other = level(of: module), other < own else { return false }
    if room == "Figures" { return false }
    return !(sideBySide.contains(room) && sideBySide.contains(module))
  }
}

/// Swift sources and their imports, read as text.
enum SwiftFiles {
  static func under(_ folder: URL) throws -> [URL] {
    try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }.sorted()
      .map { folder.appending(path: $0) }
  }

  static func imports(of file: URL) throws -> [String] {
    // What another language imports stands in a text of several lines.
    var isText = false
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
      if line.contains("\"\"\"") { isText.toggle() }
      if isText { return nil }
      let words = line.split(separator: " ")
      guard let place = words.firstIndex(of: "import"), place + 1 < words.count,
        words[..<place].allSatisfy({ $0.hasPrefix("@") || $0 == "public" || $0 == "internal" || $0 == "package" })
      else { return nil }
      let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
      let name = kinds.contains(words[place + 1]) && place + 2 < words.count ? words[place + 2] : words[place + 1]
      return String(name.prefix { $0 != "." })
    }
  }
}
