#define _GNU_SOURCE
#include "CDataFiles.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define PAGE ((int64_t)4096)

int32_t pdata_open_direct(int32_t descriptor) {
#if defined(__linux__) && defined(O_DIRECT)
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
  return open(path, O_RDONLY | O_DIRECT | O_CLOEXEC);
#else
  return -1;
#endif
}

/// Bytes read from `first` on, `count` unless the file ends or reading fails.
static int64_t read_on(int32_t descriptor, int64_t first, int64_t count, char *target) {
  int64_t done = 0;
  while (done < count) {
    ssize_t step = pread(descriptor, target + done, (size_t)(count - done), first + done);
    if (step < 0 && errno == EINTR) continue;
    if (step <= 0) break;
    done += step;
  }
  return done;
}

int64_t pdata_read_range(int32_t descriptor, int32_t direct, int64_t first, int64_t count, void *pages) {
  const int64_t skip = first % PAGE;
  int64_t done = 0;
  errno = 0;
  if (direct >= 0) {
    const int64_t end = (first + count + PAGE - 1) / PAGE * PAGE;
    done = read_on(direct, first - skip, end - (first - skip), (char *)pages) - skip;
    if (done >= count) return count;
    if (done < 0) done = 0;
    errno = 0;
  }
  return done + read_on(descriptor, first + done, count - done, (char *)pages + skip + done);
}
