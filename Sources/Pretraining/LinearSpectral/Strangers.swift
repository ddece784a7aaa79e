/// Which views the loss pushes a row away from.
public enum Strangers: String, Sendable, CaseIterable {
  /// One other view for each pair, drawn once: the triples of arXiv 2603.27631, section 6.1.
  case one
  /// Every other view of the sample, as in a batch that holds all rows.
  case all
}
