import CPretell
import LinearAlgebra
import MaskedRegression

/// `pretell_masked_fit` of pretell.h.
@_cdecl("pretell_masked_fit")
public func maskedFitCall(
  _ x: UnsafePointer<Double>?, _ rows: Int64, _ columns: Int64, _ ridge: Double, _ flags: UInt32,
  _ weights: UnsafeMutablePointer<Double>?, _ means: UnsafeMutablePointer<Double>?,
  _ scales: UnsafeMutablePointer<Double>?, _ columnErrors: UnsafeMutablePointer<Double>?,
  _ numbers: UnsafeMutablePointer<pretell_masked_numbers>?, _ message: UnsafeMutablePointer<CChar>?, _ messageSize: Int
) -> Int32 {
  Message(start: message, size: messageSize).reporting {
    let call = try MaskedCall(x, rows, columns, ridge, flags, wantsErrors: columnErrors != nil)
    return try call.answer(weights, means, scales, columnErrors, numbers)
  }
}

/// `pretell_masked_fit_float` of pretell.h.
@_cdecl("pretell_masked_fit_float")
public func maskedFitFloatCall(
  _ x: UnsafePointer<Float>?, _ rows: Int64, _ columns: Int64, _ ridge: Double, _ flags: UInt32,
  _ weights: UnsafeMutablePointer<Float>?, _ means: UnsafeMutablePointer<Double>?,
  _ scales: UnsafeMutablePointer<Double>?, _ columnErrors: UnsafeMutablePointer<Double>?,
  _ numbers: UnsafeMutablePointer<pretell_masked_numbers>?, _ message: UnsafeMutablePointer<CChar>?, _ messageSize: Int
) -> Int32 {
  Message(start: message, size: messageSize).reporting {
    let call = try MaskedCall(x, rows, columns, ridge, flags, wantsErrors: columnErrors != nil)
    return try call.answer(weights, means, scales, columnErrors, numbers)
  }
}

/// One fit that a caller asked for.
private struct MaskedCall<Scalar: BinaryFloatingPoint> {
  let rows: BorrowedRows<Scalar>
  let choice: RidgeChoice
  let preparation: ColumnPreparation
  let precision: FitPrecision
  let wantsErrors: Bool

  init(
    _ x: UnsafePointer<Scalar>?, _ rows: Int64, _ columns: Int64, _ ridge: Double, _ flags: UInt32, wantsErrors: Bool
  ) throws(CallFailure) {
    let known =
      PRETELL_RIDGE_AUTO.rawValue | PRETELL_NO_CENTER.rawValue | PRETELL_SCALE.rawValue
      | PRETELL_SINGLE.rawValue
    if flags & ~known != 0 { throw .usage("flags is \(flags); only those of enum pretell_flags are known") }
    guard let x else { throw .usage("x is NULL") }
    let (rows, columns) = (
      try CallerArrays.positive(rows, "rows"), try CallerArrays.positive(columns, "columns")
    )
    _ = try CallerArrays.entries(rows, columns)
    func has(_ flag: pretell_flags) -> Bool { flags & flag.rawValue != 0 }
    self.rows = BorrowedRows(start: x, rows: rows, columns: columns)
    choice = has(PRETELL_RIDGE_AUTO) ? .automatic : .given(.shared(ridge))
    preparation = ColumnPreparation(centers: !has(PRETELL_NO_CENTER), scales: has(PRETELL_SCALE))
    precision = has(PRETELL_SINGLE) ? .single : .double
    self.wantsErrors = wantsErrors || has(PRETELL_RIDGE_AUTO)
  }

  /// Fits and fills the outputs that are wanted. Returns the warnings' lines.
  func answer<Weight: BinaryFloatingPoint>(
    _ weights: UnsafeMutablePointer<Weight>?, _ means: UnsafeMutablePointer<Double>?,
    _ scales: UnsafeMutablePointer<Double>?, _ columnErrors: UnsafeMutablePointer<Double>?,
    _ numbers: UnsafeMutablePointer<pretell_masked_numbers>?
  ) throws -> [String] {
    let fit = try fitted()
    let leftOut = try fit.errors.map { try Self.leaveOneOut($0) }
    if let weights { try fit.model.writeWeights(to: weights) }
    means?.update(from: fit.model.transform.means, count: rows.columns)
    scales?.update(from: fit.model.transform.scales, count: rows.columns)
    if let leftOut { columnErrors?.update(from: leftOut, count: rows.columns) }
    numbers?.pointee = pretell_masked_numbers(fit.model, fit.errors)
    return fit.warnings.map(Message.line)
  }

  private func fitted() throws -> (model: MaskedRidge, errors: MaskedErrors?, warnings: [MaskedWarning]) {
    if case .given(let ridge) = choice, !wantsErrors {
      let model = try MaskedRidge(rows: rows, ridge: ridge, preparation: preparation, precision: precision)
      return (model, nil, [])
    }
    let fit = try MaskedFit(rows: rows, ridge: choice, preparation: preparation, precision: precision)
    return (fit.model, fit.errors, fit.warnings)
  }

  private static func leaveOneOut(_ errors: MaskedErrors) throws(CallFailure) -> [Double] {
    let known = errors.columnLeaveOneOutErrors.compactMap { $0 }
    if known.count == errors.columns { return known }
    throw CallFailure(
      status: PRETELL_NO_ANSWER,
      description:
        "leave-one-out errors do not exist at ridge \(errors.ridge.value(0)): without some row the fit is singular; "
        + "give a larger penalty")
  }
}

extension MaskedRidge {
  /// A in the caller's place. Throws `needsMemory` for the factored form of very many columns.
  fileprivate func writeWeights<Weight: BinaryFloatingPoint>(to target: UnsafeMutablePointer<Weight>) throws {
    if case .single(let entries) = form {
      for index in entries.indices { target[index] = Weight(entries[index]) }
      return
    }
    let entries = try weights().storage
    entries.withUnsafeBufferPointer { for index in $0.indices { target[index] = Weight($0[index]) } }
  }
}

extension pretell_masked_numbers {
  fileprivate init(_ model: MaskedRidge, _ errors: MaskedErrors?) {
    self.init()
    ridge = model.ridge.value(0)
    training_error = errors?.trainingError ?? 0
    leave_one_out_error = errors?.leaveOneOutError ?? 0
    degrees_of_freedom = errors?.degreesOfFreedom ?? 0
    has_errors = errors == nil ? 0 : 1
  }
}
