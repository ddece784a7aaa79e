"""Writes the images in Tests/Fixtures/images with Pillow, tifffile and, where those cannot, by hand.

    pip install numpy pillow tifffile
    python Tests/Fixtures/make_images.py

Sample (row i, column j, channel c, page p) is (37 i + 11 j + 5 c + 101 p) % 256 of 8 bits, (3701 i + 1103 j + 517 c + 9001 p) % 65536 of 16.
"""

import struct
import zlib
from pathlib import Path

import numpy
import tifffile
from PIL import Image

HERE = Path(__file__).parent / "images"
HERE.mkdir(exist_ok=True)
HEIGHT, WIDTH = 21, 34


def samples(bits, channels=1, page=0):
    i, j, c = numpy.meshgrid(range(HEIGHT), range(WIDTH), range(channels), indexing="ij")
    if bits == 8:
        return ((37 * i + 11 * j + 5 * c + 101 * page) % 256).astype("u1").squeeze()
    return ((3701 * i + 1103 * j + 517 * c + 9001 * page) % 65536).astype("u2").squeeze()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(path, image, bits, color, passes=((0, 0, 1, 1),)):
    """Rows without filters; `passes` are the first row and column and the steps of each."""
    lines = b""
    for row, column, down, across in passes:
        part = image[row::down, column::across]
        if part.size:
            lines += b"".join(b"\0" + line.astype(">u2" if bits == 16 else "u1").tobytes() for line in part)
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, bits, color, 0, 0, int(len(passes) > 1))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))


ADAM7 = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))
Image.fromarray(samples(8)).save(HERE / "grey8.png")
Image.fromarray(samples(16)).save(HERE / "grey16.png")
Image.fromarray(samples(8, 3)).save(HERE / "rgb8.png")
Image.fromarray(numpy.dstack([samples(8, 3), 255 - samples(8)])).save(HERE / "rgba8.png")
png(HERE / "rgb16.png", samples(16, 3), 16, 2)
png(HERE / "grey8_interlaced.png", samples(8), 8, 0, ADAM7)
palette = Image.fromarray(samples(8) % 16)
palette.putpalette([(7 * k + c) % 256 for k in range(16) for c in range(3)])
palette.save(HERE / "palette.png")

tifffile.imwrite(HERE / "grey8.tif", samples(8), photometric="minisblack")
tifffile.imwrite(HERE / "grey16_deflate.tif", samples(16), photometric="minisblack", compression="zlib", predictor=True)
tifffile.imwrite(HERE / "grey16_big_endian.tif", samples(16), photometric="minisblack", byteorder=">")
tifffile.imwrite(HERE / "rgb8_tiles.tif", samples(8, 3), photometric="rgb", tile=(16, 16), compression="zlib")
tifffile.imwrite(HERE / "rgb16_planes.tif", numpy.moveaxis(samples(16, 3), 2, 0), photometric="rgb", planarconfig="separate")
tifffile.imwrite(HERE / "white_is_zero.tif", 255 - samples(8), photometric="miniswhite")
tifffile.imwrite(HERE / "floats.tif", samples(8).astype("f4"), photometric="minisblack")
pages = [Image.fromarray(samples(8, page=p)) for p in range(3)]
pages[0].save(HERE / "grey8_pages_lzw.tif", save_all=True, append_images=pages[1:], compression="tiff_lzw")
(HERE / "text.png").write_text("no image\n")
