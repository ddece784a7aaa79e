"""Python's sqlite3: a transaction for every replicate, and one for every 250."""

import sqlite3
import time

from harness import best, main, report

REPLICATES = 2000


def busy():
    end = time.perf_counter() + 1e-3
    while time.perf_counter() < end:
        pass


def keep(path, chunk):
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("CREATE TABLE replicates(cell, replicate, a REAL, b REAL, c REAL, PRIMARY KEY(cell, replicate))")
    for first in range(0, REPLICATES, chunk):
        rows = []
        for replicate in range(first, first + chunk):
            busy()
            rows.append((0, replicate, 0.5, 0.0, 1.0))
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO replicates VALUES (?, ?, ?, ?, ?)", rows)
        connection.execute("COMMIT")
    connection.close()


def measure(data):
    for name, chunk in [("sqlite3, one replicate a transaction", 1), ("sqlite3, 250 replicates a transaction", 250)]:
        seconds, _ = best(3, lambda: keep(data / "sweep-store-peer.sqlite", chunk))
        report(
            "replicates of 1 ms kept in SQLite, one thread, per replicate", name, seconds / REPLICATES, 1, "replicates")


if __name__ == "__main__":
    main(measure)
