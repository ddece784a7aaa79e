#pragma once
#include "CImages.h"
#include <png.h>
#include <stdio.h>
#include <tiffio.h>

enum { PIM_MESSAGE = 200 };

struct pim_reader {
  pim_page page;
  // Of a PNG.
  FILE *file;
  png_structp png;
  png_infop info;
  png_bytep raw;
  png_bytepp rows;
  int isDone;
  // Of a TIFF.
  TIFF *tiff;
  int isBegun;
  char *message;
};

int pim_png_next(pim_reader *reader);
int pim_png_read(pim_reader *reader, uint16_t *samples);
void pim_png_close(pim_reader *reader);
TIFF *pim_tiff_open(const char *path, char *message);
int pim_tiff_next(pim_reader *reader);
int pim_tiff_read(pim_reader *reader, uint16_t *samples);
