/// A function of one number as C takes it, with the context to hand it back.
typealias Callback = @convention(c) (Double, UnsafeMutableRawPointer?) -> Double

/// Lends a function to C. What it throws ends the call: C sees NaN from there on, and the error leaves here.
func withCallback<E: Error>(
  _ function: (Double) throws(E) -> Double, _ body: (Callback, UnsafeMutableRawPointer) -> Double
) throws(E) -> Double {
  var failure: E?
  let result = lent(
    { x in
      if failure != nil { return .nan }
      do throws(E) { return try function(x) } catch {
        failure = error
        return .nan
      }
    }, to: body)
  if let failure { throw failure }
  return result
}

private func lent(
  _ function: (Double) -> Double, to body: (Callback, UnsafeMutableRawPointer) -> Double
) -> Double {
  withoutActuallyEscaping(function) { function in
    var context = function
    return withUnsafeMutablePointer(to: &context) { pointer in
      body({ $1!.assumingMemoryBound(to: ((Double) -> Double).self).pointee($0) }, pointer)
    }
  }
}
