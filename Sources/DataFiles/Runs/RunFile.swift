import LinearAlgebra

/// What one training of an encoder left behind, in a .npz or .safetensors file: an array `labeled`, a `pool` where there is one, and
/// tags, single values in the .npz or texts in the safetensors metadata.
public struct RunFile: Sendable {
  public let path: String
  /// Embeddings of the labeled rows.
  public let labeled: Matrix
  /// Embeddings of other rows, read in passes.
  public let pool: RowStream?
  /// By name, such as `rows`: `20000`.
  public let tags: [String: String]

  private static let arrays = ["labeled", "pool"]

  /// Throws `DataFileError` for a file without `labeled`.
  public init(_ path: String) throws {
    let source = try DataSource(path)
    let names = try source.arrayNames()
    guard names.contains("labeled") else {
      throw DataFileError(
        file: path,
        problem:
          "there is no array 'labeled' in it\(names.isEmpty ? "" : " (there are \(names.sorted().joined(separator: ", ")))")",
        remedy: "Save the labeled rows' embeddings under that name")
    }
    self.path = path
    labeled = try DataFile.read("\(path)[labeled]").values
    pool = names.contains("pool") ? try RowStream("\(path)[pool]").rereadable() : nil
    switch source.format {
    case .safetensors: tags = try Safetensors.metadata(source.file)
    default:
      tags = try names.filter { !Self.arrays.contains($0) }.reduce(into: [:]) { found, name in
        if let value = try NPZ.single(source.file, name) { found[name] = value }
      }
    }
  }
}
