import Asymptotics
import LinearAlgebra
import Pretraining

extension Planner {
  /// What predicts new rows as a candidate of the plan of this request does: fitted again, with the same result.
  ///
  /// Cost: one fit of the method and its head, beside 21 that the plan took.
  /// Throws: `PlanError.nothingToTake` for a candidate that the request does not have or whose head has no fit; what a plan throws.
  public static func model(_ method: String, size: Int?, of request: PlanRequest) throws -> PlannedModel {
    try ModelOfCandidate(request).model(method, size)
  }
}

/// Fits one candidate as a plan does; what the plan has judged is not judged again.
private struct ModelOfCandidate {
  private let request: PlanRequest
  private let views: DataViews
  private let classes: ClassLabels?

  init(_ given: PlanRequest) throws {
    request = try RepeatedRows.counted(given).0
    views = try DataViews(request)
    classes = request.head == .logistic ? try ClassLabels(views.plain.labels, names: request.classNames) : nil
  }

  private var columns: Int { request.features.columns }
  private var labels: [Double] { views.plain.labels }
  private var groups: Partition? { views.plain.labeledGroups }

  func model(_ method: String, _ size: Int?) throws -> PlannedModel {
    let methods = request.methods + Planner.pairings(request, views)
    if let size, let found = methods.first(where: { $0.name == method }) { return try pretrained(found, size) }
    if let embedding = request.embedding, method == "embedding" { return try given(embedding) }
    let known = ["none", "ridge"] + methods.map { "\($0.name)-SIZE" } + (request.embedding == nil ? [] : ["embedding"])
    let none = PlanError.nothingToTake(candidate: size.map { "\(method)-\($0)" } ?? method, known: known)
    guard size == nil, ["none", "ridge"].contains(method) else { throw none }
    if let classes {
      let rows = views.ridge
      let (codes, count, seed) = (classes.codes, classes.count, request.seed)
      let fitted: SoftmaxHead? =
        try method == "ridge"
        ? SoftmaxHead(
          scalings: [rows.standardized, rows.plain], classes: codes, count: count, seed: seed, isJudged: false,
          groups: groups)
        : SoftmaxHead(unpenalized: rows.standardized, classes: codes, count: count, seed: seed, groups: groups)
      guard let head = fitted else { throw none }
      return try ofColumns(
        method, head.fit.coefficients, head.fit.intercepts, isStandardized: head.scaling == 0, nil)
    }
    if method == "ridge" {
      let head = try RidgeHead(views.ridge, labels: labels, groups: groups)
      let errors = PredictionErrors(
        leftOut: head.leaveOneOutSquares.map { $0.squareRoot() }, odds: labels.map { _ in 0 },
        root: Matrix(rows: 0, columns: columns + 1))
      return try ofColumns(
        method, .column(head.slopes), [head.intercept], isStandardized: head.isStandardized, errors)
    }
    guard labels.count > views.rawParameters + 1 else { throw none }
    let design = PoolDesign(raw: views.plain)
    let (center, scale) = expanded(design.scaling.means, design.scaling.deviations)
    return try leastSquares(
      method, nil, .columns(center: center, scale: scale), design, positions: views.varying, isStandardized: true)
  }

  // MARK: the columns as they are

  /// A head on the raw columns, or on coordinates of their span, as one on columns of mean 0 and deviation 1.
  /// - Parameter isStandardized: the head's columns were divided by their deviations.
  private func ofColumns(
    _ method: String, _ weights: Matrix, _ intercepts: [Double], isStandardized: Bool,
    _ errors: PredictionErrors?
  ) throws -> PlannedModel {
    var (weights, intercepts) = (weights, intercepts)
    let (means, deviations): ([Double], [Double])
    if views.isInSpan {
      let lift = try spanLift()
      (means, deviations) = (lift.means, lift.deviations)
      weights = try lift.weights(
        weights, triangle: isStandardized ? views.spanTriangles.standardized : views.spanTriangles.plain,
        isStandardized: isStandardized)
    } else {
      let moments = views.plain.moments
      (means, deviations) = (moments.mean, moments.covariance.diagonalEntries.map { $0.squareRoot() })
      if isStandardized { weights = weights.scalingRows(by: deviations.map { 1 / $0 }) }
      intercepts = zip(intercepts, weights.transposedTimes(means)).map { $0 + $1 }
    }
    var full = Matrix(rows: columns, columns: weights.columns)
    for (row, position) in views.varying.enumerated() {
      for k in 0..<weights.columns { full[position, k] = weights[row, k] * deviations[row] }
    }
    let (center, scale) = expanded(means, deviations)
    return PlannedModel(
      method: method, size: nil, columnNames: request.featureNames, features: .columns(center: center, scale: scale),
      coefficients: full, intercepts: intercepts, classNames: classes?.names, errors: errors)
  }

  /// Of the columns that vary: columns that do not keep a center of 0 and a scale of 1.
  private func expanded(_ means: [Double], _ deviations: [Double]) -> ([Double], [Double]) {
    var (center, scale) = ([Double](repeating: 0, count: columns), [Double](repeating: 1, count: columns))
    for (row, position) in views.varying.enumerated() {
      (center[position], scale[position]) = (means[row], deviations[row])
    }
    return (center, scale)
  }

  private func spanLift() throws -> SpanLift {
    SpanLift(try PreparedData.checked(request).matrix().columns(at: views.varying))
  }

  // MARK: features

  private func pretrained(_ method: any PretrainingMethod, _ size: Int) throws -> PlannedModel {
    let (data, inner) = views(method)
    let representation = try data.fit(inner, sizes: [size])[0]
    let design = try PoolDesign.all([representation], data)[0]
    // A graph's rows are no function of the columns.
    let isOwn = method.ownRows != nil
    let map = try FeatureMap(
      representation, varying: isOwn ? Array(0..<data.columns) : views.varying, columns: isOwn ? data.columns : columns,
      lift: isOwn
        ? nil
        : views.triangle(of: method).map { triangle in
          { weights in
            let lift = try spanLift()
            return (
              lift.means, try lift.weights(weights, triangle: triangle.matrix, isStandardized: triangle.isStandardized)
            )
          }
        })
    if let classes {
      let whitening = try Whitening(design)
      let head = try SoftmaxHead(
        scalings: [whitening.labeled], classes: classes.codes, count: classes.count, seed: request.seed,
        isJudged: false, groups: groups)
      return model(
        method.name, size, map, design, slopes: whitening.axes * head.fit.coefficients,
        intercepts: head.fit.intercepts, nil)
    }
    return try leastSquares(
      method.name, size, map, design, positions: Array(0..<representation.featureCount), isStandardized: false)
  }

  private func given(_ embedding: any RowSource) throws -> PlannedModel {
    let design = try PoolDesign(given: embedding, labeled: labels.count)
    let width = embedding.columns
    let map = FeatureMap.columns(
      center: [Double](repeating: 0, count: width), scale: [Double](repeating: 1, count: width))
    guard let classes else {
      return try leastSquares(
        "embedding", width, map, design, positions: Array(0..<width), isStandardized: false)
    }
    let standardized = design.labeled.columns(1..<design.labeled.columns)
    let deviations = design.scaling.kept.map { design.scaling.deviations[$0] }
    let head = try SoftmaxHead(
      scalings: [standardized, standardized.scalingColumns(by: deviations)], classes: classes.codes,
      count: classes.count, seed: request.seed, isJudged: false, groups: groups)
    let slopes = head.scaling == 1 ? head.fit.coefficients.scalingRows(by: deviations) : head.fit.coefficients
    return model("embedding", width, map, design, slopes: slopes, intercepts: head.fit.intercepts, nil)
  }

  /// - Parameters:
  ///   - positions: of the design's features among those of `map`.
  ///   - isStandardized: the map's features are on the design's scale already.
  private func leastSquares(
    _ method: String, _ size: Int?, _ map: FeatureMap, _ design: PoolDesign, positions: [Int], isStandardized: Bool
  ) throws -> PlannedModel {
    let head = try LeastSquaresHead(design.labeled, labels: labels, groups: groups)
    let front = FeatureFront(
      design.scaling, positions: positions, count: map.featureCount, isStandardized: isStandardized)
    let root =
      groups == nil
      ? front.features(try SymmetricEigen(head.inverse).root) : Matrix(rows: 0, columns: map.featureCount + 1)
    let odds = groups == nil ? head.leverageOdds : head.leverageOdds.map { _ in 0 }
    let weights = front.features(Matrix(rows: 1, columns: head.coefficients.count, storage: head.coefficients))
    return PlannedModel(
      method: method, size: size, columnNames: columnNames(method), features: map,
      coefficients: weights.columns(1..<weights.columns).transposed(), intercepts: [weights[0, 0]], classNames: nil,
      errors: PredictionErrors(leftOut: head.leaveOneOutResiduals, odds: odds, root: root))
  }

  private func model(
    _ method: String, _ size: Int?, _ map: FeatureMap, _ design: PoolDesign, slopes: Matrix, intercepts: [Double],
    _ errors: PredictionErrors?
  ) -> PlannedModel {
    let front = FeatureFront(
      design.scaling, positions: Array(0..<map.featureCount), count: map.featureCount, isStandardized: false)
    let weights = front.features(Matrix.column(intercepts).joined(leftOf: slopes.transposed()))
    return PlannedModel(
      method: method, size: size, columnNames: columnNames(method), features: map,
      coefficients: weights.columns(1..<weights.columns).transposed(), intercepts: weights.column(0),
      classNames: classes?.names, errors: errors)
  }

  /// None of features computed elsewhere, nor of rows that a method brings itself.
  private func columnNames(_ method: String) -> [String]? {
    method == "embedding" || request.ownRows(of: method) != nil ? nil : request.featureNames
  }
}

/// From linear functions of a design (a one, then scaled features) to those of a one and the features themselves.
private struct FeatureFront {
  private let scaling: FeatureScaling
  private let positions: [Int]
  private let count: Int
  private let isStandardized: Bool

  init(_ scaling: FeatureScaling, positions: [Int], count: Int, isStandardized: Bool) {
    (self.scaling, self.positions, self.count, self.isStandardized) = (scaling, positions, count, isStandardized)
  }

  /// functions x (1 + features) of functions x (1 + kept).
  func features(_ functions: Matrix) -> Matrix {
    var result = Matrix(rows: functions.rows, columns: count + 1)
    for row in 0..<functions.rows {
      result[row, 0] = functions[row, 0]
      for (place, kept) in scaling.kept.enumerated() {
        let weight = functions[row, place + 1]
        let scale = isStandardized ? 1 : scaling.deviations[kept]
        result[row, positions[kept] + 1] = weight / scale
        if !isStandardized { result[row, 0] -= weight * scaling.means[kept] / scale }
      }
    }
    return result
  }
}

extension SymmetricEigen {
  /// R with R'R the matrix, of the directions that it has.
  fileprivate var root: Matrix {
    let kept = values.indices.filter { values[$0] > 1e-14 * (values.map(abs).max() ?? 0) }
    return vectors.columns(at: kept).scalingColumns(by: kept.map { values[$0].squareRoot() }).transposed()
  }
}
