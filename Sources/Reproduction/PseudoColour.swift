import CMath
import Figures
import LinearAlgebra
import MaskedRegression
import Randomness

/// Pre-training by predicting the pseudo-colours of hidden patches: which colour map helps most, and the baseline that beats them all, the
/// same colours given to principal components.
struct PseudoColour: PaperResult {
  let name = "pseudo-colour"
  let source = "pseudo-colorizing masked cells (arXiv 2302.05968): nipy_spectral before the other colour maps"
  let summary = "which colour map to predict in hidden patches of cell images, and why not to predict it"

  private static let (images, size, hide) = (16, 16, 0.33)
  private static let labels = 160

  func run(_ settings: ReproductionSettings) throws -> ReproductionResult {
    let draws = settings.quick ? 3 : 16
    var scores: [(name: String, values: [Double])] = []
    var pictures: [Panel] = []
    for draw in 0..<draws {
      try settings.step(draw, of: draws)
      var stream = RandomStream(seed: settings.seed, replicate: UInt64(draw), purpose: 0x636F_6C6F)
      let cells = CellImages(count: Self.images, &stream)
      if draw == 0 { pictures = try Self.pictures(cells) }
      let features = try Self.features(cells)
      let splits = (0..<4).map { _ in Self.split(cells, &stream) }
      for (position, (name, rows)) in features.enumerated() {
        let r2 = try splits.map { try LabeledWindows(rows, cells.share, $0.labeled).r2(at: $0.fresh) }
        if draw == 0 { scores.append((name, [])) }
        scores[position].values.append(r2.reduce(0, +) / Double(r2.count))
      }
    }
    try settings.step(draws, of: draws)
    return result(scores, draws, pictures)
  }

  private static func penalty(_ rows: Matrix) -> Double {
    0.01 * rows.subtractingFromRows(rows.columnMeans()).squaredFrobeniusNorm / Double(rows.storage.count)
  }

  /// The window with the most nuclei, and each of its patches as the rest of the window tells it, by a fit that saw no window of its image.
  private static func pictures(_ cells: CellImages) throws -> [Panel] {
    let side = CellImages.window
    let path = try BlockPath(
      BlockRows(rows: cells.rows, blocks: patches(), hide: hide), groups: Partition(cells.image))
    let shown = cells.share.indices.max { cells.share[$0] < cells.share[$1] } ?? 0
    let pixels = cells.rows.row(shown)
    let residuals = try path.leftOutResiduals(ridge: penalty(cells.rows)).row(shown)
    func panel(_ title: String, _ values: [Double]) -> Panel {
      let places = (0..<side).map { Double($0) + 0.5 }
      return Panel(
        title: title, xAxis: Axis("pixel"), yAxis: Axis("pixel"),
        series: [
          .heatMap(
            "grey", x: places, y: places,
            values: (0..<side).reversed().map { i in Array(values[i * side..<(i + 1) * side]) })
        ], legend: .hidden)
    }
    return [
      panel("a window", pixels), panel("its patches, each from the rest", zip(pixels, residuals).map { $0 - $1 }),
    ]
  }

  private static func patches() throws -> Partition {
    try Partition.patches(
      imageHeight: CellImages.window, imageWidth: CellImages.window, patchHeight: 8, patchWidth: 8)
  }

  /// Each with 16 dimensions, but for the pixels themselves.
  private static func features(_ cells: CellImages) throws -> [(String, Matrix)] {
    let blocks = try patches()
    let data = try BlockRows(rows: cells.rows, blocks: blocks, hide: hide)
    let ridge = penalty(cells.rows)
    func codes(_ targets: Matrix) throws -> Matrix {
      try TargetPath(data, BlockTargets(targets, blocks: blocks)).codes(size: size, ridge: ridge).codes
    }
    let spectral = try PseudoColor.nipySpectral.targets(cells.rows)
    let viridis = try PseudoColor.viridis.targets(cells.rows)
    return [
      ("pixels", cells.rows), ("pixels, pca", try components(cells.rows)), ("predict grey", try codes(cells.rows)),
      ("predict viridis", try codes(viridis)), ("predict nipy_spectral", try codes(spectral)),
      ("viridis pixels, pca", try components(viridis)), ("nipy_spectral pixels, pca", try components(spectral)),
    ]
  }

  private static func components(_ rows: Matrix) throws -> Matrix {
    let centred = rows.subtractingFromRows(rows.columnMeans())
    let eigen = try SymmetricEigen(multiply(centred, centred, transposing: .right).symmetrized(), largest: size)
    return eigen.vectors.scalingColumns(by: eigen.values.map { max($0, 0).squareRoot() })
  }

  /// Labels from half of the images, judged on the other half.
  private static func split(_ cells: CellImages, _ stream: inout RandomStream) -> (labeled: [Int], fresh: [Int]) {
    let seen = Set(stream.permutation(images).prefix(images / 2))
    let own = cells.image.indices.filter { seen.contains(cells.image[$0]) }
    let chosen = stream.permutation(own.count).prefix(labels).map { own[$0] }.sorted()
    return (chosen, cells.image.indices.filter { !seen.contains(cells.image[$0]) })
  }

  private func result(
    _ scores: [(name: String, values: [Double])], _ draws: Int, _ pictures: [Panel]
  ) -> ReproductionResult {
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    func error(_ values: [Double]) -> Double {
      let m = mean(values)
      return (values.reduce(0) { $0 + ($1 - m) * ($1 - m) } / Double(draws * (draws - 1))).squareRoot()
    }
    let values = scores.map {
      PrintedValue($0.name, computed: mean($0.values), standardError: error($0.values))
    }
    let figure = Figure(
      title: "Colour the input, do not predict its colours",
      panels: pictures + [
        Panel(
          xAxis: Axis("features"), yAxis: Axis("R2 in other images", range: 0...1),
          series: [
            .bars(
              "ridge on \(Self.labels) labels",
              names: values.map(\.quantity), values: values.map(\.computed),
              low: values.map { $0.computed - ($0.standardError ?? 0) },
              high: values.map { $0.computed + ($0.standardError ?? 0) }, role: .observed)
          ], legend: .hidden)
      ], width: 17.4)
    return ReproductionResult(
      figure: figure, comparisons: values,
      remarks: [
        "Share of a window that nuclei cover, told from \(Self.labels) labeled windows of 8 images and judged on 8 others; \(draws) sets of drawn images.",
        "On stardist's img2d, not bundled here: predicting grey .57, viridis .63 to .65, nipy_spectral .66 to .70; PCA of the nipy_spectral pixels .81.",
        "The paper's order of colour maps is about predicting them. A colour map is a known function of the pixels: the baseline that the paper lacks applies it.",
      ])
  }
}

/// Ridge on a few labeled rows, its penalty by leave-one-out.
private struct LabeledWindows {
  private let rows: Matrix
  private let target: [Double]
  private let labeled: [Int]

  init(_ rows: Matrix, _ target: [Double], _ labeled: [Int]) {
    (self.rows, self.target, self.labeled) = (rows, target, labeled)
  }

  /// 1 - mean squared error over variance.
  func r2(at fresh: [Int]) throws -> Double {
    let own = rows.rows(at: labeled)
    let means = own.columnMeans()
    let centred = own.subtractingFromRows(means)
    let y = labeled.map { target[$0] }
    let level = y.reduce(0, +) / Double(y.count)
    let eigen = try SymmetricEigen(multiply(centred, centred, transposing: .right).symmetrized())
    let values = eigen.values.map { max($0, 0) }
    let turned = eigen.vectors.transposedTimes(y.map { $0 - level })
    func error(_ ridge: Double) -> Double {
      let filter = values.map { $0 / ($0 + ridge) }
      let fitted = eigen.vectors * zip(filter, turned).map { $0 * $1 }
      return y.indices.reduce(0) { sum, i in
        var leverage = 1 / Double(y.count)
        for k in filter.indices { leverage += filter[k] * eigen.vectors[i, k] * eigen.vectors[i, k] }
        let e = (y[i] - level - fitted[i]) / (1 - leverage)
        return sum + e * e
      }
    }
    let grid = (0..<19).map { values[0] * exp2(Double($0) * 1.6 - 20) }
    let ridge = grid.min { error($0) < error($1) }!
    let weights = eigen.vectors * zip(values, turned).map { $1 / ($0 + ridge) }
    let others = rows.rows(at: fresh).subtractingFromRows(means)
    let predicted = others * centred.transposedTimes(weights)
    let truth = fresh.map { target[$0] }
    let mean = truth.reduce(0, +) / Double(truth.count)
    let spread = truth.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return 1 - zip(truth, predicted).reduce(0) { $0 + ($1.0 - level - $1.1) * ($1.0 - level - $1.1) } / spread
  }
}
