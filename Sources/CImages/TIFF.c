#include "reader.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

// Of the call in progress on this thread; libtiff's handlers are global.
static _Thread_local char *words;

static void keep(const char *module, const char *format, va_list values) {
  (void)module;
  if (!words || words[0]) return;
  char text[120];
  vsnprintf(text, sizeof text, format, values);
  snprintf(words, PIM_MESSAGE, "it is a damaged or incomplete TIFF image (%s)", text);
}

static void begin(char *message) {
  message[0] = 0;
  words = message;
  TIFFSetErrorHandler(keep);
  TIFFSetWarningHandler(NULL);
}

static int fail(char *message, const char *fallback) {
  if (!message[0]) snprintf(message, PIM_MESSAGE, "%s", fallback);
  words = NULL;
  return -1;
}

static const char *damaged = "it is a damaged or incomplete TIFF image";
enum { LARGEST_PIECE = 1 << 30 };

// "m": no memory mapping, so that a file that shrinks is an error and no signal.
TIFF *pim_tiff_open(const char *path, char *message) {
  begin(message);
  TIFF *tiff = TIFFOpen(path, "rm");
  if (!tiff) fail(message, damaged);
  words = NULL;
  return tiff;
}

static int shape(pim_reader *reader) {
  TIFF *tiff = reader->tiff;
  uint32_t width = 0, height = 0;
  uint16_t bits = 1, samples = 1, format = SAMPLEFORMAT_UINT, color = PHOTOMETRIC_MINISBLACK, extra = 0, *kinds = NULL;
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &format);
  TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &color);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_EXTRASAMPLES, &extra, &kinds);
  char *message = reader->message;
  if (width == 0 || height == 0) return fail(message, damaged);
  if (format != SAMPLEFORMAT_UINT || (bits != 8 && bits != 16)) {
    snprintf(message, PIM_MESSAGE, "its samples are %s of %d bits, and 8 or 16 bits without a sign are read",
             format == SAMPLEFORMAT_IEEEFP ? "floating-point numbers" : "numbers", bits);
    return fail(message, damaged);
  }
  uint16_t packing = COMPRESSION_NONE;
  TIFFGetField(tiff, TIFFTAG_COMPRESSION, &packing);
  if (color == PHOTOMETRIC_YCBCR && packing == COMPRESSION_JPEG) {
    TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    color = PHOTOMETRIC_RGB;
  }
  int channels = samples - extra;
  int isGrey = color == PHOTOMETRIC_MINISBLACK || color == PHOTOMETRIC_MINISWHITE;
  if (!(isGrey && channels == 1) && !(color == PHOTOMETRIC_RGB && channels == 3)) {
    snprintf(message, PIM_MESSAGE, "its pixels have %d samples of colour kind %d, and grey or red-green-blue are read", channels,
             color);
    return fail(message, damaged);
  }
  reader->page = (pim_page){height, width, channels, bits};
  return 1;
}

int pim_tiff_next(pim_reader *reader) {
  begin(reader->message);
  if (reader->isBegun && !TIFFReadDirectory(reader->tiff)) {
    if (reader->message[0]) return fail(reader->message, damaged);
    words = NULL;
    return 0;
  }
  reader->isBegun = 1;
  int found = shape(reader);
  words = NULL;
  return found;
}

// Samples of one plane, or of all together, from a piece whose rows have `width` pixels.
static void copy(pim_reader *reader, uint16_t *samples, const void *piece, int64_t row, int64_t column, int64_t rows,
                 int64_t columns, int64_t width, int stored, int plane) {
  int channels = reader->page.channels, isWide = reader->page.bits == 16;
  for (int64_t i = 0; i < rows; i++)
    for (int64_t j = 0; j < columns; j++) {
      uint16_t *target = samples + ((row + i) * reader->page.width + column + j) * channels;
      int64_t from = (i * width + j) * stored;
      for (int c = 0; c < (plane < 0 ? channels : 1); c++)
        target[plane < 0 ? c : plane] = isWide ? ((const uint16_t *)piece)[from + c] : ((const uint8_t *)piece)[from + c];
    }
}

int pim_tiff_read(pim_reader *reader, uint16_t *samples) {
  TIFF *tiff = reader->tiff;
  begin(reader->message);
  uint16_t planes = PLANARCONFIG_CONTIG, stored = 1, color = PHOTOMETRIC_MINISBLACK;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &planes);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &stored);
  TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &color);
  int isApart = planes == PLANARCONFIG_SEPARATE;
  if (isApart) stored = 1;
  int64_t height = reader->page.height, width = reader->page.width, bytes = reader->page.bits / 8;
  uint32_t down = 1, across = (uint32_t)width;
  int isTiled = TIFFIsTiled(tiff);
  if (isTiled) {
    TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &across);
    TIFFGetField(tiff, TIFFTAG_TILELENGTH, &down);
  }
  int64_t size = isTiled ? TIFFTileSize(tiff) : TIFFScanlineSize(tiff);
  if (across == 0 || down == 0 || size <= 0 || size > LARGEST_PIECE || (int64_t)across * down > LARGEST_PIECE ||
      size < (int64_t)across * down * stored * bytes)
    return fail(reader->message, damaged);
  void *piece = calloc(1, (size_t)size);
  if (!piece) return fail(reader->message, "there is no memory for its pixels");
  for (int plane = 0; plane < (isApart ? reader->page.channels : 1); plane++)
    for (int64_t row = 0; row < height; row += down)
      for (int64_t column = 0; column < width; column += across) {
        int64_t found = isTiled ? TIFFReadTile(tiff, piece, (uint32_t)column, (uint32_t)row, 0, (uint16_t)plane)
                                : TIFFReadScanline(tiff, piece, (uint32_t)row, (uint16_t)plane);
        if (found < 0) {
          free(piece);
          return fail(reader->message, damaged);
        }
        copy(reader, samples, piece, row, column, row + down > height ? height - row : down,
             column + across > width ? width - column : across, across, stored, isApart ? plane : -1);
      }
  free(piece);
  if (color == PHOTOMETRIC_MINISWHITE) {
    uint16_t white = bytes == 2 ? 65535 : 255;
    for (int64_t k = 0; k < height * width; k++) samples[k] = white - samples[k];
  }
  words = NULL;
  return 1;
}
