"""Writes the example data from the data sets that come with scikit-learn (pip install scikit-learn).

    python Examples/make_data.py            the small files that stand in this folder
    python Examples/make_data.py --large    also large.csv and large.npy (synthetic, 100 MB and 1 GB) in Benchmarks/data
"""

import csv
import sys
from pathlib import Path

import numpy
from sklearn.datasets import load_diabetes, load_digits

HERE = Path(__file__).parent
LABELED = 80


def write_csv(path, names, rows):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)


def text(values):
    """Shortest decimal that reads back as the same number; whole numbers without a point."""
    return [str(int(v)) if v == int(v) else repr(float(v)) for v in values]


def diabetes():
    data = load_diabetes(scaled=False)
    names = list(data.feature_names)
    order = numpy.random.default_rng(0).permutation(len(data.target))
    rows = [text(x) + text([y]) for x, y in zip(data.data, data.target)]
    write_csv(HERE / "diabetes.csv", names + ["progression"], rows)
    labeled, unlabeled = order[:LABELED], order[LABELED:]
    write_csv(HERE / "diabetes_labeled.csv", names + ["progression"], [rows[i] for i in labeled])
    write_csv(HERE / "diabetes_unlabeled.csv", names, [rows[i][:-1] for i in unlabeled])
    hidden = set(unlabeled)
    one_file = [row[:-1] + [""] if i in hidden else row for i, row in enumerate(rows)]
    write_csv(HERE / "diabetes_partly_labeled.csv", names + ["progression"], one_file)
    numpy.save(HERE / "diabetes_x.npy", data.data)
    numpy.save(HERE / "diabetes_y.npy", data.target)


def digits():
    data = load_digits()
    numpy.save(HERE / "digits_x.npy", data.data.astype(numpy.uint8))
    numpy.save(HERE / "digits_y.npy", data.target.astype(numpy.uint8))


def viewer(generator, kinds, most):
    """Somebody's taste for each kind of film, 20 films each, and 6 to `most` films seen: to that taste, and popular ones."""
    popularity = numpy.tile(1 / numpy.arange(1, 21), kinds)
    taste = generator.dirichlet(numpy.full(kinds, 0.25))
    weights = popularity * (0.02 + numpy.repeat(taste, 20))
    count = generator.integers(6, most + 1)
    return taste, generator.choice(20 * kinds, size=count, replace=False, p=weights / weights.sum())


def rating(generator, taste, film):
    """1 to 5 stars."""
    return int(numpy.clip(numpy.rint(2 + 3 * taste[film // 20] + generator.normal(0, 0.7)), 1, 5))


def ratings():
    """Who liked what: 300 people, 80 films of four kinds, everybody drawn to one or two kinds and to what is popular."""
    generator = numpy.random.default_rng(0)
    kinds = ["western", "space", "crime", "romance"]
    films = [f"{kind}-{number}" for kind in kinds for number in range(1, 21)]
    rows = []
    for person in range(1, 301):
        taste, seen = viewer(generator, len(kinds), most=20)
        for film in sorted(seen):
            rows.append([f"p{person}", films[film], rating(generator, taste, film)])
    write_csv(HERE / "ratings.csv", ["user", "item", "value"], rows)


def interactions():
    """Made up, in the layout of ml-100k.inter: 120 people, 60 films of three kinds, tabs, names with types, times."""
    generator = numpy.random.default_rng(1)
    lines = []
    for person in range(1, 121):
        taste, seen = viewer(generator, 3, most=16)
        for film in seen:
            stars = rating(generator, taste, film)
            lines.append(f"{person}\t{film + 1}\t{stars}\t{generator.integers(874724710, 893286638)}")
    header = "user_id:token\titem_id:token\trating:float\ttimestamp:float"
    (HERE / "interactions.inter").write_text("\n".join([header, *(lines[i] for i in generator.permutation(len(lines)))]) + "\n")


def network():
    """Made up: 360 papers of 18 groups in four fields, 30 words that they use or not, who cites whom, and how often some of them are read."""
    generator = numpy.random.default_rng(2)
    papers, words = 360, 30
    group = numpy.arange(papers) // 20
    field = group % 4
    usage = generator.normal(-1.4, 0.5, words) + generator.normal(0, 0.9, (4, words))[field]
    usage += generator.normal(0, 0.5, (18, words))[group]
    uses = (generator.random((papers, words)) < 1 / (1 + numpy.exp(-usage))).astype(int)
    near = numpy.where(group[:, None] == group, 0.22, numpy.where(field[:, None] == field, 0.006, 0.001))
    cites = numpy.argwhere(numpy.triu(generator.random((papers, papers)) < near, 1))
    mean = (near @ (usage - usage.mean(0)) / near.sum(1)[:, None]) @ generator.normal(0, 1, words)
    reads = 100 + 8 * mean + generator.normal(0, 3, papers)
    known = numpy.isin(group, generator.permutation(18)[:12]) & (generator.random(papers) < 0.5)
    lines = [[*row, f"{number:.1f}" if told else ""] for row, number, told in zip(uses.tolist(), reads, known)]
    write_csv(HERE / "network_papers.csv", [f"word{k}" for k in range(1, words + 1)] + ["reads"], lines)
    write_csv(HERE / "network_words.csv", [f"word{k}" for k in range(1, words + 1)], uses.tolist())
    write_csv(HERE / "network_edges.csv", ["source", "target"], cites.tolist())
    names = ["optics", "ecology", "graphs", "steel"]
    write_csv(HERE / "network_fields.csv", ["paper", "field"], [[paper, names[kind]] for paper, kind in enumerate(field)])


def large(folder):
    folder.mkdir(parents=True, exist_ok=True)
    generator = numpy.random.default_rng(0)
    numpy.savetxt(folder / "large.csv", generator.standard_normal((260_000, 20)), fmt="%.17g", delimiter=",")
    rows = numpy.lib.format.open_memmap(folder / "large.npy", "w+", numpy.float64, (1_000_000, 125))
    for first in range(0, len(rows), 50_000):
        rows[first:first + 50_000] = generator.standard_normal((50_000, 125))


diabetes()
digits()
ratings()
interactions()
network()
if "--large" in sys.argv:
    large(HERE.parent / "Benchmarks" / "data")
