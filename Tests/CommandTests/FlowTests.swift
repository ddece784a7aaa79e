import Foundation
import TestSupport
import Testing

@Suite struct FlowTests {
  /// Every key of the contract, and the predicted half-times of the bundled instance.
  @Test func jsonKeepsTheContract() throws {
    let run = try pretell("flow Examples/flow.toml --json --times 0,1,10 --equilibria 3")
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    let json = try run.json()
    let path = json["path"] as? [[String: Any]] ?? []
    #expect(path.map { $0["time"] as? Double } == [0, 1, 10])
    for key in ["loss", "distance", "schur_norm"] { #expect(path[0][key] is Double, "\(key)") }
    let limit = json["limit"] as? [String: Any]
    #expect(limit?["rank"] as? Int == 3 && limit?["is_global_minimum"] as? Bool == true)
    #expect((limit?["eigenvalues"] as? [Double])?.map { $0.rounded() } == [3, 2, 1])
    let rates = json["rates"] as? [String: Any]
    #expect(rates?["algebraic_directions"] as? Int == 1)
    let equilibria = json["equilibria"] as? [[String: Any]]
    #expect(equilibria?.map { $0["index"] as? Int } == [0, 2, 3])
    #expect(json["equilibrium_count"] as? Double == 8)
    let learning = json["learning"] as? [[String: Double]] ?? []
    #expect(learning.count == 3)
    for direction in learning {
      #expect(relativeDifference(direction["half_time"]!, direction["predicted_half_time"]!) < 1e-3)
    }
    #expect(json["certified"] as? Bool == true && json["seed"] as? Int == 0)
  }

  @Test func sameSeedSameBytes() throws {
    let line = "flow Examples/flow.toml --json --threads "
    #expect(try pretell(line + "1").output == pretell(line + "2").output)
    #expect(try pretell("flow Examples/flow.toml --json --seed 1").output != pretell(line + "1").output)
  }

  @Test func trainingTimeOfASpectralInstance() throws {
    let json = try pretell("flow --from Examples/spectral.toml --json").json()
    let spectral = json["spectral"] as? [String: Any]
    #expect((spectral?["training_time"] as? Double ?? 0) > 0)
    let few = try pretell("flow --from Examples/spectral.toml --json --set samples.unlabeled=200").json()
    let earlier = (few["spectral"] as? [String: Any])?["training_time"] as? Double
    #expect((earlier ?? 1e9) < (spectral?["training_time"] as? Double ?? 0))
    #expect(spectral?["has_plain_closed_form"] as? Bool == true)
  }

  /// Two .npy files, a figure with its numbers, the solution, a step that is too large.
  @Test func filesAndSteps() throws {
    try withTemporaryFolder { folder in
      try Data("0.3,0.1\n0.2,-0.4\n0.1,0.2\n".utf8).write(to: folder.appending(path: "start.csv"))
      try Data("2,0,0\n0,1,0\n0,0,-1\n".utf8).write(to: folder.appending(path: "target.csv"))
      let run = try pretell(
        ["flow", "start.csv", "target.csv", "--figure", "flow.svg", "--solution", "x.npy", "--step", "0.6"], in: folder)
      #expect(run.status == 0)
      #expect(run.output.contains("global minimum") && run.errors.contains("unstable-step"))
      for file in ["flow.svg", "flow.figure.csv", "x.npy"] {
        #expect(FileManager.default.fileExists(atPath: folder.appending(path: file).path), "\(file)")
      }
      try Data("0,0\n0.2,-0.4\n0.1,0.2\n".utf8).write(to: folder.appending(path: "saddle.csv"))
      let saddle = try pretell(["flow", "saddle.csv", "target.csv"], in: folder)
      #expect(saddle.errors.contains("saddle-limit"))
    }
  }

  @Test func badInputIsRefused() throws {
    try withTemporaryFolder { folder in
      try Data("1,2\n3,4\n".utf8).write(to: folder.appending(path: "a.csv"))
      try Data("1\n2\n3\n".utf8).write(to: folder.appending(path: "b.csv"))
      let skew = try pretell(["flow", "b.csv", "a.csv"], in: folder)
      #expect(skew.status == 65 && skew.output.isEmpty)
      #expect(try pretell(["flow", "a.csv", "a.csv"], in: folder).errors.contains("transpose"))
    }
    #expect(try pretell("flow nowhere.toml").status == 66)
    #expect(try pretell("flow").status == 64)
    #expect(try pretell("flow Examples/flow.toml --times 1,x").status == 64)
    #expect(try pretell("flow Examples/flow.toml --set columms=3").errors.contains("Did you mean 'columns'?"))
  }
}
