import CLinearAlgebra

/// Memory that matrices leave behind.
package enum FreedMemory {
  /// From here on matrices of up to 16 MB take memory that was in use before, instead of fresh pages that the system has to clear: a
  /// quarter of the time of sweeps of small replicates. Larger ones, such as the blocks of a pass over a file, would leave holes that
  /// add up. At most 128 MB are kept so for each heap. For commands, not for libraries: it sets how the whole process allocates.
  /// Nothing happens where the C library is not glibc.
  package static func keep() { pla_keep_freed_memory() }
}
