import CSpecialFunctions

/// In place, column by column of `components` contiguous runs (run i starts at i · stride): exp(value) over the column's sum, by
/// log-sum-exp. Error of a few ulp; the same bits on every processor.
///
/// - Parameters:
///   - stride: a multiple of 8; all of the runs must be readable, whatever `count` is.
///   - logSums: the logarithm of each column's sum, `stride` places.
/// Cost: about 1 ns a value.
public func softmaxColumns(
  _ values: UnsafeMutablePointer<Double>, components: Int, stride: Int, count: Int,
  logSums: UnsafeMutablePointer<Double>
) {
  precondition(
    stride % 8 == 0 && count <= stride && components > 0, "\(components) runs of \(count) values, stride \(stride)")
  psf_softmax(values, components, stride, count, logSums)
}
