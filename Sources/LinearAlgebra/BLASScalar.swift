import CLinearAlgebra

/// The two precisions: `Double`, and `Float` for half the memory and twice the speed.
///
/// Pointers address blocks inside larger row-major matrices; `ld` is the larger matrix's number of columns.
package protocol BLASScalar: BinaryFloatingPoint, Sendable {
  /// Tile operations of this precision.
  static var tiles: TileOperations<Self> { get }
}

/// BLAS and LAPACK on tiles. All calls run on the calling thread alone.
package struct TileOperations<Scalar: BLASScalar>: Sendable {
  typealias Source = UnsafePointer<Scalar>
  typealias Target = UnsafeMutablePointer<Scalar>

  /// C (m x n) = alpha op(A) op(B) + beta C: transA, transB, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc.
  package let gemm:
    @Sendable (
      Bool, Bool, Int32, Int32, Int32, Scalar, UnsafePointer<Scalar>, Int32, UnsafePointer<Scalar>, Int32, Scalar,
      UnsafeMutablePointer<Scalar>, Int32
    ) -> Void
  /// One triangle of C (n x n) = alpha op(A) op(A)' + beta C: lower, trans, n, k, alpha, A, lda, beta, C, ldc.
  package let syrk:
    @Sendable (
      Bool, Bool, Int32, Int32, Scalar, UnsafePointer<Scalar>, Int32, Scalar, UnsafeMutablePointer<Scalar>, Int32
    ) -> Void
  /// B (m x n) = alpha op(T) B or alpha B op(T), T lower: right, trans, m, n, alpha, T, ldt, B, ldb.
  let trmm: @Sendable (Bool, Bool, Int32, Int32, Scalar, Source, Int32, Target, Int32) -> Void
  /// In place on lower triangles: Cholesky factor, triangular inverse, L'L. n, A, lda; LAPACK's info.
  let potrf: @Sendable (Int32, Target, Int32) -> Int32
  let trtri: @Sendable (Int32, Target, Int32) -> Int32
  let lauum: @Sendable (Int32, Target, Int32) -> Int32
}

extension Double: BLASScalar {
  package static let tiles = TileOperations<Double>(
    gemm: { pla_dgemm($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) },
    syrk: { pla_dsyrk_tile($0, $1, $2, $3, $4, $5, $6, $7, $8, $9) },
    trmm: { pla_dtrmm_tile($0, $1, $2, $3, $4, $5, $6, $7, $8) },
    potrf: { pla_dpotrf_tile($0, $1, $2) },
    trtri: { pla_dtrtri_tile($0, $1, $2) },
    lauum: { pla_dlauum_tile($0, $1, $2) })
}

extension Float: BLASScalar {
  package static let tiles = TileOperations<Float>(
    gemm: { pla_sgemm($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) },
    syrk: { pla_ssyrk_tile($0, $1, $2, $3, $4, $5, $6, $7, $8, $9) },
    trmm: { pla_strmm_tile($0, $1, $2, $3, $4, $5, $6, $7, $8) },
    potrf: { pla_spotrf_tile($0, $1, $2) },
    trtri: { pla_strtri_tile($0, $1, $2) },
    lauum: { pla_slauum_tile($0, $1, $2) })
}
