"""What every peer script shares: timing, and the line of JSON that `run` compares."""

import json
import resource
import sys
import time
from pathlib import Path


def best(repetitions, body):
    """Seconds of the fastest of `repetitions` runs, and the last answer."""
    fastest, answer = float("inf"), None
    for _ in range(repetitions):
        start = time.perf_counter()
        answer = body()
        fastest = min(fastest, time.perf_counter() - start)
    return fastest, answer


def peak_bytes():
    """The most memory this process has held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


def report(measure, contestant, seconds, amount, unit, answers=(), peak=None):
    line = dict(measure=measure, contestant=contestant, seconds=seconds, amount=amount, unit=unit)
    if peak:
        line["peakBytes"] = peak
    print(json.dumps(line | dict(answers=[float(a) for a in answers])), flush=True)


def main(measure, prepare=None):
    """`NAME.py prepare DATA` writes the data once; `NAME.py measure DATA` prints measurements."""
    task, data = sys.argv[1], Path(sys.argv[2])
    if task == "prepare":
        if prepare:
            prepare(data)
    else:
        measure(data)
