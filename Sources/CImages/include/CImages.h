#pragma once
#include <stdint.h>

// Pages of PNG and TIFF images as unsigned 16-bit samples, through libpng and libtiff. Their long jumps and global handlers end here.

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pim_reader pim_reader;

typedef struct {
  int64_t height, width;
  // 1 (grey) or 3 (red, green, blue); transparency is left out.
  int32_t channels;
  // 8 or 16 a sample.
  int32_t bits;
} pim_page;

// A reader at the first page; NULL with a phrase in `message` (200 bytes) where the file is no such image.
pim_reader *pim_open(const char *path, char *message);
// The next page's shape: 1, or 0 after the last one; -1 with a phrase where it cannot be read.
int pim_next(pim_reader *reader, pim_page *page, char *message);
// All samples of that page, row by row, the channels of a pixel together: 1; or -1 with a phrase.
int pim_read(pim_reader *reader, uint16_t *samples, char *message);
void pim_close(pim_reader *reader);

#ifdef __cplusplus
}
#endif
