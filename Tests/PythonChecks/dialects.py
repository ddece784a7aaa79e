"""Random tables that Python's csv module and pandas, where it is there, write in every dialect: `pretell data describe` says of each
column what Python computes. The command is the one that PRETELL names,
the one beside this Python, or the one on the path."""

import csv
import gzip
import io
import json
import math
import os
import random
import subprocess
import sys
import tempfile

try:
    import pandas
except ImportError:
    pandas = None

BESIDE = os.path.join(os.path.dirname(sys.executable), "pretell")
COMMAND = os.environ.get("PRETELL") or (BESIDE if os.path.exists(BESIDE) else "pretell")
random.seed(7)


def described(path):
    done = subprocess.run([COMMAND, "data", "describe", path, "--json"], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"exit {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def table():
    names = random.sample(["a", "b", "x 1", "size, cm", 'the "one"', "Größe", "y", "two\nlines", "t;u"], random.randint(2, 5))
    whole = [random.random() < 0.3 for _ in names]
    rows = [
        [random.randint(10, 999) if w else random.uniform(-1e3, 1e3) for w in whole] for _ in range(random.randint(3, 30))
    ]
    return names, rows


def check(what, path, names, rows):
    found = described(path)
    assert found["rows"] == len(rows), f"{what}: {found['rows']} rows for {len(rows)}"
    assert [column["name"] for column in found["details"]] == names, f"{what}: {found['details']}"
    for column, values in zip(found["details"], zip(*rows)):
        gaps, values = sum(v is None for v in values), [v for v in values if v is not None]
        assert column.get("missing", 0) == gaps, f"{what}: {column}"
        assert column["minimum"] == min(values) and column["maximum"] == max(values), f"{what}: {column}"
        assert math.isclose(column["mean"], math.fsum(values) / len(values), rel_tol=1e-9, abs_tol=1e-9), f"{what}: {column}"


def written(names, rows, **dialect):
    text = io.StringIO(newline="")
    writer = csv.writer(text, **dialect)
    writer.writerow(names)
    writer.writerows(rows)
    return text.getvalue()


def as_r(names, rows, index, quote, separator, decimal):
    """R's write.table: names in quotes, row names under an empty name (write.csv) or none at all (write.table), NA for what is missing."""
    mark = (lambda word: '"' + word.replace('"', '""') + '"') if quote else str
    cell = lambda value: "NA" if value is None else repr(value).replace(".", decimal)
    head = separator.join((['""'] if index == "csv" else []) + [mark(name) for name in names])
    body = [separator.join(([mark(str(i + 1))] if index else []) + [cell(value) for value in row]) for i, row in enumerate(rows)]
    return "\n".join([head, *body]) + "\n"


def as_excel(names, rows, separator, decimal):
    """Excel: a line that names the separator, carriage returns, quotes where they must be."""
    text = io.StringIO(newline="")
    text.write(f"sep={separator}\r\n")
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([["" if value is None else str(value).replace(".", decimal) for value in row] for row in rows])
    return text.getvalue()


def gapped(rows):
    """Some numbers missing, none of the first rows' and at most one a row."""
    return [row if i < 2 or i % 3 else [None if j == i % len(row) else v for j, v in enumerate(row)] for i, row in enumerate(rows)]


def others(path):
    """Tables as R, Excel and NumPy write them."""
    count = 0
    for separator in ",;\t":
        for decimal in ".,":
            if separator == decimal:
                continue
            for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
                for index in (None, "csv", "table"):
                    names, rows = table()
                    names = [name.replace('"', "").replace("\n", " ") for name in names]
                    if len(set(names)) < len(names) or all(isinstance(v, int) for row in rows for v in row):
                        continue
                    rows = [[float(v) + 0.5 if isinstance(v, int) else v for v in row] for row in rows]
                    with open(path, "wb") as target:
                        target.write(as_r(names, gapped(rows), index, True, separator, decimal).encode(encoding))
                    check(f"R, {separator!r} {decimal} {encoding} {index}", path, names, gapped(rows))
                    with open(path, "wb") as target:
                        target.write(as_excel(names, gapped(rows), separator, decimal).encode(encoding))
                    check(f"Excel, {separator!r} {decimal} {encoding}", path, names, gapped(rows))
                    count += 2
    return count


def main():
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "table.csv")
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC):
            for delimiter in ",;\t|":
                for end in ("\n", "\r\n"):
                    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
                        names, rows = table()
                        text = written(names, rows, quoting=quoting, delimiter=delimiter, lineterminator=end)
                        with open(path, "wb") as target:
                            target.write(text.encode(encoding))
                        check((quoting, delimiter, end, encoding), path, names, rows)
                        count += 1
        count += others(path)
        packed = path + ".gz"
        names, rows = table()
        with gzip.open(packed, "wt", encoding="utf-8", newline="") as target:
            target.write(written(names, rows))
        check("gzip", packed, names, rows)
        done = subprocess.run(
            [COMMAND, "data", "describe", "/dev/stdin", "--json"], input=written(["a", "b"], [[1.5, 2], [3, 4]]),
            capture_output=True, text=True)
        assert json.loads(done.stdout)["rows"] == 2, done.stderr
        if pandas:
            for index in (False, True):
                names, rows = table()
                pandas.DataFrame(rows, columns=names).to_csv(path, index=index)
                check(f"pandas, index={index}", path, names, rows)
                count += 1
            rows = [[random.uniform(-9, 9), random.uniform(-9, 9)] for _ in range(20)]
            pandas.DataFrame(rows).to_csv(path, index=False)
            check("pandas, numbered", path, ["0", "1"], rows)
    print(f"ok      {count} tables of Python's writers are read as they are" + ("" if pandas else "; no pandas here"))


if __name__ == "__main__":
    try:
        main()
    except AssertionError as failure:
        print(f"FAILED  {failure}")
        sys.exit(1)
