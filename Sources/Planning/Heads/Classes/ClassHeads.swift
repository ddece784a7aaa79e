import Asymptotics
import LinearAlgebra
import Pretraining

/// Softmax regression of classes: penalised on representations, on the raw columns ('ridge') and on features computed elsewhere,
/// without a penalty on the raw columns ('none'); risk is mean log-loss.
///
/// Present risk by rows left out, corrected for the choice of the penalty; labels part by `SoftmaxLabelsPart`; pre-training part
/// by the paired left-out loss of representations of half the rows and of all, at the penalty of the full fit. Representations
/// are whitened, so that only their span counts; the raw columns and given features are taken as they are or divided by their
/// standard deviations, whichever predicts better.
struct ClassHeads: HeadFamily {
  private let views: DataViews
  private let labels: ClassLabels
  private let span: PrincipalSpan
  private let seed: UInt64
  /// Of the labeled rows.
  private let groups: Partition?
  let raws: [HeadFit]
  let rawNoise: Double?

  /// Log-loss is never exactly 0.
  var isExact: Bool { false }

  private var rowCount: Int { views.plain.rowCount }
  /// Halves of the rows whose representations are judged, at most.
  private static let mostHalves = 8

  init(_ views: DataViews, labels: ClassLabels, span: PrincipalSpan, seed: UInt64) throws {
    (self.views, self.labels, self.span, self.seed) = (views, labels, span, seed)
    let design = views.rawDesign
    let rows = views.plain.rowCount
    groups = views.plain.labeledGroups
    let standardized = try SymmetricEigen(design.covariance).values
    let unit = views.ridge.unit
    let variances = [standardized, span.eigenvalues.map { $0 * unit * unit }]
    let head = try SoftmaxHead(
      scalings: [views.ridge.standardized, views.ridge.plainInUnits], classes: labels.codes, count: labels.count,
      seed: seed, groups: groups)
    let ridge = try ClassForecast(head, variances: variances[head.scaling], rowCount: rows)
    let none = try SoftmaxHead(
      unpenalized: views.ridge.standardized, classes: labels.codes, count: labels.count, seed: seed, groups: groups)
    let parameters = views.rawParameters * (labels.count - 1)
    let isLong = labels.codes.count >= 3 * parameters
    let noneForecast = try none.map { try ClassForecast($0, variances: standardized, rowCount: rows, isKnown: isLong) }
    var warnings = [Warning]()
    if none == nil {
      warnings.append(.separated())
    } else if !isLong {
      warnings.append(.tooFewLabels(count: labels.codes.count, parameters: parameters))
    }
    if let none, none.rank < views.columns {
      warnings.append(.collinear(rank: none.rank + 1, count: views.rawParameters))
    }
    raws = [
      HeadFit(
        method: "none", size: nil, head: none, forecast: noneForecast?.risk, errors: noneForecast?.errors,
        isReliable: none != nil && isLong, hasParts: isLong, warnings: (warnings, [])),
      HeadFit(
        method: "ridge", size: nil, head: head, forecast: ridge.risk, errors: ridge.errors,
        curve: ridge.curve,
        isReliable: true, hasParts: true),
    ]
    rawNoise = ridge.floor
  }

  // MARK: features

  func fits(
    _ job: PlanJob, _ data: PreparedData, _ method: any PretrainingMethod, _ representations: [any Representation],
    tick: @escaping @Sendable () -> Void
  ) throws -> [HeadFit] {
    let designs = try PoolDesign.all(representations, data)
    let fitted = try Parallel.map(count: designs.count) { position in
      defer { tick() }
      let whitening = try Whitening(designs[position])
      return (
        whitening: whitening,
        head: try SoftmaxHead(
          whitening.labeled, classes: labels.codes, count: labels.count, seed: seed, groups: groups)
      )
    }
    let heads = fitted.map(\.head)
    let halves = try HalfFits(method, sizes: job.sizes, from: representations, data: data, seed: seed, tick: tick)
    let losses = try halfLosses(halves, heads, representations, data)
    let span = views.sharesDirections(job.method) ? span : nil
    return try designs.indices.map { position in
      defer { tick() }
      let representation = representations[position]
      let tie = Evidence.tieRatio(representation, span)
      return try headFit(
        job.method.name, job.sizes[position], heads[position], designs[position], fitted[position].whitening,
        // Rows that a method brings itself, such as a graph's, are no functions of the columns.
        isLinear: method.ownRows == nil && representation.affine != nil,
        pretraining: part(heads[position], losses[position], isTied: Evidence.isTied(tie)),
        fewestLabels: representation.rowsPerComponent(data.labeled)?.min(),
        warnings: Evidence.tie(tie, size: representation.featureCount), failure: halves.warning(fitted: position))
    }
  }

  func given(_ embedding: any RowSource) throws -> HeadFit {
    let design = try PoolDesign(given: embedding, labeled: labels.codes.count)
    let standardized = design.labeled.columns(1..<design.labeled.columns)
    let own = design.scaling.kept.map { design.scaling.deviations[$0] }
    let unit = Double.unit(variance: own.reduce(0) { $0 + $1 * $1 })
    let deviations = own.map { $0 * unit }
    let covariance = design.covariance
    let head = try SoftmaxHead(
      scalings: [standardized, standardized.scalingColumns(by: deviations)], classes: labels.codes, count: labels.count,
      seed: seed, groups: groups)
    let chosen = head.scaling == 1 ? covariance.scalingBothSides(by: deviations) : covariance
    let forecast = try ClassForecast(
      head, variances: SymmetricEigen(chosen).values, rowCount: rowCount, pretraining: .unknown)
    return HeadFit(
      method: "embedding", size: embedding.columns, head: head, forecast: forecast.risk, errors: forecast.errors,
      curve: forecast.curve, isReliable: true, hasParts: true, warnings: ([], [.unknownPretraining()]))
  }

  private func headFit(
    _ method: String, _ size: Int, _ head: SoftmaxHead, _ design: PoolDesign, _ whitening: Whitening, isLinear: Bool,
    pretraining: PretrainingPart, fewestLabels: Double?, warnings: [Warning], failure: Warning?
  ) throws -> HeadFit {
    let forecast = try ClassForecast(
      head, variances: [Double](repeating: 1, count: head.rank), rowCount: rowCount, pretraining: pretraining,
      isLinear: isLinear)
    var warnings = warnings
    let count = design.parameterCount
    if fewestLabels == nil, head.rank + 1 < min(count, labels.codes.count) {
      warnings.append(.collinear(rank: head.rank + 1, count: count))
    }
    warnings += Evidence.fewLabels(fewestLabels)
    if !isLinear, let bound = forecast.risk.pretraining.upperBound {
      warnings.append(.pretrainingUncertain(upperBound: bound))
    }
    if let failure { warnings.append(failure) }
    let isReliable = fewestLabels ?? .infinity >= PretrainedFit.fewestComponentLabels
    return HeadFit(
      method: method, size: size, head: head, forecast: forecast.risk, errors: forecast.errors,
      curve: forecast.curve, isLinear: isLinear, isReliable: isReliable,
      hasParts: isReliable, world: isReliable ? world(method, size, head, whitening, forecast.risk) : nil,
      warnings: (warnings, []))
  }

  private func world(
    _ method: String, _ size: Int, _ head: SoftmaxHead, _ whitening: Whitening, _ risk: RiskForecast
  ) -> FittedModel? {
    guard method == PrincipalComponents().name, let parts = RiskParts(risk, rawNoise: rawNoise, isRaw: false) else {
      return nil
    }
    let slopes = (whitening.axes * head.fit.coefficients).transposed()
    return FittedModel(
      size: size, head: .softmax(weights: (0..<slopes.rows).map(slopes.row), intercepts: head.fit.intercepts),
      parts: parts, span: span, data: views.plain)
  }

  // MARK: the pre-training part

  /// Losses with the full fit's features, and with each half's, by the same folds at the same penalty.
  private typealias Losses = (full: [Double]?, halves: [[Double]])

  /// One for each size; none where linear features are all columns, which nothing can turn.
  private func halfLosses(
    _ halves: HalfFits, _ heads: [SoftmaxHead], _ full: [any Representation], _ data: PreparedData
  ) throws -> [Losses] {
    let isWhole = heads.indices.map { full[$0].affine != nil && heads[$0].rank >= data.columns }
    let pairs = halves.representations.prefix(Self.mostHalves).flatMap { half in
      half.indices.compactMap { position in
        isWhole[position] ? nil : half[position].map { (position: position, half: $0) }
      }
    }
    let losses = try FeatureMoments.over(data.pool, groups: pairs.map { [$0.half] }) { index, moments -> [Double]? in
      let (position, half) = pairs[index]
      let design = PoolDesign(half, moments, 0..<half.featureCount, data)
      guard let features = try? Whitening(design).labeled, features.columns > 0 else { return nil }
      return try heads[position].foldLosses(features, seed: seed)
    }
    let own = try Parallel.map(count: heads.count) { isWhole[$0] ? nil : try heads[$0].foldLosses(seed: seed) }
    return heads.indices.map { position in
      (own[position], zip(pairs, losses).compactMap { $0.position == position ? $1 : nil })
    }
  }

  private func part(_ head: SoftmaxHead, _ losses: Losses, isTied: Bool) -> PretrainingPart {
    guard let full = losses.full, losses.halves.count >= HalfFits.fewest else { return .none }
    return PretrainingPart(full: full, halves: losses.halves, groups: groups, nearTie: isTied)
      .withoutRounding(beside: MeanError(head.leftOutLosses).mean)
  }
}
