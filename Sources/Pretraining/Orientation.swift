/// Which of ±v an eigenvector is: its entry of largest magnitude is positive, the first of them where several are within a
/// millionth of it.
enum Orientation {
  /// 1 or -1.
  static func sign(of v: some Sequence<Double>) -> Double {
    let largest = v.reduce(0) { max($0, abs($1)) }
    return (v.first { abs($0) >= (1 - 1e-6) * largest } ?? 1) < 0 ? -1 : 1
  }
}
