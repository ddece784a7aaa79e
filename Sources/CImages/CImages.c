#include "reader.h"
#include <stdlib.h>
#include <string.h>

pim_reader *pim_open(const char *path, char *message) {
  unsigned char start[8] = {0};
  FILE *file = fopen(path, "rb");
  if (!file) {
    snprintf(message, PIM_MESSAGE, "it cannot be opened");
    return NULL;
  }
  size_t count = fread(start, 1, sizeof start, file);
  int isPNG = count == 8 && png_sig_cmp(start, 0, 8) == 0;
  int isTIFF = count >= 4 && (!memcmp(start, "II*\0", 4) || !memcmp(start, "MM\0*", 4) || !memcmp(start, "II+\0", 4) ||
                              !memcmp(start, "MM\0+", 4));
  if (!isPNG && !isTIFF) {
    snprintf(message, PIM_MESSAGE, "it is neither a PNG nor a TIFF image");
    fclose(file);
    return NULL;
  }
  pim_reader *reader = calloc(1, sizeof *reader);
  if (reader && isPNG) {
    reader->file = file;
    rewind(file);
    return reader;
  }
  fclose(file);
  if (reader && (reader->tiff = pim_tiff_open(path, message))) return reader;
  free(reader);
  return NULL;
}

int pim_next(pim_reader *reader, pim_page *page, char *message) {
  reader->message = message;
  int found = reader->tiff ? pim_tiff_next(reader) : pim_png_next(reader);
  *page = reader->page;
  return found;
}

int pim_read(pim_reader *reader, uint16_t *samples, char *message) {
  reader->message = message;
  return reader->tiff ? pim_tiff_read(reader, samples) : pim_png_read(reader, samples);
}

void pim_close(pim_reader *reader) {
  if (reader->tiff) TIFFClose(reader->tiff);
  pim_png_close(reader);
  free(reader);
}
