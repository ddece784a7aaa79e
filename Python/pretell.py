"""Pretell from Python: what pre-training will buy downstream, before you pay for it.

    import pretell
    plan = pretell.plan(unlabeled, labeled, target="y")     # pandas or polars frames, NumPy arrays, or paths
    print(plan.recommendation["why"])
    plan.candidates                                         # dictionaries, keys as in `pretell plan --json`

One file, no dependencies. Runs the command `pretell`: the one named by the environment variable PRETELL, else the one in the
wheel, else the one on PATH.
Progress goes to standard error, as in a terminal.
"""

import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

__version__ = "0.1.0"

__all__ = ["Answer", "PretellError", "backtest", "law", "masked_errors", "plan", "run", "simulate"]


class PretellError(RuntimeError):
    """The command's own words, with its exit code (1 no answer, 64 usage, 65 bad data, 66 no such file) as `code`."""

    def __init__(self, message, code):
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Answer:
    """What the command printed as JSON; its keys are attributes too."""

    command: str
    warnings: list
    values: dict = field(repr=False)

    def __getattr__(self, name):
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(f"{self.command} has no {name}; it has {', '.join(sorted(self.values))}") from None


def run(*arguments, quiet=False):
    """`pretell ARGUMENTS --json` as an `Answer`."""
    line = [_program(), *map(str, arguments), "--json"] + (["--quiet"] if quiet else [])
    done = subprocess.run(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE if quiet else None, text=True)
    if done.returncode:
        raise PretellError((done.stderr or "see standard error").strip(), done.returncode)
    values = json.loads(done.stdout)
    return Answer(values["command"], values["warnings"], values)


def _program():
    """The command: PRETELL's, the wheel's own, or the one on PATH."""
    own = Path(__file__).resolve().parent / "bin" / "pretell"
    program = os.environ.get("PRETELL") or (str(own) if own.exists() else shutil.which("pretell"))
    if not program:
        raise PretellError("there is no command pretell on PATH; set PRETELL to its place", 66)
    return program


def main():
    """The command itself, for the wheel's script `pretell`."""
    program = _program()
    os.execv(program, [program, *sys.argv[1:]])


def plan(unlabeled=None, labeled=None, *, target, data=None, quiet=False, **options):
    """`pretell plan`. Give `unlabeled` and `labeled`, or `data` with blank targets. Options as on the command line: size="1:10"."""
    with _Files() as files:
        line = ["plan", "--target", target]
        for name, rows in (("unlabeled", unlabeled), ("labeled", labeled), ("data", data)):
            if rows is not None:
                line += [f"--{name}", files.path(rows)]
        return run(*line, *_flags(options), quiet=quiet)


def backtest(data, *, target, quiet=False, **options):
    """`pretell backtest`: how right such forecasts are on your own rows."""
    with _Files() as files:
        return run("backtest", "--data", files.path(data), "--target", target, *_flags(options), quiet=quiet)


def law(instance, quiet=False, **options):
    """`pretell law INSTANCE.toml`."""
    return run("law", instance, *_flags(options), quiet=quiet)


def simulate(instance, *, replicates, quiet=False, **options):
    """`pretell simulate INSTANCE.toml`."""
    return run("simulate", instance, "--replicates", replicates, *_flags(options), quiet=quiet)


def masked_errors(data, quiet=False, **options):
    """`pretell masked errors`: every column from all the others."""
    with _Files() as files:
        return run("masked", "errors", files.path(data), *_flags(options), quiet=quiet)


def _flags(options):
    """size="1:5", cost_label=2, all=True -> --size 1:5 --cost-label 2 --all; lists repeat the option."""
    flags = []
    for name, value in options.items():
        option = "--" + name.replace("_", "-")
        for item in value if isinstance(value, (list, tuple)) else [value]:
            flags += [option] if item is True else [] if item in (False, None) else [option, str(item)]
    return flags


class _Files:
    """Rows in memory as files for the length of a call."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="pretell-")
        self.count = 0
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def path(self, rows):
        if isinstance(rows, (str, os.PathLike)):
            return str(rows)
        self.count += 1
        place = Path(self.folder.name) / f"rows{self.count}.csv"
        if hasattr(rows, "to_csv"):  # pandas
            rows.to_csv(place, index=False)
        elif hasattr(rows, "write_csv"):  # polars
            rows.write_csv(place)
        elif hasattr(rows, "tobytes") and hasattr(rows, "shape"):  # NumPy
            import numpy

            place = place.with_suffix(".npy")
            numpy.save(place, numpy.asarray(rows))
        else:  # a list of rows
            with open(place, "w", newline="") as target:
                csv.writer(target).writerows(rows)
        return str(place)


if __name__ == "__main__":
    main()
