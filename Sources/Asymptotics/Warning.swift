import Failures

/// See `Failures`.
public typealias Warning = Failures.Warning
