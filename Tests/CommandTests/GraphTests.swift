import Foundation
import TestSupport
import Testing

/// `pretell graph` from files to exit codes.
@Suite struct GraphCommandTests {
  /// A ring of 60 nodes whose features turn slowly, two classes; edges.csv, x.csv, y.csv.
  private func furnish(_ folder: URL) throws {
    var edges = "source,target\n"
    var (features, labels) = ("a,b,c\n", "node,class\n")
    for i in 0..<60 {
      edges += "\(i),\((i + 1) % 60)\n\(i),\((i + 2) % 60)\n"
      let angle = 2 * Double.pi * Double(i) / 60
      features += "\(cos(angle)),\(sin(angle) + 0.3 * cos(9 * Double(i * i))),\(cos(7 * Double(i * i)))\n"
      labels += "\(i),\(i < 30 ? "low" : "high")\n"
    }
    try Data(edges.utf8).write(to: folder.appending(path: "edges.csv"))
    try Data(features.utf8).write(to: folder.appending(path: "x.csv"))
    try Data(labels.utf8).write(to: folder.appending(path: "y.csv"))
  }

  @Test func errorsFitPathCompare() throws {
    try withTemporaryFolder { folder in
      try furnish(folder)
      let errors = try pretell("graph errors edges.csv --features x.csv --groups louvain --json", in: folder)
      #expect(errors.status == 0, "\(errors.errors)")
      let json = try errors.json()
      for key in [
        "nodes", "edges", "components", "isolated", "filter", "hide_rate", "ridge", "training_error",
        "leave_node_out_error",
        "leave_community_out_error", "r_squared",
      ] { #expect(json[key] != nil, "\(key)") }
      #expect(json["nodes"] as? Int == 60 && json["edges"] as? Int == 120 && json["filter"] as? String == "sgc:2")
      #expect(try #require(json["r_squared"] as? Double) > 0.2)
      let again = try pretell(
        "graph errors edges.csv --features x.csv --groups louvain --json --threads 1", in: folder)
      #expect(again.output == errors.output)
      let fit = try pretell("graph fit edges.csv --features x.csv --size 2 --output codes.npz --json", in: folder)
      let values = try fit.json()["singular_values"] as? [Double]
      #expect(fit.status == 0 && values?.count == 2, "\(fit.errors)")
      #expect(FileManager.default.fileExists(atPath: folder.appending(path: "codes.npz").path))
      let path = try pretell("graph path edges.csv --features x.csv --hide 0.5 --json", in: folder)
      let points = try path.json()["path"] as? [Any]
      #expect(path.status == 0 && points?.count == 11, "\(path.errors)")
      let compare = try pretell(
        "graph compare edges.csv --features x.csv --labels y.csv --labels-per-class 5 --size 2 --groups louvain",
        in: folder)
      #expect(compare.status == 0 && compare.output.contains("micro-averaged F1"), "\(compare.errors)")
      let remask = try pretell(
        "graph fit edges.csv --features x.csv --remask same --ridge 1 --size 2 --filter heat:1.5 --json", in: folder)
      let leftOut = try remask.json()["leave_node_out_error"]
      #expect(remask.status == 0 && leftOut == nil, "\(remask.errors)")
    }
  }

  /// A plan on the nodes of `furnish` for two classes, however nodes and labels are given: the same candidates with the same risks.
  @Test func plansForClasses() throws {
    try withTemporaryFolder { folder in
      try furnish(folder)
      let lines = try String(contentsOf: folder.appending(path: "x.csv"), encoding: .utf8).split(separator: "\n")
      // Four in five labels are known. Rows of the named table are in another order than nodes are numbered.
      func isKnown(_ node: Int) -> Bool { node % 5 != 0 }
      func label(_ node: Int) -> String { isKnown(node) ? node % 30 < 15 ? "low" : "high" : "" }
      let numbered = (0..<60).map { "\(lines[$0 + 1]),\(label($0))" }
      try write(["a,b,c,y"] + numbered, "numbered.csv", folder)
      let order = (0..<60).sorted { (isKnown($0) ? 1 : 0, $0) < (isKnown($1) ? 1 : 0, $1) }
      try write(["who,a,b,c,y"] + order.map { "n\($0),\(lines[$0 + 1]),\(label($0))" }, "named.csv", folder)
      try write(["node,class"] + (0..<60).map { "\($0),\(label($0))" }, "labels.csv", folder)
      let edges = (0..<60).flatMap { [[$0, ($0 + 1) % 60], [$0, ($0 + 2) % 60]] }
      try write(edges.map { "n\($0[0]),n\($0[1])" }, "named_edges.csv", folder)
      let more = "--methods none,sgc,graph --size 2 --json"
      let runs = try [
        "plan --data numbered.csv --target y --graph edges.csv",
        "plan --data named.csv --target y --graph named_edges.csv --nodes who",
        "plan --data x.csv --target labels.csv --graph edges.csv",
      ].map { try pretell("\($0) \(more)", in: folder) }
      var all: [[Double]] = []
      for run in runs {
        #expect(run.status == 0, "\(run.errors)")
        let json = try run.json()
        #expect(json["head"] as? String == "logistic" && json["classes"] as? [String] == ["high", "low"])
        let candidates = try #require(json["candidates"] as? [[String: Any]])
        #expect(candidates.map { $0["method"] as? String } == ["none", "ridge", "sgc", "graph"])
        #expect(candidates.allSatisfy { ($0["left_out"] as? String ?? "").hasPrefix("groups:") })
        all.append(candidates.compactMap { ($0["predicted_risk"] as? [String: Any])?["estimate"] as? Double })
      }
      #expect(all[0].count >= 3)
      for other in all { for (a, b) in zip(all[0], other) { #expect(abs(a - b) < 1e-6 * a) } }
      let taken = try pretell(
        "plan --data numbered.csv --target y --graph edges.csv \(more) --use sgc-2 --features f.csv --predict p.csv",
        in: folder)
      #expect(taken.status == 0, "\(taken.errors)")
      func count(_ file: String) throws -> Int {
        try String(contentsOf: folder.appending(path: file), encoding: .utf8).split(separator: "\n").count
      }
      #expect(try count("f.csv") == 61 && count("p.csv") == 13)
    }
  }

  private func write(_ lines: [String], _ name: String, _ folder: URL) throws {
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: folder.appending(path: name))
  }

  @Test func exitCodes() throws {
    try withTemporaryFolder { folder in
      try furnish(folder)
      try Data("0,1\n1,75\n".utf8).write(to: folder.appending(path: "far.csv"))
      try Data("2,2\n".utf8).write(to: folder.appending(path: "loop.csv"))
      try Data("anna,ben\nben,cleo\n".utf8).write(to: folder.appending(path: "names.csv"))
      for (line, status, text) in [
        ("graph errors far.csv --features x.csv", 65, "numbered from 0 to 59"),
        ("graph errors loop.csv --features x.csv", 65, "nothing to propagate"),
        ("graph errors names.csv --features x.csv", 65, "--nodes"),
        ("graph errors none.csv --features x.csv", 66, "none.csv"),
        ("graph errors edges.csv --features none.csv", 66, "none.csv"),
        ("graph errors edges.csv --features x.csv --hide 1", 64, "--hide"),
        ("graph errors edges.csv --features x.csv --filter gat:2", 64, "sgc:HOPS"),
        ("graph errors edges.csv --features x.csv --ridge -1", 64, "--ridge"),
        ("graph errors edges.csv --features x.csv --remask same", 1, "without re-masks"),
        ("graph fit edges.csv --features x.csv --size 7", 64, "between 1 and 3"),
        ("graph compare edges.csv --features x.csv --labels edges.csv", 65, "of the same node"),
        ("plan --data x.csv --target y.csv --graph names.csv", 65, "--nodes"),
        ("plan --data x.csv --target y.csv --graph far.csv", 65, "numbered from 0 to 59"),
        ("plan --data x.csv --target y.csv --graph edges.csv --nodes nobody", 64, "no such file"),
        ("plan --data x.csv --target y.csv --nodes y.csv", 64, "--nodes needs --graph"),
        ("plan --data x.csv --target y.csv --graph edges.csv --exclude a", 64, "do not go together"),
        ("plan --data x.csv --target a --graph edges.csv --nodes b --backtest 3", 64, "do not go together"),
        ("plan --data x.csv --target a --graph edges.csv --nodes a", 65, "nor which nodes"),
        ("plan --data x.csv --target a --graph edges.csv --nodes none", 65, "no such column"),
        (
          "plan --data x.csv --target y.csv --graph edges.csv --methods sgc --size 2 --use sgc-2 --model m.npz", 64,
          "neighbors"
        ),
        ("backtest --data x.csv --target a --graph edges.csv", 64, "pretell graph compare"),
      ] {
        let run = try pretell(line, in: folder)
        #expect(run.status == Int32(status) && run.errors.contains(text), "\(line): \(run.status) \(run.errors)")
      }
    }
  }
}
