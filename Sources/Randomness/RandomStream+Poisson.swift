import CMath

extension RandomStream {
  /// A Poisson count: the number of unit-rate arrivals before `mean`. Exact; cost: mean + 1 logarithms.
  public mutating func poisson(mean: Double) -> Int {
    precondition(mean >= 0 && mean < 1e9, "Poisson mean \(mean)")
    var (waited, events) = (-log(uniform()), 0)
    while waited < mean {
      waited -= log(uniform())
      events += 1
    }
    return events
  }
}
