import LinearAlgebra
import Randomness

/// Labeled nodes divided into those a probe learns from and those that judge it.
public struct LabelSplits: Sendable {
  /// 0 ..< classCount; nil for nodes without a label.
  public let classes: [Int?]
  public let classNames: [String]
  package let splits: [(train: [Int], test: [Int])]

  /// `perClass` labels of each class at random, the other labeled nodes judge; classes with fewer than two labels are left out.
  /// Throws `labels`.
  public init(_ labels: [String?], perClass: Int, count: Int, seed: UInt64) throws(GraphError) {
    let (classes, names) = try Self.numbered(labels)
    (self.classes, classNames) = (classes, names)
    let members = names.indices.map { own in classes.indices.filter { classes[$0] == own } }
    splits = (0..<count).map { replicate in
      var stream = RandomStream(seed: seed, replicate: UInt64(replicate), purpose: 0x7072_6f62)
      var (train, test) = ([Int](), [Int]())
      for nodes in members {
        let taken = min(perClass, max(1, nodes.count / 2))
        let order = stream.permutation(nodes.count).map { nodes[$0] }
        train += order[..<taken]
        test += order[taken...]
      }
      return (train.sorted(), test.sorted())
    }
  }

  /// The same labels, the judges in communities that no label to learn from comes from: communities at random until half of the
  /// labeled nodes are in them, then `perClass` labels of each class from these.
  public func acrossCommunities(_ communities: Communities, perClass: Int, seed: UInt64) throws(GraphError)
    -> LabelSplits
  {
    guard communities.label.count == classes.count else {
      throw .communityCount(nodes: classes.count, given: communities.label.count)
    }
    let labeled = classes.indices.filter { classes[$0] != nil }
    var found: [(train: [Int], test: [Int])] = []
    for replicate in splits.indices {
      var stream = RandomStream(seed: seed, replicate: UInt64(replicate), purpose: 0x636f_6d6d)
      var inside = Set<Int>()
      var covered = 0
      let sizes = communities.members.map { nodes in nodes.count { classes[$0] != nil } }
      for community in stream.permutation(communities.count) where 2 * covered < labeled.count {
        inside.insert(community)
        covered += sizes[community]
      }
      var train: [Int] = []
      for own in classNames.indices {
        let nodes = labeled.filter { classes[$0] == own && inside.contains(communities.label[$0]) }
        train += stream.permutation(nodes.count).prefix(perClass).map { nodes[$0] }
      }
      // Classes that no label was given of cannot be told.
      let learned = Set(train.map { classes[$0] })
      let test = labeled.filter { !inside.contains(communities.label[$0]) && learned.contains(classes[$0]) }
      if !train.isEmpty, !test.isEmpty { found.append((train.sorted(), test)) }
    }
    guard !found.isEmpty else {
      throw .labels("no two communities have labels of one class: accuracy across communities needs them")
    }
    return LabelSplits(classes, classNames, found)
  }

  private init(_ classes: [Int?], _ names: [String], _ splits: [(train: [Int], test: [Int])]) {
    (self.classes, classNames, self.splits) = (classes, names, splits)
  }

  private static func numbered(_ labels: [String?]) throws(GraphError) -> ([Int?], [String]) {
    var counts: [String: Int] = [:]
    for case let label? in labels { counts[label, default: 0] += 1 }
    let names = counts.filter { $0.value >= 2 }.keys.sorted()
    guard names.count >= 2 else {
      throw .labels(
        "the labels have \(names.count) class\(names.count == 1 ? "" : "es") of two nodes or more; a probe needs two")
    }
    let given = labels.count(where: { $0 != nil })
    guard names.count <= 1000, 4 * names.count <= given else {
      throw .labels("\(names.count) classes of \(given) labels look like numbers, not classes; give classes")
    }
    let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    return (labels.map { $0.flatMap { numbers[$0] } }, names)
  }

  /// Accuracy of a ridge probe on each split. Of one label a node, the micro-averaged F1 is the same number.
  public func accuracies(_ rows: Matrix) throws -> [Double] {
    try Parallel.map(count: splits.count) { index in
      let (train, test) = splits[index]
      let probe = try RidgeProbe(
        rows.rows(at: train), classes: train.map { classes[$0] ?? 0 }, count: classNames.count)
      let found = probe.classes(of: rows.rows(at: test))
      return Double(zip(found, test).count { $0 == classes[$1] }) / Double(max(test.count, 1))
    }
  }
}
