/// What tells one candidate from another.
public protocol MethodAndSize {
  /// "none", "ridge", or the name of a way to pre-train.
  var method: String { get }
  /// Components, factors, ...; nil for none and ridge.
  var size: Int? { get }
}

extension MethodAndSize {
  /// "pca-3", "ridge".
  public var label: String { size.map { "\(method)-\($0)" } ?? method }
}
