import Foundation
import TestSupport
import Testing

/// `pretell masked` on a population: theory only.
@Suite struct MaskedTheoryTests {
  /// Values of Tests/Reference/masked_regression.json.
  @Test func errorsOfAPopulation() throws {
    let run = try pretell("masked errors --covariance ar1:0.3 --columns 200 --rows 400 --ridge 0.1 --json")
    let json = try run.json()
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(try relativeDifference(number(json, "kappa"), 0.17143943652716442) < 1e-12)
    #expect(try relativeDifference(number(json, "generalization_error"), 1.288120263602) < 1e-11)
    #expect(try number(json, "training_error") < 1)
    // n lambda is scikit-learn's alpha.
    let summed = try pretell(
      "masked errors --covariance ar1:0.3 --columns 200 --rows 400 --ridge 40 --ridge-scale sum --json")
    #expect(summed.output == run.output)
  }

  /// Spikes above and below sqrt(c) = 0.7071.
  @Test func spectrumOfAPopulation() throws {
    let json = try pretell(
      "masked spectrum --covariance spiked:3,0.5 --columns 200 --rows 400 --ridge 0.2 --points 40 --json"
    ).json()
    let outliers = try #require(json["outliers"] as? [[String: Any]])
    #expect(outliers.count == 2)
    #expect(try abs(number(outliers[0], "threshold") - 0.5.squareRoot()) < 1e-12)
    // (1 - c/s^2)/(1 + c/s).
    #expect(try abs(number(outliers[0], "overlap") - (1 - 0.5 / 9) / (1 + 0.5 / 3)) < 0.01)
    #expect(try outliers[1]["position"] == nil && (number(outliers[1], "overlap")) == 0)
    let edges = try #require(json["edges"] as? [String: Any])
    #expect(try number(outliers[0], "position") > number(edges, "upper"))
    #expect((json["density"] as? [Any])?.count ?? 0 >= 40)
  }

  @Test func comparisonNamesBothMetrics() throws {
    let json = try pretell("masked compare --covariance ar1:0.9 --columns 100 --rows 200 --json").json()
    let directions = try #require(json["directions"] as? [[String: Any]])
    #expect(directions.count == 101)
    let masked = try number(json, "masked_regression")
    let best = try #require(json["best_masked_ppca"] as? [String: Any])
    let bound = try number(json, "optimal_shrinkage")
    #expect(try bound < masked && masked < number(best, "error"))
    let crossing = Int(try number(json, "unmasked_crossing"))
    #expect(try number(directions[crossing], "unmasked_pca_reconstruction") < masked)
    #expect(try number(directions[crossing - 1], "unmasked_pca_reconstruction") >= masked)
    #expect(directions[5]["masked_ppca_prediction"] != nil)
  }

  @Test func populationsFromFilesAndCoefficients() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "covariance.npy")
      try npy(rows: 3, columns: 3, [1, 0.5, 0.25, 0.5, 1, 0.5, 0.25, 0.5, 1]).write(to: file)
      let tail = "--rows 50 --ridge 0.1 --json"
      let stored = try pretell("masked errors --covariance \(file.path) \(tail)").json()
      for name in ["ar1:0.5 --columns 3", "toeplitz:1,0.5,0.25"] {
        let named = try pretell("masked errors --covariance \(name) \(tail)").json()
        #expect(
          relativeDifference(try number(named, "generalization_error"), try number(stored, "generalization_error"))
            < 1e-12)
      }
    }
  }

  @Test func wrongUsage() throws {
    for line in [
      "masked errors", "masked errors Examples/digits_x.npy --covariance identity --columns 3 --rows 4",
      "masked errors --covariance identity --rows 4", "masked errors --covariance identity --columns 4",
      "masked errors --covariance ring:3 --columns 4 --rows 9", "masked compare --covariance ar1 --columns 4 --rows 9",
      "masked errors Examples/digits_x.npy --ridge -1", "masked errors Examples/digits_x.npy --memory 0",
      "masked forecast Examples/digits_x.npy --rows 2y", "masked path Examples/digits_x.npy --ridges a",
      "masked impute Examples/digits_x.npy", "masked fit Examples/digits_x.npy --output model.txt",
      "masked recommend Examples/ratings.csv --top 0",
    ] {
      let run = try pretell(line)
      #expect(run.status == 64 && run.output.isEmpty && !run.errors.isEmpty, "pretell \(line): \(run.status)")
    }
    let singular = try pretell("masked errors --covariance ar1:1.5 --columns 4 --rows 9")
    #expect(singular.status == 65 && singular.output.isEmpty, "\(singular.status)")
  }
}

/// `pretell masked` on files of rows.
@Suite struct MaskedDataTests {
  @Test func errorsKeepTheContract() throws {
    let run = try pretell("masked errors Examples/diabetes_x.npy --json")
    let json = try run.json()
    for key in [
      "rows", "columns", "ridge", "training_error", "leave_one_out_error", "generalized_cross_validation_error",
      "kappa",
      "degrees_of_freedom", "warnings", "schema_version",
    ] { #expect(json[key] != nil, "\(key)") }
    #expect(json["rows"] as? Int == 442 && (json["column_errors"] as? [Any])?.count == 10)
    #expect(try number(json, "training_error") < number(json, "leave_one_out_error"))
    let perColumn = try pretell("masked errors Examples/diabetes_x.npy --json --ridge auto-per-column").json()
    #expect(try number(perColumn, "leave_one_out_error") <= number(json, "leave_one_out_error"))
    let threads = try ["1", "2"].map {
      try pretell("masked errors Examples/digits_x.npy --json --threads \($0)").output
    }
    #expect(threads[0] == threads[1])
  }

  /// Two columns: leaving a row out of a simple regression with intercept, written out.
  @Test func leaveOneOutOfTwoColumns() throws {
    let (x, y) = ([0.0, 1, 2, 3.5, 5, 7], [1.0, 0.5, 2.5, 3, 6, 5.5])
    let ridge = 0.3
    var sum = 0.0
    for (from, to) in [(x, y), (y, x)] {
      for i in from.indices {
        let (a, b) = (from.indices.filter { $0 != i }.map { from[$0] }, from.indices.filter { $0 != i }.map { to[$0] })
        let (meanA, meanB) = (a.reduce(0, +) / 5, b.reduce(0, +) / 5)
        let cross = zip(a, b).reduce(0) { $0 + ($1.0 - meanA) * ($1.1 - meanB) }
        // The penalty on sums of squares stays that of all rows: (n - 1) lambda.
        let slope = cross / (a.reduce(0) { $0 + ($1 - meanA) * ($1 - meanA) } + 5 * ridge)
        sum += pow(to[i] - meanB - slope * (from[i] - meanA), 2)
      }
    }
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "two.csv")
      try ("a,b\n" + zip(x, y).map { "\($0),\($1)\n" }.joined()).write(to: file, atomically: true, encoding: .utf8)
      for precision in ["double", "single"] {
        let json = try pretell("masked errors \(file.path) --ridge \(ridge) --precision \(precision) --json").json()
        #expect(
          relativeDifference(try number(json, "leave_one_out_error"), sum / 12) < (precision == "double" ? 1e-12 : 1e-4)
        )
      }
    }
  }

  /// The same rows as text, read in pieces, and as an array.
  @Test func textAndArraysGiveTheSame() throws {
    try withTemporaryFolder { folder in
      let text = folder.appending(path: "rows.csv").path
      #expect(try pretell("masked impute Examples/digits_x.npy --output \(text)").status == 0)
      for tail in ["--ridge 2", "--ridge auto", "--ridge 2 --scale", "--ridge 2 --no-center"] {
        let (array, rows) = (
          try pretell("masked errors Examples/digits_x.npy \(tail) --json").json(),
          try pretell("masked errors \(text) \(tail) --json").json()
        )
        for key in ["leave_one_out_error", "training_error", "degrees_of_freedom"] {
          #expect(try relativeDifference(number(rows, key), try number(array, key)) < 1e-10, "\(tail) \(key)")
        }
      }
    }
  }

  @Test func memoryIsCheckedBeforehand() throws {
    let run = try pretell("masked errors Examples/digits_x.npy --memory 0.0001")
    #expect(run.status == 1 && run.output.isEmpty)
    // Eigenvectors of 64 columns: 5 x 64^2 x 8 bytes.
    #expect(run.errors.contains("163840 bytes") && run.errors.contains("100000 bytes"))
    #expect(run.errors.contains("one fixed ridge penalty"))
  }

  @Test func modelIsReusedForFilling() throws {
    try withTemporaryFolder { folder in
      let (model, gaps, filled) = (
        folder.appending(path: "model.npz").path, folder.appending(path: "gaps.csv"),
        folder.appending(path: "filled.csv")
      )
      let fit = try pretell("masked fit Examples/diabetes_x.npy --ridge 0.01 --output \(model) --json").json()
      #expect(fit["model"] as? String == model && fit["form"] as? String == "dense")
      let row = "59,2,32.1,101,157,93.2,38,4,4.8598,87"
      try "\(row)\n59,2,32.1,,157,93.2,38,4,4.8598,87\n59,2,32.1,,157,NA,38,4,4.8598,87\n".write(
        to: gaps, atomically: true, encoding: .utf8)
      let run = try pretell("masked impute \(gaps.path) --model \(model) --output \(filled.path) --json")
      #expect(try run.status == 0 && run.json()["missing"] as? Int == 3)
      let rows = try String(contentsOf: filled, encoding: .utf8).split(separator: "\n").map {
        $0.split(separator: ",").compactMap { Double($0) }
      }
      #expect(rows[0] == row.split(separator: ",").compactMap { Double($0) })
      #expect(rows[1].count == 10 && rows[1][3] != 101 && abs(rows[1][3] - 95) < 25 && rows[1][4] == 157)
      #expect(rows[2][3] != rows[1][3] && abs(rows[2][5] - 93.2) < 15)
      // A model of other columns is refused.
      let wrong = try pretell("masked impute Examples/digits_x.npy --model \(model) --output \(filled.path)")
      #expect(wrong.status == 65)
      // Without a model the three rows, one of them complete, are fitted as they are: columns that never vary stay constant.
      let own = try pretell("masked impute \(gaps.path) --output \(filled.path)")
      #expect(own.status == 0 && own.errors.contains("no-complete-rows"), "\(own.errors)")
      let constant = try String(contentsOf: filled, encoding: .utf8).split(separator: "\n").map {
        $0.split(separator: ",").compactMap { Double($0) }
      }
      for line in constant { for (a, b) in zip(line, rows[0]) { #expect(abs(a - b) < 1e-9 * abs(b)) } }
    }
  }

  /// Columns are found by name, wherever they stand; missing and foreign ones are named.
  @Test func modelFindsItsColumns() throws {
    try withTemporaryFolder { folder in
      let (model, filled) = (folder.appending(path: "model.npz").path, folder.appending(path: "filled.csv"))
      let train = folder.appending(path: "train.csv")
      let rows = (0..<30).map { i in "\(i % 7),\(Double(i % 7) + 0.1 * Double(i % 3)),\(i % 5),4" }
      try (["a,b,c,d"] + rows).joined(separator: "\n").write(to: train, atomically: true, encoding: .utf8)
      let fit = try pretell("masked fit \(train.path) --ridge 0.1 --drop-constant --output \(model) --json").json()
      #expect(fit["columns"] as? Int == 3 && fit["dropped_columns"] as? [String] == ["d"])
      func fill(_ header: String, _ row: String) throws -> CommandRun {
        let gaps = folder.appending(path: "gaps.csv")
        try "\(header)\n\(row)\n".write(to: gaps, atomically: true, encoding: .utf8)
        return try pretell("masked impute \(gaps.path) --model \(model) --output \(filled.path) --json")
      }
      func cells() throws -> [Double?] {
        let text = try String(contentsOf: filled, encoding: .utf8).split(separator: "\n")
        return text[1].split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
      }
      #expect(try fill("a,b,c", "3,,2").status == 0)
      let straight = try #require(try cells()[1])
      let turned = try fill("d,c,a,b", "4,2,3,")
      #expect(turned.status == 0 && turned.errors.isEmpty, "\(turned.errors)")
      #expect(try cells()[3] == straight && abs(straight - 3) < 0.4)
      let left = try fill("a,b,c,d", "3,,2,")
      #expect(try left.errors.contains("left-missing") && left.json()["missing"] as? Int == 1)
      // A cell that is not filled in stays as it was read.
      #expect(try cells()[1] == straight && cells()[3] == nil)
      for (header, row, said) in [
        ("a,c", "3,2", "column 'b'"), ("a,b,c,e", "3,,2,1", "column 'e'"), ("a,b,c,c", "3,,2,2", "column 'c'"),
      ] {
        let run = try fill(header, row)
        #expect(run.status == 65 && run.output.isEmpty && run.errors.contains(said), "\(header): \(run.errors)")
      }
      #expect(
        try pretell("masked impute \(train.path) --model \(model) --ridge 1 --output \(filled.path)").status == 64)
    }
  }

  /// Leaving nearly constant columns out is fitting on the others.
  @Test func droppedColumns() throws {
    try withTemporaryFolder { folder in
      let all = folder.appending(path: "all.csv")
      #expect(try pretell("masked impute Examples/digits_x.npy --output \(all.path)").status == 0)
      let lines = try String(contentsOf: all, encoding: .utf8).split(separator: "\n").map { $0.split(separator: ",") }
      // Three constant pixels, and the eleven that the warning names.
      let errors = try pretell("masked errors Examples/digits_x.npy --ridge 1 --drop-constant --json").json()
      let dropped = try #require(errors["dropped_columns"] as? [String])
      #expect(dropped.count == 14 && dropped.contains("1") && dropped.contains("8") && errors["columns"] as? Int == 50)
      let kept = folder.appending(path: "kept.csv")
      let rest = lines.map { row in
        row.indices.filter { !dropped.contains("\($0 + 1)") }.map { row[$0] }.joined(separator: ",")
      }
      try rest.joined(separator: "\n").write(to: kept, atomically: true, encoding: .utf8)
      let without = try pretell("masked errors \(kept.path) --ridge 1 --json").json()
      #expect(
        relativeDifference(try number(errors, "leave_one_out_error"), try number(without, "leave_one_out_error"))
          < 1e-12)
      let columns = try #require(errors["column_errors"] as? [[String: Any]])
      #expect(
        columns.compactMap { $0["column"] as? String } == (1...64).map { "\($0)" }.filter { !dropped.contains($0) })
      // Nothing to drop is said, too; not asked for, nothing is.
      #expect(
        try pretell("masked path \(kept.path) --ridges 1 --drop-constant --json").json()["dropped_columns"] as? [String]
          == [])
      #expect(without["dropped_columns"] == nil)
      for line in [
        "forecast Examples/digits_x.npy --rows 2x", "path Examples/digits_x.npy --ridges 1",
        "spectrum Examples/digits_x.npy --ridge 1",
      ] {
        let run = try pretell("masked \(line) --drop-constant --json")
        #expect(try run.status == 0 && run.json()["dropped_columns"] as? [String] == dropped, "\(line)")
        #expect(!run.errors.contains("near-constant-columns"))
        #expect(
          try pretell("masked \(line) --drop-constant").output.contains("left out, constant or nearly so: 1, 8, 9"))
      }
      let (plain, quick) = (folder.appending(path: "plain.npz").path, folder.appending(path: "quick.npz").path)
      #expect(try pretell("masked fit Examples/digits_x.npy --ridge 1 --drop-constant --output \(plain)").status == 0)
      #expect(
        try pretell("masked fit Examples/digits_x.npy --ridge 1 --drop-constant --no-errors --output \(quick)").status
          == 0)
      #expect(try Data(contentsOf: URL(filePath: plain)) == Data(contentsOf: URL(filePath: quick)))
      let (constant, one) = (folder.appending(path: "constant.csv"), "1,2\n")
      try String(repeating: one, count: 30).write(to: constant, atomically: true, encoding: .utf8)
      #expect(try pretell("masked errors \(constant.path) --drop-constant").status == 65)
      #expect(try pretell("masked errors Tests/Reference/sparse-csr.npz --drop-constant").status == 64)
    }
  }

  @Test func pathAndForecast() throws {
    let path = try pretell("masked path Examples/digits_x.npy --ridges 0.01,0.1,1 --json").json()
    let points = try #require(path["path"] as? [[String: Any]])
    let freedom = try points.map { try number($0, "degrees_of_freedom") }
    #expect(freedom.count == 3 && freedom[0] > freedom[1] && freedom[1] > freedom[2])
    let best = try #require(path["best"] as? [String: Any])
    for point in points {
      #expect(try number(best, "leave_one_out_error") <= number(point, "leave_one_out_error"))
    }
    let single = try pretell("masked path Examples/digits_x.npy --ridges 0.1,1 --precision single --json")
    #expect(single.errors.isEmpty)
    let singlePoints = try #require(try single.json()["path"] as? [[String: Any]])
    for (a, b) in zip(singlePoints, points.dropFirst()) {
      let difference = try relativeDifference(number(a, "leave_one_out_error"), number(b, "leave_one_out_error"))
      #expect(difference > 0 && difference < 1e-4)
    }
    let zero = try pretell("masked path Examples/digits_x.npy --ridges 0,1 --precision single --json")
    #expect(zero.status == 0 && zero.errors.contains("single-precision-unused"))
    let run = try pretell("masked forecast Examples/digits_x.npy --rows 2x,5x,inf --json")
    let json = try run.json()
    let forecasts = try #require(json["forecasts"] as? [[String: Any]])
    let errors = try forecasts.map { try number($0, "error") }
    #expect(errors[0] > errors[1] && errors[1] > errors[2])
    #expect(try errors[0] < (number(json, "leave_one_out_error")))
    #expect(forecasts[0]["rows"] as? Int == 3594 && forecasts[2]["rows"] == nil)
    #expect(run.errors.contains("near-constant-columns"))
  }

  /// 8 rows of 64 columns cannot tell about 100 000.
  @Test func outOfReachIsSaid() throws {
    try withTemporaryFolder { folder in
      let rows = try pretell("masked impute Examples/digits_x.npy --output \(folder.path)/all.csv").status
      #expect(rows == 0)
      let text = try String(contentsOf: folder.appending(path: "all.csv"), encoding: .utf8).split(separator: "\n")
      let few = folder.appending(path: "few.csv")
      try text.prefix(30).joined(separator: "\n").write(to: few, atomically: true, encoding: .utf8)
      let json = try pretell("masked forecast \(few.path) --rows 100000 --ridge 0.0001 --json").json()
      let forecast = try #require((json["forecasts"] as? [[String: Any]])?.first)
      #expect(forecast["reachable"] as? Bool == false && forecast["error"] == nil && forecast["error_at_most"] != nil)
    }
  }

  @Test func comparisonOnData() throws {
    let json = try pretell("masked compare Examples/digits_x.npy --json --seed 3").json()
    #expect(json["seed"] as? Int == 3 && json["folds"] as? Int == 5)
    #expect(try number(json, "masked_regression") < number(json, "baseline"))
    let eigenvalues = try pretell("masked spectrum Examples/digits_x.npy --ridge 1 --json").json()
    let values = try #require(eigenvalues["eigenvalues"] as? [Double])
    // A has a zero diagonal.
    #expect(values.count == 64 && abs(values.reduce(0, +)) < 1e-9 && values[0] < 1)
  }

  /// --figure of every verb.
  @Test func everyVerbDraws() throws {
    try withTemporaryFolder { folder in
      let lines = [
        "errors Examples/diabetes_x.npy", "errors --covariance identity --columns 20 --rows 40",
        "fit Examples/diabetes_x.npy",
        "path Examples/diabetes_x.npy", "forecast Examples/diabetes_x.npy",
        "spectrum Examples/diabetes_x.npy --ridge 1",
        "spectrum --covariance spiked:3 --columns 50 --rows 100 --ridge 0.2", "compare Examples/diabetes_x.npy",
        "compare --covariance ar1:0.6 --columns 20 --rows 40", "recommend Examples/ratings.csv --user p1",
      ]
      for (index, line) in lines.enumerated() {
        let figure = folder.appending(path: "\(index).svg")
        let run = try pretell("masked \(line) --figure \(figure.path) --quiet")
        #expect(run.status == 0 && run.errors.isEmpty, "\(line): \(run.errors)")
        #expect(try String(contentsOf: figure, encoding: .utf8).contains("<svg"), "\(line)")
        #expect(FileManager.default.fileExists(atPath: folder.appending(path: "\(index).figure.csv").path))
      }
      let (gaps, figure) = (folder.appending(path: "gaps.csv"), folder.appending(path: "filled.svg"))
      let rows = (0..<20).map { i in "\(i % 7),\(i == 3 ? "" : "\(i % 7 + i % 2)"),\(i % 5)" }
      try (["a,b,c"] + rows).joined(separator: "\n").write(to: gaps, atomically: true, encoding: .utf8)
      let run = try pretell(
        "masked impute \(gaps.path) --output \(folder.path)/filled.csv --figure \(figure.path) --quiet")
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      #expect(try String(contentsOf: figure, encoding: .utf8).contains("<svg"))
    }
  }
}

/// `pretell masked recommend`.
@Suite struct MaskedRecommendTests {
  @Test func seenItemsAreLeftOut() throws {
    let json = try pretell("masked recommend Examples/ratings.csv --user p7 p8 --top 4 --json").json()
    #expect(json["users"] as? Int == 300 && json["items"] as? Int == 80 && json["interactions"] as? Int == 3946)
    let lists = try #require(json["recommendations"] as? [[String: Any]])
    let ratings = try String(contentsOf: repositoryRoot.appending(path: "Examples/ratings.csv"), encoding: .utf8)
    for list in lists {
      let user = try #require(list["user"] as? String)
      let items = try #require(list["items"] as? [[String: Any]])
      let scores = try items.map { try number($0, "score") }
      #expect(items.count == 4 && scores == scores.sorted(by: >))
      for item in items { #expect(!ratings.contains("\n\(user),\(item["item"] as? String ?? ""),")) }
    }
  }

  /// SciPy's file of [[0, 2, 0], [1, 0, 3]]: rows and columns have numbers, not names.
  @Test func sciPyFiles() throws {
    let line = "masked recommend Tests/Reference/sparse-csr.npz --ridge 1 --user 0 --json"
    let lists = try #require(try pretell(line).json()["recommendations"] as? [[String: Any]])
    let items = try #require(lists.first?["items"] as? [[String: Any]])
    #expect(items.compactMap { $0["item"] as? String }.sorted() == ["0", "2"])
    #expect(try pretell("masked errors Tests/Reference/sparse-csr.npz --ridge 1").status == 0)
  }

  /// A saved model gives what fitting again gives, to the bit, in either precision and for rows in another order.
  @Test(arguments: ["double", "single"])
  func savedModelIsTheFit(_ precision: String) throws {
    try withTemporaryFolder { folder in
      let model = folder.appending(path: "model.npz").path
      let options = "--implicit --ridge 0.3 --precision \(precision)"
      #expect(try pretell("masked fit Examples/ratings.csv --sparse \(options) --output \(model)").status == 0)
      func lists(_ line: String) throws -> [String: [Double]] {
        let run = try pretell("masked recommend \(line) --top 7 --json")
        let lists = try #require(try run.json()["recommendations"] as? [[String: Any]], "\(run.errors)")
        return Dictionary(
          uniqueKeysWithValues: try lists.flatMap { list in
            let items = try #require(list["items"] as? [[String: Any]])
            return try items.enumerated().map { rank, item in
              ("\(list["user"]!) \(rank) \(item["item"]!)", [try number(item, "score")])
            }
          })
      }
      let fitted = try lists("Examples/ratings.csv \(options)")
      #expect(try fitted.count == 2100 && lists("Examples/ratings.csv --model \(model)") == fitted)
      #expect(try lists("Examples/ratings.csv --implicit --ridge 0.31 --precision \(precision)") != fitted)
      // Two people alone, their lines turned round: other items are not in the file at all.
      let lines = try String(contentsOf: repositoryRoot.appending(path: "Examples/ratings.csv"), encoding: .utf8)
        .split(separator: "\n")
      let some = folder.appending(path: "some.csv")
      let own = lines.filter { $0.hasPrefix("p7,") || $0.hasPrefix("p30,") }.reversed()
      try ([lines[0]] + own).joined(separator: "\n").write(to: some, atomically: true, encoding: .utf8)
      let two = try lists("\(some.path) --model \(model)")
      #expect(two == fitted.filter { $0.key.hasPrefix("p7 ") || $0.key.hasPrefix("p30 ") } && two.count == 14)
    }
  }

  @Test func modelsOfOtherItemsAreRefused() throws {
    try withTemporaryFolder { folder in
      let (named, numbered) = (folder.appending(path: "named.npz").path, folder.appending(path: "numbered.npz").path)
      #expect(try pretell("masked fit Examples/ratings.csv --sparse --ridge 1 --output \(named)").status == 0)
      #expect(try pretell("masked fit Tests/Reference/sparse-csr.npz --ridge 1 --output \(numbered)").status == 0)
      #expect(try pretell("masked recommend Tests/Reference/sparse-csc.npz --model \(numbered)").status == 0)
      let other = folder.appending(path: "other.csv")
      try "user,item\np1,western-1\np1,opera-1\n".write(to: other, atomically: true, encoding: .utf8)
      for (line, said) in [
        ("\(other.path) --model \(named)", "'opera-1'"),
        ("Tests/Reference/sparse-csr.npz --model \(named)", "its items have numbers"),
        ("Examples/ratings.csv --model \(numbered)", "its items have names"),
        ("Examples/ratings.csv --model Examples/digits_x.npy", "digits_x.npy"),
        ("Examples/ratings.csv --model Tests/Reference/sparse-csr.npz", "it is a sparse matrix"),
      ] {
        let run = try pretell("masked recommend \(line)")
        #expect(run.status == 65 && run.output.isEmpty && run.errors.contains(said), "\(line): \(run.errors)")
      }
      for option in ["--ridge 1", "--implicit", "--scale", "--precision single", "--drop-constant"] {
        let run = try pretell("masked recommend Examples/ratings.csv --model \(named) \(option)")
        #expect(run.status == 64 && run.output.isEmpty, "\(option): \(run.status)")
      }
      #expect(try pretell("masked recommend Examples/ratings.csv --model nowhere.npz").status == 66)
    }
  }

  /// MovieLens' two layouts, with a header and without: the same lists.
  @Test func layoutsOfMovieLens() throws {
    try withTemporaryFolder { folder in
      let file = "Examples/interactions.inter"
      let text = try String(contentsOf: repositoryRoot.appending(path: file), encoding: .utf8)
      #expect(text.hasPrefix("user_id:token\titem_id:token\trating:float\ttimestamp:float\n"))
      let plain = folder.appending(path: "u.data")
      try String(text.drop { $0 != "\n" }.dropFirst()).write(to: plain, atomically: true, encoding: .utf8)
      let runs = try [file, plain.path].map { try pretell("masked recommend \($0) --ridge 1 --top 5") }
      #expect(runs[0].status == 0 && runs[0].output == runs[1].output)
      #expect(runs[0].output.hasPrefix("1 307 interactions of 120 users with 60 items; ridge 1.000"))
    }
  }

  @Test func unknownUserAndBadLine() throws {
    let run = try pretell("masked recommend Examples/ratings.csv --user nobody")
    #expect(run.status == 65 && run.output.isEmpty && run.errors.contains("'nobody'"))
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "bad.csv")
      try "user,item,value\na,b,1\na,c,many\n".write(to: file, atomically: true, encoding: .utf8)
      let bad = try pretell("masked recommend \(file.path)")
      #expect(bad.status == 65 && bad.errors.contains("row 3") && bad.errors.contains("'many'"))
    }
  }
}

private func number(_ json: [String: Any], _ key: String) throws -> Double {
  try #require((json[key] as? NSNumber)?.doubleValue, "\(key)")
}

/// A little-endian .npy file of doubles.
private func npy(rows: Int, columns: Int, _ values: [Double]) -> Data {
  var header = "{'descr': '<f8', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
  header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
  var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8))
  for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) } }
  return data
}
