import DataFiles
import Foundation
import LinearAlgebra
import MaskedRegression
import Randomness
import SavedModels
import Testing

/// Models written and read with the library alone.
@Suite struct MaskedModelFileTests {
  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "models-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.appending(path: "model.npz").path)
  }

  private func rows(_ count: Int, _ columns: Int) -> Matrix {
    var stream = RandomStream(seed: 5)
    return stream.normalMatrix(rows: count, columns: columns)
  }

  /// Dense where rows are many, factored where they are few: predictions survive the file to the bit.
  @Test(arguments: [(40, 5), (6, 12)])
  func predictionsSurvive(_ count: Int, _ columns: Int) throws {
    let x = rows(count, columns)
    let model = try MaskedRidge(rows: x, ridge: .shared(0.3))
    let names = (0..<columns + 1).map { "c\($0)" }
    let covered = CoveredColumns(positions: Array(1...columns), total: columns + 1, names: names)
    try inFolder { path in
      try MaskedModelFile(model, covered).write(to: path)
      let again = try MaskedModelFile(path)
      #expect(try again.model.weights() == model.weights())
      #expect(again.model.transform.means == model.transform.means)
      #expect(again.columns == covered && !again.isImplicit && again.columns.coveredNames == Array(names[1...]))
    }
  }

  /// Columns are found by name in rows of another order; one that is not there is named.
  @Test func columnsAreFoundByName() throws {
    let covered = CoveredColumns(positions: [0, 2], total: 3, names: ["a", "b", "c"])
    #expect(try covered.places(in: ["c", "b", "a"], count: 3, of: "rows.csv", model: "m.npz") == [2, 0])
    #expect(try covered.places(in: nil, count: 3, of: "rows.npy", model: "m.npz") == [0, 2])
    let error = #expect(throws: DataFileError.self) {
      try covered.places(in: ["a", "b"], count: 2, of: "rows.csv", model: "m.npz")
    }
    #expect(error?.description.contains("'c'") == true && error?.description.contains("rows.csv") == true)
  }

  /// Arrays that do not belong together are refused, not used.
  @Test func arraysThatDoNotMatchAreRefused() throws {
    let model = try MaskedRidge(rows: rows(30, 3), ridge: .shared(1))
    try inFolder { path in
      let arrays = model.arrays.map { ($0.name, NPZ.Content.matrix($0.matrix)) }
      for columns in [[0, 1], [0, 1, 7]] {
        try NPZ.write(arrays + [("columns", .integers(columns)), ("file_columns", .integers([3]))], to: path)
        #expect(throws: MaskedRegressionError.self) { try MaskedModelFile(path) }
      }
    }
  }
}
