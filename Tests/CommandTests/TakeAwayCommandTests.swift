import DataFiles
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// `plan --features --predict --model`.
@Suite struct TakeAwayCommandTests {
  private static let diabetes = [
    "plan", "--data", repositoryRoot.path + "/Examples/diabetes_partly_labeled.csv", "--target", "progression",
    "--size",
    "1:3", "--methods", "pca,pca-correlation,factor-analysis,masked,mixture", "--quiet",
  ]

  /// Applies an .npz by its documented formulas, with nothing of the planner.
  private func applied(_ model: String, to rows: Matrix) throws -> (features: Matrix, outputs: Matrix) {
    func array(_ name: String) throws -> Matrix { try NPZ.read(model, name: name).matrix() }
    let names = try NPZ.names(model)
    var features: Matrix
    if names.contains("subspace_basis") {
      let positions = try array("positions").storage.map { Int($0) }
      let z =
        rows.columns(at: positions).subtractingFromRows(try array("subspace_mean").row(0))
        * (try array("subspace_basis"))
      let (c, weights) = (try array("component_centers"), try array("component_weights"))
      let variance = try array("component_variance")[0, 0]
      features = Matrix(rows: z.rows, columns: c.rows * (c.columns + 1))
      for row in 0..<z.rows {
        let terms = (0..<c.rows).map { i -> Double in
          let gap = zip(z.row(row), c.row(i)).map { $0 - $1 }
          return weights[0, i] * exp(-dot(gap, gap) / (2 * variance))
        }
        let sum = terms.reduce(0, +)
        for i in 0..<c.rows {
          for j in 0..<c.columns { features[row, i * c.columns + j] = terms[i] / sum * (z[row, j] - c[i, j]) }
          features[row, c.rows * c.columns + i] = terms[i] / sum
        }
      }
    } else {
      features = rows.subtractingFromRows(try array("center").row(0))
        .scalingColumns(by: try array("scale").row(0).map { 1 / $0 })
      if names.contains("components") { features = features * (try array("components")) }
    }
    let outputs = (features * (try array("coefficients"))).subtractingFromRows(
      try array("intercept").row(0).map { -$0 })
    return (features, outputs)
  }

  private static func columns(_ path: URL) throws -> [[String]] {
    try String(contentsOf: path, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test(arguments: ["none", "ridge", "pca-3", "pca-correlation-2", "factor-analysis-2", "masked-2", "mixture-2"])
  func modelReproducesThePredictions(_ candidate: String) throws {
    try withTemporaryFolder { folder in
      let place = { (name: String) in folder.appending(path: name).path }
      let run = try pretell(
        Self.diabetes + [
          "--use", candidate, "--features", place("f.npy"), "--predict", place("p.csv"), "--model", place("m.npz"),
        ])
      #expect(run.status == 0, "\(run.errors)")
      let table = try Self.columns(repositoryRoot.appending(path: "Examples/diabetes_partly_labeled.csv"))
      let target = try #require(table[0].firstIndex(of: "progression"))
      let rows = Matrix(
        table.dropFirst().map { line in line.indices.filter { $0 != target }.map { Double(line[$0])! } })
      let (features, outputs) = try applied(place("m.npz"), to: rows)
      let written = try NPY.open(place("f.npy")).matrix()
      #expect(written.rows == 442 && written.columns == features.columns)
      let size = features.storage.map(abs).max()!
      #expect(zip(written.storage, features.storage).allSatisfy { abs($0 - $1) < 1e-10 * size })
      let predicted = try Self.columns(folder.appending(path: "p.csv"))
      #expect(predicted[0] == ["row", "prediction", "low", "high"] && predicted.count == 363)
      for line in predicted.dropFirst() {
        let row = Int(line[0])! - 1
        #expect(table[row + 1][target].isEmpty)
        #expect(relativeDifference(Double(line[1])!, outputs[row, 0]) < 1e-10)
        #expect(Double(line[2])! < outputs[row, 0] && outputs[row, 0] < Double(line[3])!)
      }
      #expect(try NPZ.texts(place("m.npz"), name: "candidate") == [candidate])
      #expect(try NPZ.texts(place("m.npz"), name: "columns").count == 10)
    }
  }

  /// Features written are what --embedding reads, in its order, and give the same risk; the embedding's own model applies to them.
  @Test func featuresAreAnEmbedding() throws {
    try withTemporaryFolder { folder in
      let place = { (name: String) in folder.appending(path: name).path }
      let data = Array(Self.diabetes.prefix(5)) + ["--size", "2", "--methods", "pca", "--quiet", "--json"]
      let run = try pretell(data + ["--use", "pca-2", "--features", place("f.npy"), "--predict", place("a.csv")])
      #expect(run.status == 0, "\(run.errors)")
      let again = try pretell(
        data + [
          "--embedding", place("f.npy"), "--use", "embedding", "--model", place("m.npz"), "--predict", place("b.csv"),
        ])
      #expect(again.status == 0, "\(again.errors)")
      let candidates = try #require(try again.json()["candidates"] as? [[String: Any]])
      let risks = ["pca", "embedding"].map { name in
        (candidates.first { $0["method"] as? String == name }?["predicted_risk"] as? [String: Double])?["low"] ?? 0
      }
      #expect(relativeDifference(risks[0], risks[1]) < 0.05 && risks[0] > 0)
      let (one, two) = (
        try Self.columns(folder.appending(path: "a.csv")), try Self.columns(folder.appending(path: "b.csv"))
      )
      for (a, b) in zip(one.dropFirst(), two.dropFirst()) {
        #expect(relativeDifference(Double(a[1])!, Double(b[1])!) < 1e-8)
      }
      let outputs = try applied(place("m.npz"), to: try NPY.open(place("f.npy")).matrix()).outputs
      for line in two.dropFirst() {
        #expect(relativeDifference(Double(line[1])!, outputs[Int(line[0])! - 1, 0]) < 1e-10)
      }
    }
  }

  /// Words as classes, in two files: probabilities by class, rows told by file.
  @Test func probabilitiesOfClasses() throws {
    try withTemporaryFolder { folder in
      let place = { (name: String) in folder.appending(path: name).path }
      var lines = ["a,b,c,kind"]
      for row in 0..<90 {
        let x = [0.37, 0.73, 0.19].map { (Double(row) * $0).truncatingRemainder(dividingBy: 1) }
        let kind = row % 9 == 8 ? "" : x[0] + 0.2 * x[1] > 0.6 ? "yes, \"sir\"" : "no"
        let cell = kind.contains(",") ? "\"" + kind.replacing("\"", with: "\"\"") + "\"" : kind
        lines.append("\(x[0]),\(x[1]),\(x[2]),\(cell)")
      }
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: folder.appending(path: "l.csv"))
      try Data("a,b,c\n0.1,0.2,0.3\n0.9,0.8,0.7\n".utf8).write(to: folder.appending(path: "u.csv"))
      for candidate in ["ridge", "pca-2"] {
        let run = try pretell(
          [
            "plan", "--unlabeled", place("u.csv"), "--labeled", place("l.csv"), "--target", "kind", "--size", "1:2",
            "--use", candidate, "--predict", place("p.npz"), "--model", place("m.npz"), "--quiet",
          ])
        #expect(run.status == 0, "\(run.errors)")
        #expect(try NPZ.texts(place("m.npz"), name: "classes") == ["no", "yes, \"sir\""])
        let found = try NPZ.read(place("p.npz"), name: "probabilities").matrix()
        #expect(found.rows == 12 && found.columns == 2)
        let outputs = try applied(place("m.npz"), to: Matrix([[0.1, 0.2, 0.3], [0.9, 0.8, 0.7]])).outputs
        for row in 0..<2 {
          let odds = exp(outputs[row, 1] - outputs[row, 0])
          #expect(abs(found[row, 1] - odds / (1 + odds)) < 1e-10)
        }
        #expect(found[0, 0] > 0.5 && found[1, 1] > 0.5)
        let files = try NPZ.texts(place("p.npz"), name: "file")
        #expect(files[1].hasSuffix("u.csv") && files[2].hasSuffix("l.csv"))
        let places = try NPZ.read(place("p.npz"), name: "row").matrix().storage
        #expect(Array(places.prefix(4)) == [1, 2, 9, 18])
      }
    }
  }

  @Test func wrongNamesAreRefusedFirst() throws {
    let data = Array(Self.diabetes.prefix(5))
    for (more, words) in [
      (["--model", "m.csv"], ".npz"), (["--features", "f.txt"], ".npy"), (["--use", "pca-2"], "--use needs"),
      (["--model", "m.npz", "--use", "pca-99"], "no such candidate"),
      (["--model", "m.npz", "--use", "embedding"], "no such candidate"),
    ] {
      let run = try pretell(data + more)
      #expect(run.status == 64 && run.output.isEmpty && run.errors.contains(words), "\(more): \(run.errors)")
    }
    let full = try pretell(["plan", "--data", "Examples/diabetes.csv", "--target", "progression", "--predict", "p.csv"])
    #expect(full.status == 64 && full.errors.contains("without a target"))
  }

  #if os(Linux)
    /// What was computed is printed, and the file that failed is named by its option.
    @Test(arguments: ["--features", "--predict", "--model", "--report", "--save", "--figure"])
    func filesThatFailAreNamedByTheirOption(_ option: String) throws {
      try withTemporaryFolder { folder in
        let ending = ["--features": "npy", "--predict": "csv", "--model": "npz", "--report": "html", "--save": "json"]
        let full = folder.appending(path: "full.\(ending[option] ?? "svg")").path
        try FileManager.default.createSymbolicLink(atPath: full, withDestinationPath: "/dev/full")
        let data = Array(Self.diabetes.prefix(5)) + ["--size", "2", "--methods", "pca"]
        let sound = try pretell(data + ["--json"])
        let run = try pretell(data + ["--json", option, full])
        #expect(run.status == 74 && run.output == sound.output, "\(run.errors)")
        #expect(run.errors.contains("error: \(option): ") && !run.errors.contains("--output"), "\(run.errors)")
      }
    }
  #endif

  @Test(.enabled(if: Toolbox.hasNumPy, "python3 has no NumPy"))
  func pythonAppliesTheModel() throws {
    try withTemporaryFolder { folder in
      let program = """
        import sys; sys.path.insert(0, "Python")
        import csv, numpy, pretell
        rows = list(csv.reader(open("Examples/diabetes_partly_labeled.csv")))
        x = numpy.array([r[:-1] for r in rows[1:]], float)
        for use in ("ridge", "pca-2", "mixture-2"):
            plan = pretell.plan(data="Examples/diabetes_partly_labeled.csv", target="progression", size=2, methods="pca,mixture",
                                use=use, model="\(folder.path)/m.npz", predict="\(folder.path)/p.csv", quiet=True)
            p = list(csv.reader(open("\(folder.path)/p.csv")))[1:]
            index = [int(line[0]) - 1 for line in p]
            found = numpy.array([line[1:] for line in p], float)
            low, high = plan.model.predict_interval(x[index])
            for a, b in zip(found.T, (plan.predict(x[index]), low, high)):
                assert numpy.allclose(a, b, rtol=1e-10, atol=0), (use, abs(a / b - 1).max())
            assert len(plan.transform(x)) == 442 and plan.model.candidate == use
        print("agree")
        """
      let run = try Toolbox.run(["python3", "-c", program], environment: ["PRETELL": builtCommand.path])
      #expect(run.status == 0 && run.text.contains("agree"), "\(run)")
    }
  }
}
