extension Graph {
  /// The connected component of every node, numbered in order of their first nodes. Cost: nodes + edges.
  public func components() -> (label: [Int], count: Int) {
    var label = [Int](repeating: -1, count: nodes)
    var count = 0
    var waiting: [Int] = []
    for start in 0..<nodes where label[start] < 0 {
      label[start] = count
      waiting.append(start)
      while let node = waiting.popLast() {
        for other in neighbors(of: node) where label[Int(other)] < 0 {
          label[Int(other)] = count
          waiting.append(Int(other))
        }
      }
      count += 1
    }
    return (label, count)
  }
}
