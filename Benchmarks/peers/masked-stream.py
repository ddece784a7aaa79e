"""Reading the file and nothing else, as the other floor; the rate at which NumPy multiplies it, from a twentieth of it."""

import mmap
import os

import numpy
from harness import best, main, report

ROWS, COLUMNS, BLOCK = 5_000_000, 500, 8192
MEASURE = "masked regression of a 20 GB .npy (5 000 000 x 500, sparse file), no errors"


def prepare(data):
    """All zeros, which take no room on the disk."""
    path = data / "masked-stream.npy"
    if not path.exists():
        numpy.lib.format.open_memmap(path, "w+", numpy.float64, (ROWS, COLUMNS)).flush()


def read(path, flags):
    """Blocks of 16 MB into a page-aligned buffer."""
    buffer = mmap.mmap(-1, 1 << 24)
    descriptor = os.open(path, os.O_RDONLY | flags)
    while os.readv(descriptor, [buffer]) == len(buffer):
        pass
    os.close(descriptor)


def multiply(path):
    """What an expert writes in NumPy: blocks of a memory map about the first row."""
    rows = numpy.load(path, mmap_mode="r")
    origin, sums, gram = rows[0].copy(), numpy.zeros(COLUMNS), numpy.zeros((COLUMNS, COLUMNS))
    for first in range(0, ROWS // 20, BLOCK):
        block = rows[first:first + BLOCK] - origin
        sums += block.sum(0)
        gram += block.T @ block


def measure(data):
    path = data / "masked-stream.npy"
    amount = 8 * ROWS * COLUMNS
    contestants = {"the floor: reading past the system's cache": getattr(os, "O_DIRECT", 0)}
    for name, flags in contestants.items():
        report(MEASURE, name, best(1, lambda: read(path, flags))[0], amount, "bytes")
    seconds, _ = best(1, lambda: multiply(path))
    report(MEASURE, "NumPy, blocks of a memory map (a twentieth timed, times 20)", 20 * seconds, amount, "bytes")


main(measure, prepare)
