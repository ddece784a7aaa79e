import CMath

/// Labels and rows to buy for one candidate.
///
/// A label goes to a row already there while there is one; after that it needs a new row too.
package struct PurchaseSolver {
  package struct Choice: Equatable {
    package let labels: Int
    package let rows: Int
    package let cost: Double
    package let risk: Double
  }

  package let forecast: RiskForecast
  package let costPerLabel: Double
  package let costPerRow: Double

  package init(forecast: RiskForecast, costPerLabel: Double, costPerRow: Double) {
    self.forecast = forecast
    self.costPerLabel = costPerLabel
    self.costPerRow = costPerRow
  }

  /// Most of either that is ever bought.
  package static let most = 1e12

  /// Lowest risk within the budget; nil where the risk at other sizes is unknown.
  package func best(budget: Double) -> Choice? {
    let most = affordableLabels(budget)
    return search(from: 0, to: most) { labels in
      let spent = costPerLabel * labels
      let rows = gainsFromRows ? ((budget - spent) / costPerRow + 1e-9).rounded(.down) : neededRows(labels)
      return choice(labels, min(max(rows, neededRows(labels)), Self.most))
    } better: {
      $0.risk < $1.risk || ($0.risk == $1.risk && $0.cost < $1.cost)
    }
  }

  /// Least cost for a risk of at most `target`; nil when no purchase reaches it.
  package func cheapest(target: Double) -> Choice? {
    guard let floor = forecast.floor, let least = leastLabels(below: target, floor: floor) else { return nil }
    let enough = leastLabels(target: target) ?? max(4 * least + 1e6, 2 * least)
    return search(from: least, to: max(enough, least)) { labels in
      guard let base = riskBesidesPretraining(labels) else { return nil }
      var rows = neededRows(labels)
      if gainsFromRows {
        guard base < target, let missing = forecast.rowsNeeded(gaining: base + forecast.mostRowsGain - target) else {
          return nil
        }
        rows = max(rows, (missing - 1e-9 * forecast.rowCount).rounded(.up))
      }
      guard rows < Self.most, let choice = choice(labels, rows) else { return nil }
      return choice.risk <= target * (1 + 1e-12) ? choice : nil
    } better: {
      $0.cost < $1.cost
    }
  }

  private var gainsFromRows: Bool { forecast.mostRowsGain > 0 }

  private func neededRows(_ labels: Double) -> Double {
    max(0, forecast.labeledCount + labels - forecast.rowCount)
  }

  private func cost(_ labels: Double, _ rows: Double) -> Double { costPerLabel * labels + costPerRow * rows }

  private func choice(_ labels: Double, _ rows: Double) -> Choice? {
    guard
      let risk = forecast.risk(labels: forecast.labeledCount + labels, rows: forecast.rows(buying: labels, rows))
    else { return nil }
    return Choice(labels: Int(labels), rows: Int(rows), cost: cost(labels, rows), risk: risk.value)
  }

  private func affordableLabels(_ budget: Double) -> Double {
    let spare = forecast.rowCount - forecast.labeledCount
    let most =
      costPerLabel * spare >= budget
      ? budget / costPerLabel : (budget + costPerRow * spare) / (costPerLabel + costPerRow)
    return min((most + 1e-9).rounded(.down), Self.most)
  }

  /// Risk with unlimited unlabeled rows and this many labels bought.
  private func riskBesidesPretraining(_ labels: Double) -> Double? {
    forecast.risk(labels: forecast.labeledCount + labels, rows: forecast.rows(buying: labels, 0)).map {
      $0.value - forecast.mostRowsGain
    }
  }

  /// Fewest labels with which enough rows could reach the target.
  private func leastLabels(below target: Double, floor: Double) -> Double? {
    guard floor + max(-forecast.mostRowsGain, 0) < target else { return nil }
    return firstLabels { labels in
      if !gainsFromRows { return (choice(labels, neededRows(labels))?.risk ?? .infinity) <= target }
      return (riskBesidesPretraining(labels) ?? .infinity) < target
    }
  }

  /// Fewest labels that reach the target with no more rows than they need.
  private func leastLabels(target: Double) -> Double? {
    firstLabels { (choice($0, neededRows($0))?.risk ?? .infinity) <= target }
  }

  private func firstLabels(_ reached: (Double) -> Bool) -> Double? {
    if reached(0) { return 0 }
    var high = 1.0
    while !reached(high) {
      high *= 2
      if high > Self.most { return nil }
    }
    var low = (high / 2).rounded(.down)
    while high - low > 1 {
      let middle = ((low + high) / 2).rounded(.down)
      if reached(middle) { high = middle } else { low = middle }
    }
    return high
  }

  /// Best integer in a range by grids that zoom in; the objective is smooth with one valley up to kinks.
  private func search(
    from low: Double, to high: Double, _ evaluate: (Double) -> Choice?, better: (Choice, Choice) -> Bool
  ) -> Choice? {
    let points = 400.0
    var (low, high) = (low, high)
    var best: Choice?
    while true {
      let step = max(1, ((high - low) / points).rounded(.up))
      for value in stride(from: low, through: high, by: step).map({ $0 }) + [high] {
        guard let choice = evaluate(value) else { continue }
        if best == nil || better(choice, best!) { best = choice }
      }
      guard let found = best, step > 1 else { return best }
      low = max(low, Double(found.labels) - 3 * step)
      high = min(high, Double(found.labels) + 3 * step)
    }
  }
}
