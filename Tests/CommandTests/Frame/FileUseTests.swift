import Foundation
import PretellCommand
import Testing

/// Every verb says which files it reads and writes, and no output may be an input or another output.
@Suite struct FileUseTests {
  /// A command line for each verb with every file that it can name, as `@NAME`; several where options exclude each other.
  private static let lines = [
    "plan --unlabeled @u.csv --labeled @l.csv --target y --embedding @e.npy --pairs @p.csv --output @o.svg "
      + "--figure @f.svg --save @s.svg --report @r.svg",
    "plan --data @d.csv --target @t.csv --output @o.svg --figure @f.svg --save @s.svg --report @r.svg",
    "verify @v.svg --output @o.svg --figure @f.svg", "backtest --data @d.csv --target @t.csv --output @o.csv",
    "law @i.svg --output @o.svg --figure @f.svg --report @r.html",
    "simulate @i.svg --replicates 4 --output @o.svg --figure @f.svg",
    "sweep @i.svg --vary a=1 --store @s.svg --output @o.svg --figure @f.svg",
    "store list --output @o.csv", "store show @s.csv --output @o.csv", "store export @s.csv --output @o.csv",
    "store merge @s.csv @m.csv --output @o.csv", "components @d.npz -k 1 --output @o.npz",
    "represent @d.npz --method pca --size 1 --output @o.npz --features @f.npy",
    "masked fit @d.npz --ridge @l.npz --output @o.npz --figure @f.svg",
    "masked errors @d.svg --ridge @l.svg --output @o.svg --figure @f.svg",
    "masked errors --covariance @c.svg --rows 9 --output @o.svg --figure @f.svg",
    "masked path @d.svg --output @o.svg --figure @f.svg",
    "masked fit @d.npz --blocks @b.npz --targets @t.npz --output @o.npz",
    "masked errors @d.svg --targets @t.svg --output @o.svg",
    "masked path @d.svg --targets @t.svg --output @o.svg", "masked forecast @d.svg --targets @t.svg --output @o.svg",
    "data patches @i.npy --window 4 --output @o.npy --groups @g.npy",
    "plan --data @d.csv --target y --graph @g.csv --output @o.svg",
    "masked forecast @d.svg --ridge @l.svg --output @o.svg --figure @f.svg",
    "masked spectrum @d.svg --ridge @l.svg --output @o.svg --figure @f.svg",
    "masked spectrum --covariance @c.svg --rows 9 --output @o.svg --figure @f.svg",
    "masked compare @d.svg --output @o.svg --figure @f.svg",
    "masked compare --covariance @c.svg --rows 9 --output @o.svg --figure @f.svg",
    "masked impute @d.npz --model @m.npz --output @o.npz --figure @f.svg",
    "masked impute @d.npz --train @t.npz --ridge @l.npz --output @o.npz --figure @f.svg",
    "masked recommend @d.svg --model @m.svg --output @o.svg --figure @f.svg",
    "masked recommend @d.svg --ridge @l.svg --output @o.svg --figure @f.svg",
    "flow @x.npy @y.npy --solution @s.npy --output @o.npy --figure @f.svg",
    "flow --pairs @x.npy @y.npy --rank 1 --solution @s.npy --output @o.npy --figure @f.svg",
    "flow @i.npy --solution @s.npy --output @o.npy --figure @f.svg",
    "flow --from @i.npy --solution @s.npy --output @o.npy --figure @f.svg",
    "graph fit @g.csv --features @x.npz --nodes @n.csv --groups @c.csv --output @o.npz",
    "graph errors @g.svg --features @x.svg --nodes @n.svg --groups @c.svg --output @o.svg",
    "graph path @g.svg --features @x.svg --nodes @n.svg --groups @c.svg --output @o.svg --figure @f.svg",
    "graph compare @g.svg --features @x.svg --nodes @n.svg --labels @l.svg --output @o.svg --figure @f.svg",
    "plan --target @t.csv --encoder @e.toml --runs @r.npz --output @o.svg",
    "plan --data @d.csv --target y --features @f.npy --predict @p.csv --model @m.npz --output @o.svg",
    "encoders split --rows 80 --output @o.npz",
    "data describe @d.csv --output @o.csv", "examples factor.toml --output @o.toml", "demo --output @o.csv",
    "doctor --output @o.csv", "schema law --output @o.json",
  ]

  @Test func everyVerbSaysWhatItReadsAndWrites() { #expect(InProcess.silentVerbs().isEmpty) }

  /// Options and arguments that name files, by what their value is called, each stand in one of the lines.
  @Test func theLinesLeaveNoFileOut() throws {
    let run = try pretell(["--experimental-dump-help"])
    let tree = try JSONDecoder().decode(HelpTree.self, from: Data(run.output.utf8))
    var found = 0
    for (verb, arguments) in tree.command.verbs() {
      let lines = Self.lines.filter { $0.hasPrefix(verb + " ") }
      let words = lines.flatMap { $0.split(separator: " ") }
      for argument in arguments where argument.namesFiles {
        found += 1
        let isThere =
          argument.kind == "positional"
          ? lines.contains { $0.dropFirst(verb.count + 1).split(separator: " ").contains { $0.hasPrefix("@") } }
          : words.contains("--\(argument.longName)")
        let isNumber = argument.longName == "ridge" && verb.hasPrefix("graph")
        #expect(
          isThere || isNumber || verb == "reproduce",
          "pretell \(verb): \(argument.longName) names a file and no line has it")
      }
    }
    #expect(found > 60)
  }

  @Test func everyFileIsDeclared() throws {
    for line in Self.lines {
      try withTemporaryFolder { folder in
        let (arguments, paths) = try Self.furnish(folder, line)
        let files = try InProcess.files(arguments)
        let declared = files.inputs.map(\.path) + files.outputs.map(\.path)
        for path in paths { #expect(declared.contains(path), "pretell \(line): \(path)") }
        try Self.relink(folder, paths, same: [])
        try files.check()
      }
    }
  }

  /// Two paths of one file, under different names (hard and symbolic links): refused, whichever of the two is an output.
  @Test func noOutputIsAnInputOrAnotherOutput() throws {
    var (refused, allowed) = (0, 0)
    for line in Self.lines {
      try withTemporaryFolder { folder in
        let (arguments, paths) = try Self.furnish(folder, line)
        let files = try InProcess.files(arguments)
        let all = files.inputs.map { ($0.path, false) } + files.outputs.map { ($0.path, true) }
        for (index, first) in all.enumerated() {
          for second in all[..<index] where first.0 != second.0 {
            try Self.relink(folder, paths, same: [first.0, second.0])
            if first.1 || second.1 {
              let error = #expect(throws: (any Error).self, "pretell \(line): \(first.0) and \(second.0)") {
                try InProcess.files(arguments).check()
              }
              #expect("\(error.map { "\($0)" } ?? "")".contains("re"))
              refused += 1
            } else {
              try InProcess.files(arguments).check()
              allowed += 1
            }
          }
        }
      }
    }
    #expect(refused > 300 && allowed > 20, "\(refused) pairs refused, \(allowed) allowed")
  }

  /// One file under one name, also where it is not there yet, in other spellings.
  @Test func spellingsOfOneNameAreOneFile() throws {
    try withTemporaryFolder { folder in
      try Data("model".utf8).write(to: folder.appending(path: "world.toml"))
      let name = folder.lastPathComponent
      for other in ["world.toml", "./world.toml", "../\(name)/world.toml", folder.path + "/world.toml"] {
        let run = try pretell(["law", "world.toml", "--output", other], in: folder)
        #expect(run.status == 64 && run.errors.contains("would replace INSTANCE (world.toml)"), "\(run.errors)")
      }
      for other in ["new.svg", "./new.svg", "NEW.svg", "../\(name)/new.svg"] {
        let run = try pretell(["law", "world.toml", "--output", "new.svg", "--figure", other], in: folder)
        #expect(run.status == 64 && run.errors.contains("are the same file"), "\(run.errors)")
      }
      #expect(try String(contentsOf: folder.appending(path: "world.toml"), encoding: .utf8) == "model")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["world.toml"])
    }
  }

  // MARK: files for a line

  /// Words of the line with paths in the folder, where an instance's or model's name must exist to be looked at.
  private static func furnish(_ folder: URL, _ line: String) throws -> ([String], [String]) {
    var paths: [String] = []
    let arguments = line.split(separator: " ").map { word -> String in
      guard word.hasPrefix("@") else { return String(word) }
      paths.append(folder.path + "/" + word.dropFirst())
      return paths[paths.count - 1]
    }
    try relink(folder, paths, same: [])
    return (arguments, paths)
  }

  /// Every path a file of its own, but `same` one and the same: the second a hard or a symbolic link to the first.
  private static func relink(_ folder: URL, _ paths: [String], same: [String]) throws {
    let manager = FileManager.default
    for name in try manager.contentsOfDirectory(atPath: folder.path) {
      try manager.removeItem(atPath: folder.path + "/" + name)
    }
    for path in paths where !same.contains(path) { try Data(path.utf8).write(to: URL(filePath: path)) }
    guard same.count == 2 else { return }
    try Data("same".utf8).write(to: URL(filePath: same[0]))
    if (same[0].utf8.count + same[1].utf8.reduce(0) { $0 + Int($1) }) % 2 == 0 {
      try manager.linkItem(atPath: same[0], toPath: same[1])
    } else {
      try manager.createSymbolicLink(atPath: same[1], withDestinationPath: same[0])
    }
  }
}

/// What `--experimental-dump-help` prints, as far as it is needed.
private struct HelpTree: Decodable {
  let command: Command

  struct Command: Decodable {
    let commandName: String
    let subcommands: [Command]?
    let arguments: [Argument]?

    /// Verbs without verbs below them, by the words that call them.
    func verbs(_ path: [String] = []) -> [(String, [Argument])] {
      let below = (subcommands ?? []).filter { $0.commandName != "help" }
      if below.isEmpty { return [(path.joined(separator: " "), arguments ?? [])] }
      return below.flatMap { $0.verbs(path + [$0.commandName]) }
    }
  }

  struct Argument: Decodable {
    let kind: String
    let valueName: String?
    let names: [Name]?

    struct Name: Decodable { let name: String }

    private static let files: Set = ["file", "data", "instance", "triples", "plan", "store", "stores", "population"]

    var longName: String { names?.last?.name ?? valueName ?? "" }
    var namesFiles: Bool { kind != "flag" && (Self.files.contains(valueName ?? "") || longName == "ridge") }
  }
}
