import LinearAlgebra

/// Your own model as a way to pre-train: with it a loss goes into plans, backtests and lists of methods.
///
///     let denoiser = ModelMethod("denoiser") { size, columns in
///       Denoiser(rank: size, dimension: columns)
///     } start: { size, columns in
///       Matrix.identity(columns).rows(0..<size).storage
///     }
///     let plan = try Planner.plan(PlanRequest(unlabeled: pool, features: x, labels: y, methods: [denoiser], sizes: [2]))
///
/// Rows are held in memory. Cost: about ten Hessians a fit, each q²/16 passes over the rows.
public struct ModelMethod<Model: PretrainingModel>: PretrainingMethod {
  /// Of one size, for rows of so many columns.
  public typealias Maker<Result> = @Sendable (_ size: Int, _ columns: Int) -> Result

  public let name: String
  private let model: Maker<Model>
  private let start: Maker<[Double]>
  private let views: @Sendable (Matrix) -> Matrix

  /// - Parameters:
  ///   - name: letters, digits and hyphens.
  ///   - views: what the loss sees of the rows, such as each beside a distorted copy; the same for the same rows. The rows when left out.
  ///   - model: of each size.
  ///   - start: where its search begins, as many numbers as it has parameters.
  public init(
    _ name: String, views: @escaping @Sendable (Matrix) -> Matrix = { $0 }, model: @escaping Maker<Model>,
    start: @escaping Maker<[Double]>
  ) {
    (self.name, self.views, self.model, self.start) = (name, views, model, start)
  }

  public func largestSize(rows: Int, columns: Int) -> Int { max(min(rows / 2, columns) - 1, 0) }

  /// Throws `ModelWorld.FitFailed` where the search ends at no minimum.
  public func fit(_ rows: some RowSource, sizes: [Int]) throws -> [any Representation] {
    try fit(rows, sizes: sizes, from: sizes.map { start($0, rows.columns) })
  }

  /// Searched from the parameters of the full fit.
  public func refit(
    _ rows: some RowSource, at indices: [Int], sizes: [Int], from found: [any Representation]
  ) throws -> [any Representation] {
    let starts = zip(sizes, found).map { size, representation in
      (representation as? ModelRepresentation<Model>)?.parameters ?? start(size, rows.columns)
    }
    return try fit(rows.part(at: indices), sizes: sizes, from: starts)
  }

  private func fit(_ rows: any RowSource, sizes: [Int], from starts: [[Double]]) throws -> [any Representation] {
    let table = try rows.matrix()
    if let at = table.storage.firstIndex(where: { !$0.isFinite }) {
      let (row, column, value) = (at / table.columns, at % table.columns, table.storage[at])
      throw rows.unsound(row: row, column: column, value: value)
        ?? LinearAlgebraError.nonFinite(row: row, column: column, value: value)
    }
    let seen = ModelRows(views(table))
    return try zip(sizes, starts).map { size, start in
      let model = model(size, rows.columns)
      let fit = try model.fit(seen, from: start)
      guard fit.status == .minimum else {
        throw ModelWorld<Model>.FitFailed(status: fit.status, gradientNorm: fit.gradientNorm)
      }
      return ModelRepresentation(model: model, parameters: fit.parameters, columns: rows.columns)
    }
  }
}

/// ψ(x, ŵ) of a fitted model.
public struct ModelRepresentation<Model: PretrainingModel>: Representation {
  public let model: Model
  /// ŵ.
  public let parameters: [Double]
  public let featureCount: Int

  init(model: Model, parameters: [Double], columns: Int) {
    (self.model, self.parameters) = (model, parameters)
    featureCount = model.features(of: [Double](repeating: 0, count: columns), at: parameters).count
  }

  public func features(of rows: Matrix) -> Matrix {
    rows.rows == 0 ? Matrix(rows: 0, columns: featureCount) : model.features(of: rows, at: parameters)
  }
}
