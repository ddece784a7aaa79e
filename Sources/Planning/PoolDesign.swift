import LinearAlgebra
import Pretraining

/// Features of a representation with an intercept, scaled over the pool: the labeled rows', and of the pool's the
/// second moments.
package struct PoolDesign: Sendable {
  package let representation: any Representation
  package let scaling: FeatureScaling
  /// n x p, first column 1.
  package let labeled: Matrix
  /// B'B over the pool, p x p.
  package let gram: Matrix
  /// N.
  package let rowCount: Int

  /// Designs of all representations, from one pass over the pool.
  package static func all(_ representations: [any Representation], _ data: PreparedData) throws -> [PoolDesign] {
    let moments = try FeatureMoments.over(data.pool, groups: representations.map { [$0] })
    return zip(representations, moments).map { PoolDesign($0, $1, 0..<$0.featureCount, data) }
  }

  init(_ representation: any Representation, _ moments: FeatureMoments, _ range: Range<Int>, _ data: PreparedData) {
    self.init(representation, moments, range, labeled: data.labeled)
  }

  private init(
    _ representation: any Representation, _ moments: FeatureMoments, _ range: Range<Int>, labeled: Matrix
  ) {
    self.representation = representation
    scaling = moments.scaling(range, areGiven: representation is RawColumns)
    self.labeled = scaling.design(representation.features(of: labeled))
    gram = moments.products((range, scaling), (range, scaling))
    rowCount = moments.moments.count
  }

  /// The raw columns as they are.
  package init(raw data: PreparedData) {
    let columns = RawColumns(featureCount: data.columns)
    let moments = FeatureMoments(moments: data.moments, largest: data.largest)
    self.init(columns, moments, 0..<data.columns, data)
  }

  /// Coordinates of standardized raw columns, which are on their scale already.
  init(coordinates data: PreparedData) {
    representation = RawColumns(featureCount: data.columns)
    scaling = FeatureScaling(asTheyAre: data.columns)
    labeled = scaling.design(data.labeled)
    let ones = Matrix(rows: data.rowCount, columns: 1, repeating: 1)
    gram = (data.pool.inMemory.map { ones.joined(leftOf: $0) } ?? ones).gram()
    rowCount = data.rowCount
  }

  /// Features taken as given, the pool's rows with the labeled ones last: one pass over them.
  init(given features: any RowSource, labeled: Int) throws {
    let columns = RawColumns(featureCount: features.columns)
    let moments = try FeatureMoments.over(features, groups: [[columns]])[0]
    let count = moments.moments.count
    self.init(
      columns, moments, 0..<features.columns, labeled: try features.rows(at: Array(count - labeled..<count)))
  }

  /// B'B/N over the pool.
  var secondMoment: Matrix { (1 / Double(rowCount)) * gram }

  /// p, with the intercept.
  package var parameterCount: Int { labeled.columns }

  /// Some labeled row decides a direction all but alone: its leverage is above 0.98.
  var hasDecisiveRow: Bool {
    guard let inverse = try? DesignInverse(labeled).inverse else { return false }
    return labeled.quadraticForms(inverse).contains { $0 > 0.98 }
  }

  /// Of other rows.
  func design(_ rows: Matrix) -> Matrix { scaling.design(representation.features(of: rows)) }
}

/// No pre-training.
private struct RawColumns: Representation {
  let featureCount: Int

  func features(of rows: Matrix) -> Matrix { rows }
}
