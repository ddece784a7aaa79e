import CLinearAlgebra

/// The library behind this room.
package enum BLAS {
  private static let configured: Void = pla_single_threaded()

  /// Switches the library's own threads off, once: results must not depend on the number of threads.
  static func prepare() { configured }

  /// The same for libraries that call it by themselves.
  package static func prepareForOtherLibraries() { configured }

  /// The kernel selected for this processor, such as `SkylakeX` or `Accelerate`.
  package static var coreName: String {
    prepare()
    return String(cString: pla_core_name())
  }

  /// Name and version of the library.
  package static var library: String { String(cString: pla_library()) }
}
