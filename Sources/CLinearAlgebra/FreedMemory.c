#include "CLinearAlgebra.h"
#include <stdlib.h>

#if defined(__GLIBC__)
#include <malloc.h>

void pla_keep_freed_memory(void) {
  mallopt(M_MMAP_THRESHOLD, 16 << 20);
  mallopt(M_TRIM_THRESHOLD, 128 << 20);
}
#else
void pla_keep_freed_memory(void) {}
#endif
