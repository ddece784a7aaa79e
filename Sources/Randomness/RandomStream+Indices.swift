extension RandomStream {
  /// Uniform on 0, ..., bound - 1, without bias. Source: Lemire (2019), "Fast random integer generation in an interval".
  public mutating func index(below bound: Int) -> Int {
    precondition(bound > 0, "an index below \(bound)")
    let range = UInt64(bound)
    let rejected = (0 &- range) % range
    while true {
      let (high, low) = next().multipliedFullWidth(by: range)
      if low >= rejected { return Int(high) }
    }
  }

  /// A uniformly random order of 0, ..., count - 1.
  public mutating func permutation(_ count: Int) -> [Int] { sample(count, of: count) }

  /// `k` different members of 0, ..., count - 1 in random order, all ordered choices equally likely.
  /// Cost: count + k (the first k steps of a Fisher-Yates shuffle), or k where that is far less than `count`.
  public mutating func sample(_ k: Int, of count: Int) -> [Int] {
    precondition(k >= 0 && k <= count, "\(k) of \(count) without replacement")
    if k < count / 32 { return sparseSample(k, of: count) }
    var members = Array(0..<count)
    for position in 0..<k { members.swapAt(position, position + index(below: count - position)) }
    return Array(members[..<k])
  }

  /// The same shuffle, with a note of the members that are not in their first place only.
  private mutating func sparseSample(_ k: Int, of count: Int) -> [Int] {
    var moved = [Int: Int](minimumCapacity: 2 * k)
    return (0..<k).map { position in
      let other = position + index(below: count - position)
      let chosen = moved[other] ?? other
      moved[other] = moved[position] ?? position
      return chosen
    }
  }

  /// `k` members of 0, ..., count - 1, each drawn from all of them.
  public mutating func resample(_ k: Int, of count: Int) -> [Int] {
    precondition(k >= 0, "\(k) draws")
    return (0..<k).map { _ in index(below: count) }
  }
}
