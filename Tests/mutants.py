#!/usr/bin/env python3
"""How many formulas that are 20 % wrong do the tests notice?

usage: Tests/mutants.py [--room ROOM]... [--list FILE] [--keep FOLDER] [--timeout SECONDS]

Tests/Mutants/*.tsv list changes of expressions, one a line: file, the expression as it stands there (once), what replaces
it, and the tests that should notice (a filter of `swift test`). All of them are compiled into one copy of the package,
each behind a switch that an environment variable turns on, so that the package is built once; then the tests run once
for each. A mutant is killed when its tests fail. Without any switch the tests must pass, or nothing is counted.

Prints a line for each mutant, the score by room and in all. Exit status: 0, or 1 when a line does not fit the sources,
the copy does not build, or its tests fail by themselves. Not part of CI: it takes about 25 minutes on two cores.
"""
import argparse
import collections
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
LISTS = ROOT / "Tests" / "Mutants"
# The switch: read once in a module, a comparison afterwards.
SWITCH = """import Foundation

private let switchedOn = Int(ProcessInfo.processInfo.environment["PRETELL_MUTANT"] ?? "") ?? -1

func isMutant(_ number: Int) -> Bool { switchedOn == number }
"""

Mutant = collections.namedtuple("Mutant", "number file original mutated filter")


def read_lists(chosen):
    """All mutants of the lists, numbered from 1 in the order of the files."""
    mutants = []
    for path in chosen or sorted(LISTS.glob("*.tsv")):
        for at, line in enumerate(pathlib.Path(path).read_text().splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            cells = line.split("\t")
            if len(cells) != 4:
                sys.exit(f"{path}, line {at}: 4 cells are needed (file, original, mutated, filter), there are {len(cells)}")
            mutants.append(Mutant(len(mutants) + 1, *cells))
    return mutants


def room(mutant):
    return pathlib.Path(mutant.file).parts[1]


def plant(mutants, folder):
    """Writes every mutant into the copy behind its switch."""
    faults = []
    texts = {}
    for mutant in mutants:
        path = folder / mutant.file
        if not path.exists():
            faults.append(f"{mutant.file}: no such file")
            continue
        text = texts.setdefault(path, path.read_text())
        count = text.count(mutant.original)
        if count != 1:
            faults.append(f"{mutant.file}: '{mutant.original}' stands there {count} times; it must be once")
            continue
        switched = f"(isMutant({mutant.number}) ? ({mutant.mutated}) : ({mutant.original}))"
        texts[path] = text.replace(mutant.original, switched)
    if faults:
        sys.exit("\n".join(faults))
    for path, text in texts.items():
        path.write_text(text)
    for name in {room(mutant) for mutant in mutants}:
        (folder / "Sources" / name / "MutantSwitch.swift").write_text(SWITCH)


def tests_fail(folder, pattern, number, timeout):
    """Whether the tests of a filter fail with one mutant switched on (0: none); a run that hangs counts as failed."""
    environment = dict(os.environ, PRETELL_MUTANT=str(number))
    command = ["swift", "test", "-c", "release", "--skip-build", "--filter", pattern]
    try:
        run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        return True
    if run.returncode == 0 and "0 tests in 0 suites" in run.stdout + run.stderr:
        sys.exit(f"the filter '{pattern}' finds no tests")
    return run.returncode != 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--room", action="append", help="only mutants of this room; repeatable")
    parser.add_argument("--list", action="append", help="another list of mutants; repeatable")
    parser.add_argument("--keep", help="a folder for the copy, used again with what was built in it")
    parser.add_argument("--timeout", type=float, default=600, help="seconds for one run of tests; with a mutant, ten times what it takes without")
    options = parser.parse_args()
    mutants = [m for m in read_lists(options.list) if not options.room or room(m) in options.room]
    if not mutants:
        sys.exit("no mutants: see Tests/Mutants")
    holder = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="mutants-"))
    folder = holder / "package"
    try:
        holder.mkdir(exist_ok=True, parents=True)
        ignored = shutil.ignore_patterns(".build*", ".git", "dist")
        shutil.copytree(ROOT, folder, ignore=ignored, dirs_exist_ok=True)
        plant(mutants, folder)
        build = subprocess.run(["swift", "build", "-c", "release", "--build-tests"], cwd=folder, capture_output=True, text=True)
        if build.returncode:
            sys.exit("\n".join(line for line in build.stdout.splitlines() if "error:" in line) or build.stderr)
        limits = {}
        for pattern in sorted({mutant.filter for mutant in mutants}):
            started = time.monotonic()
            if tests_fail(folder, pattern, 0, options.timeout):
                sys.exit(f"the tests '{pattern}' fail without any mutant, or take more than {options.timeout:g} seconds")
            limits[pattern] = 30 + 10 * (time.monotonic() - started)
        score = collections.defaultdict(lambda: [0, 0])
        for mutant in mutants:
            killed = tests_fail(folder, mutant.filter, mutant.number, limits[mutant.filter])
            score[room(mutant)][0] += killed
            score[room(mutant)][1] += 1
            change = f"{mutant.original}  ->  {mutant.mutated}"
            print(f"{'killed  ' if killed else 'SURVIVED'}  {mutant.file}: {change}", flush=True)
        print()
        for name, (killed, number) in sorted(score.items()):
            print(f"{name:20} {killed:3} of {number:3}")
        killed, number = (sum(part) for part in zip(*score.values()))
        print(f"{'all rooms':20} {killed:3} of {number:3}  {100 * killed / number:.0f} %")
    finally:
        if not options.keep:
            shutil.rmtree(holder, ignore_errors=True)


if __name__ == "__main__":
    main()
