#include "reader.h"
#include <stdlib.h>

static void fail(png_structp png, png_const_charp text) {
  pim_reader *reader = png_get_error_ptr(png);
  snprintf(reader->message, PIM_MESSAGE, "it is a damaged or incomplete PNG image (%s)", text);
  longjmp(png_jmpbuf(png), 1);
}

static void ignore(png_structp png, png_const_charp text) { (void)png, (void)text; }

int pim_png_next(pim_reader *reader) {
  if (reader->isDone) return 0;
  reader->isDone = 1;
  reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, fail, ignore);
  if (reader->png) reader->info = png_create_info_struct(reader->png);
  if (!reader->info) {
    snprintf(reader->message, PIM_MESSAGE, "libpng could not start");
    return -1;
  }
  if (setjmp(png_jmpbuf(reader->png))) return -1;
  png_structp png = reader->png;
  png_init_io(png, reader->file);
  png_read_info(png, reader->info);
  int depth = png_get_bit_depth(png, reader->info);
  png_set_palette_to_rgb(png);
  if (png_get_color_type(png, reader->info) == PNG_COLOR_TYPE_GRAY && depth < 8) png_set_expand_gray_1_2_4_to_8(png);
  png_set_strip_alpha(png);
  const uint16_t one = 1;
  if (depth == 16 && *(const unsigned char *)&one) png_set_swap(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, reader->info);
  reader->page.height = png_get_image_height(png, reader->info);
  reader->page.width = png_get_image_width(png, reader->info);
  reader->page.channels = png_get_channels(png, reader->info);
  reader->page.bits = depth == 16 ? 16 : 8;
  return 1;
}

int pim_png_read(pim_reader *reader, uint16_t *samples) {
  int64_t height = reader->page.height, count = reader->page.width * reader->page.channels;
  int isWide = reader->page.bits == 16;
  size_t stride = png_get_rowbytes(reader->png, reader->info);
  if (stride != (size_t)(count * (isWide ? 2 : 1))) {
    snprintf(reader->message, PIM_MESSAGE, "its PNG rows have %zu bytes, which is not understood", stride);
    return -1;
  }
  reader->raw = malloc(stride * (size_t)height);
  reader->rows = malloc(sizeof(png_bytep) * (size_t)height);
  if (!reader->raw || !reader->rows) {
    snprintf(reader->message, PIM_MESSAGE, "there is no memory for its pixels");
    return -1;
  }
  if (setjmp(png_jmpbuf(reader->png))) return -1;
  for (int64_t i = 0; i < reader->page.height; i++) reader->rows[i] = reader->raw + (size_t)i * stride;
  png_read_image(reader->png, reader->rows);
  // Only then have all of its check sums been seen.
  png_read_end(reader->png, NULL);
  for (int64_t k = 0; k < reader->page.height * reader->page.width * reader->page.channels; k++)
    samples[k] = reader->page.bits == 16 ? ((const uint16_t *)reader->raw)[k] : reader->raw[k];
  return 1;
}

void pim_png_close(pim_reader *reader) {
  if (reader->png) png_destroy_read_struct(&reader->png, reader->info ? &reader->info : NULL, NULL);
  free(reader->raw);
  free(reader->rows);
  if (reader->file) fclose(reader->file);
}
