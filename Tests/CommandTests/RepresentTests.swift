import DataFiles
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// `pretell represent`.
@Suite struct RepresentTests {
  /// Variances of principal components: numpy.linalg.svd of the centered digits, NumPy 2.4.6. Of the features written, and of the
  /// model applied by its documented formula.
  @Test func digitsAgreeWithNumPy() throws {
    try withTemporaryFolder { folder in
      let (model, features) = (folder.appending(path: "m.npz").path, folder.appending(path: "f.npy").path)
      let run = try pretell(
        "represent Examples/digits_x.npy --method pca --size 3 --json --output \(model) --features \(features)")
      let json = try run.json()
      #expect(run.status == 0 && json["features"] as? Int == 3 && json["rows"] as? Int == 1797)
      let rows = try DataFile.read("\(repositoryRoot.path)/Examples/digits_x.npy").values
      let centered = rows.subtractingFromRows(try NPZ.read(model, name: "center").matrix().row(0))
      let applied = centered * (try NPZ.read(model, name: "components").matrix())
      let written = try DataFile.read(features).values
      #expect((applied - written).largestMagnitude < 1e-10)
      for (k, expected) in [179.006930097972, 163.71774688167778, 141.78843909228382].enumerated() {
        let column = written.column(k)
        #expect(relativeDifference(column.reduce(0) { $0 + $1 * $1 } / 1796, expected) < 1e-12)
      }
      #expect(try NPZ.read(model, name: "scale").matrix().storage.allSatisfy { $0 == 1 })
      #expect(try !NPZ.names(model).contains("coefficients"))
    }
  }

  @Test func wordsBecomeIndicators() throws {
    let run = try pretell("represent Examples/diabetes.csv --method masked --size 2 --exclude progression --json")
    #expect(try run.json()["columns"] as? Int == 10)
    let text = try pretell("represent Examples/diabetes.csv --method factor-analysis --size 2 --quiet")
    #expect(text.output == "442 rows, 11 columns: 2 features by factor-analysis of size 2\n")
  }

  @Test func badInput() throws {
    let cases: [(String, Int32, String)] = [
      ("represent Examples/digits_x.npy --method pka --size 2", 64, "There are pca, pca-correlation"),
      ("represent Examples/digits_x.npy --method pca --size 0", 64, "--size must be at least 1"),
      ("represent Examples/digits_x.npy --method pca --size 65", 64, "sizes from 1 to 61"),
      ("represent Examples/digits_x.npy --method pca --size 2 --output m.csv", 64, "written as .npz"),
      ("represent Examples/digits_x.npy --method pca --size 2 --features f.csv", 64, "give a .npy file"),
      ("represent Examples/digits_x.npy --method pca --size 2 --memory 1KB", 1, "larger --memory"),
      ("represent nowhere.npy --method pca --size 2", 66, "nowhere.npy"),
      ("represent Examples/digits_x.npy --method pca --size 2 --output Examples/digits_x.npz/m.npz", 74, "--output"),
    ]
    for (line, status, words) in cases {
      let run = try pretell(line)
      #expect(run.status == status && run.errors.contains(words), "\(line): \(run.status), \(run.errors)")
      #expect(run.output.isEmpty)
    }
  }
}
