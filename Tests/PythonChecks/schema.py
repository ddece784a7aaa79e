"""Every verb's --json, of an input where every number exists and of one where few do, against `pretell schema VERB`; and the module's
dataclasses against the same schemas.

Needs the command (PRETELL) and the interpreter's own library; run by PythonTests.
"""

import dataclasses
import json
import os
import pathlib
import random
import subprocess
import tempfile
import typing

import pretell

PROGRAM = os.environ["PRETELL"]
EXAMPLES = pathlib.Path("Examples").resolve()
IMAGES = pathlib.Path("Tests/Fixtures/images").resolve()
draw = random.Random(11)
folder = pathlib.Path(tempfile.mkdtemp())


def command(*words):
    return subprocess.run([PROGRAM, *map(str, words)], cwd=folder, capture_output=True, text=True)


def table(name, count, columns, labels=None, blank=0.0):
    """A file of numbers; `labels` of the rows, the first ones, have a target; cells are blank with this probability."""
    lines = [",".join([f"x{j}" for j in range(columns)] + (["y"] if labels is not None else []))]
    for i in range(count):
        x = [draw.gauss(0, 1 + 3 / (j + 1)) for j in range(columns)]
        cells = ["" if draw.random() < blank else f"{value:.3f}" for value in x]
        lines.append(",".join(cells + ([f"{x[0] + draw.gauss(0, 1):.3f}" if i < labels else ""] if labels is not None else [])))
    (folder / name).write_text("\n".join(lines) + "\n")
    return name


def furnish():
    """Files for the cases below."""
    table("rich.csv", 240, 6, labels=80)
    table("full.csv", 120, 4, labels=120)
    table("poor.csv", 60, 20, labels=8)
    table("short.csv", 24, 20, labels=24)
    table("x.csv", 60, 5)
    table("wide.csv", 8, 20)
    table("gaps.csv", 60, 5, blank=0.05)
    (folder / "classes.csv").write_text("\n".join(
        [(folder / "full.csv").read_text().split("\n")[0]]
        + [line.rsplit(",", 1)[0] + (",yes" if float(line.split(",")[0]) > 0 else ",no")
           for line in (folder / "full.csv").read_text().strip().split("\n")[1:]]) + "\n")  # fmt: skip
    poor = 'model = "pca"\nrank = 1\neigenvalues = [2, 1]\n[downstream]\nweights = [0]\nnoise = 1\n[samples]\nunlabeled = 10\nlabeled = 5\n'
    (folder / "poor.toml").write_text(poor)
    (folder / "stuck.toml").write_text('model = "flow"\neigenvalues = [2, 1, -1]\nstart = [[0], [1], [0]]\n')
    (folder / "ratings.csv").write_text("".join(f"u{i},i{j}\n" for i in range(12) for j in range(6) if (i * j) % 3 != 1))
    edges = "".join(f"{i},{(i + 1) % 40}\n{i},{(i + 2) % 40}\n" for i in range(40))
    (folder / "edges.csv").write_text("source,target\n" + edges)
    (folder / "lonely.csv").write_text("source,target\n0,1\n2,3\n")
    table("nodes.csv", 40, 3)
    table("few.csv", 6, 2)
    (folder / "labels.csv").write_text("node,class\n" + "".join(f"{i},{'a' if i < 20 else 'b'}\n" for i in range(40)))
    target = [draw.gauss(0, 1) for _ in range(40)]
    (folder / "target.csv").write_text("".join(f"{y:.4f}\n" for y in target))
    for name, noise in (("full", 0.5), ("half", 0.7), ("quarter-0", 1), ("quarter-1", 1), ("full-1", 0.5)):
        rows = [f"{y + draw.gauss(0, noise):.4f},{draw.gauss(0, 1):.4f}" for y in target]
        (folder / f"e-{name}.csv").write_text("\n".join(["a,b", *rows]) + "\n")
        (folder / f"e-{name}-pool.csv").write_text("\n".join(["a,b", *(f"{draw.gauss(0, 1):.3f},{draw.gauss(0, 1):.3f}" for _ in range(60))]) + "\n")
    (folder / "empty").mkdir()
    for line in (
        ["plan", "--data", "full.csv", "--target", "y", "--size", "1:2", "--save", "saved.json"],
        ["sweep", EXAMPLES / "factor.toml", "--vary", "dimension=10,20", "--simulate", 4, "--store", "sweep.sqlite"],
        ["sweep", "poor.toml", "--store", "bare.sqlite"],
        ["masked", "fit", "x.csv", "--ridge", 1, "--output", "model.npz"],
    ):
        made = command(*line)
        assert made.returncode == 0, (line, made.stderr)


CASES = {
    "plan": [
        "--data rich.csv --target y --size 1:3 --cost-label 1 --cost-row 0.1 --budget 20 --at 300,100 --backtest 2",
        "--data classes.csv --target y --size 1:2", "--data poor.csv --target y --size 1:3",
        "--target target.csv " + " ".join(
            f"--encoder rows={rows},part={part},seed={seed},labeled=e-{name}.csv,pool=e-{name}-pool.csv" for name, rows, part, seed in (
                ("full", 800, "full", 0), ("half", 400, "half-0", 0), ("quarter-0", 200, "quarter-2", 0), ("quarter-1", 200, "quarter-3", 0),
                ("full-1", 800, "full", 1))),
        "--target target.csv --encoder rows=800,labeled=e-full.csv --encoder rows=400,labeled=e-half.csv",
    ],
    "verify": ["saved.json --replicates 20", "saved.json --replicates 2"],
    "backtest": [
        "--data full.csv --target y --size 1:2 --repeats 2", "--data short.csv --target y --size 1:2 --repeats 2",
        "--target target.csv " + " ".join(
            f"--encoder rows={rows},part={part},seed={seed},labeled=e-{name}.csv" for name, rows, part, seed in (
                ("full", 800, "full", 0), ("half", 400, "half-0", 0), ("quarter-0", 200, "quarter-2", 0), ("full-1", 800, "full", 1))),
    ],
    "law": [f"{EXAMPLES}/factor.toml --printed", f"{EXAMPLES}/mixture.toml", "poor.toml", f"{EXAMPLES}/factor.toml --set downstream.head=\"ridge\" --set downstream.penalty=0.1"],
    "simulate": [f"{EXAMPLES}/factor.toml --replicates 4", "poor.toml --replicates 2"],
    "sweep": [f"{EXAMPLES}/factor.toml --vary dimension=10,20 --simulate 4", "poor.toml --vary samples.labeled=5,6"],
    "store list": [".", "empty"],
    "store show": ["sweep.sqlite", "bare.sqlite"],
    "store export": ["sweep.sqlite", "sweep.sqlite --replicates", "bare.sqlite"],
    "components": ["x.csv -k 2 --output c.npz", "wide.csv -k 1"],
    "represent": ["x.csv --method mixture --size 2 --output r.npz", "wide.csv --method pca --size 1"],
    "masked fit": ["x.csv --ridge auto --output m.npz", "wide.csv --ridge 1", "x.csv --ridge 1 --no-errors",
                   f"{EXAMPLES}/digits_x.npy --blocks 4x4 --image 8x8 --size 2 --ridge 1 --output m.npz"],
    "masked errors": ["x.csv", "wide.csv", "--covariance ar1:0.6 --columns 20 --rows 40 --ridge 0.1",
                      f"{EXAMPLES}/digits_x.npy --blocks 2x2 --image 8x8 --hidden-rim 1 --ridge 1"],
    "masked path": ["x.csv", "wide.csv"],
    "masked forecast": ["x.csv --rows 2x,inf", "wide.csv --rows 2x"],
    "masked spectrum": ["x.csv --ridge 0.5", "--covariance spiked:3 --columns 20 --rows 40 --ridge 0.2",
                        "--covariance identity --columns 40 --rows 20 --ridge 0.2"],
    "masked compare": ["x.csv", "--covariance ar1:0.9 --columns 10 --rows 20"],
    "masked impute": ["gaps.csv --output filled.csv", "gaps.csv --model model.npz --output filled2.csv"],
    "masked recommend": ["ratings.csv --implicit --top 3", "ratings.csv --implicit --top 1 --user u0"],
    "graph fit": ["edges.csv --features nodes.csv --size 2 --groups louvain --output codes.npz",
                  "lonely.csv --features few.csv --size 1 --ridge 1 --no-errors"],
    "graph errors": ["edges.csv --features nodes.csv --groups louvain", "lonely.csv --features few.csv --ridge 1"],
    "graph path": ["edges.csv --features nodes.csv", "lonely.csv --features few.csv --ridges 1"],
    "graph compare": ["edges.csv --features nodes.csv --labels labels.csv --labels-per-class 5 --size 2 --groups louvain",
                      "edges.csv --features nodes.csv --labels labels.csv --labels-per-class 2 --size 1 --splits 2"],
    "flow": [f"{EXAMPLES}/flow.toml --equilibria 3 --step 0.01", "stuck.toml --times 0"],
    "reproduce": ["corollary-6.4 --quick --output made", "corollary-6.3 --quick --output made", ""],
    "data describe": [f"{EXAMPLES}/diabetes.csv", "few.csv"],
    "data patches": [f"{IMAGES}/grey8_pages_lzw.tif {IMAGES}/grey8.png --window 8x10 --stride 5 --output rows.npy --groups groups.npy",
                     f"{IMAGES}/grey16.png --window 20 --output rows.npy --white 4095"],
    "encoders split": ["--rows 100 --output splits.npz", "--rows 8 --seed 3 --output splits2.npz"],
    "demo": ["", "--seed 1"],
    "doctor": ["", "--threads 1"],
}  # fmt: skip

KINDS = {
    "string": str, "boolean": bool, "null": type(None), "object": dict, "array": list,
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
}  # fmt: skip


def problems(value, schema, place="$"):
    """What keeps a value from being as the schema says; names that it does not have count as well."""
    if "anyOf" in schema:
        found = [list(problems(value, option, place)) for option in schema["anyOf"]]
        if all(found):
            yield from min(found, key=len)
        return
    if "const" in schema and value != schema["const"]:
        yield f"{place} is {value!r}, not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place} is {value!r}, none of {schema['enum']}"
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(isinstance(value, k) if isinstance(k, type) else k(value) for k in map(KINDS.get, kinds)):
        yield f"{place} is {value!r}, no {' or '.join(kinds)}"
        return
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from problems(item, schema["items"], f"{place}[{index}]")
    if isinstance(value, dict):
        known, other = schema.get("properties", {}), schema.get("additionalProperties")
        for name in schema.get("required", []):
            if name not in value:
                yield f"{place} has no {name}"
        for name, item in value.items():
            if name not in known and other is None:
                yield f"{place}.{name} is not in the schema"
            else:
                yield from problems(item, known.get(name, other), f"{place}.{name}")


def schema_of(verb):
    answer = command("schema", *verb.split())
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def check_answers():
    verbs = command("schema").stdout.split("\n")[:-1]
    assert verbs == list(CASES), (verbs, list(CASES))
    for verb, lines in CASES.items():
        assert len(lines) >= 2, f"{verb} needs a rich and a poor case"
        schema = schema_of(verb)
        for line in lines:
            answer = command(*verb.split(), *line.split(), "--json", "--quiet")
            assert answer.returncode == 0, (verb, line, answer.stderr)
            found = list(problems(json.loads(answer.stdout), schema))
            assert not found, (verb, line, found[:5])
            strict(json.loads(answer.stdout), schema, verb)
        print(f"ok      {verb}")


def strict(document, schema, verb):
    """The check itself refuses what it must; a validator from elsewhere agrees, where there is one."""
    for spoilt in ({k: v for k, v in document.items() if k != "schema_version"}, {**document, "a_name_of_tomorrow": 1},
                   {**document, "warnings": [{"code": 1, "message": ""}]}, {**document, "command": "another"}):  # fmt: skip
        assert list(problems(spoilt, schema)), (verb, list(spoilt))
    try:
        import jsonschema
    except ImportError:
        return
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(document)


# --- the dataclasses ------------------------------------------------------------------------------------------------------------


def inner(kind):
    """The dataclass in Optional[X], List[X], Dict[str, X]; None where there is none."""
    if dataclasses.is_dataclass(kind):
        return kind
    return next((found for found in map(inner, typing.get_args(kind)) if found), None)


def objects(schema):
    """The schemas of objects that a name may hold, through lists and alternatives."""
    options = [found for option in schema.get("anyOf", []) for found in objects(option)]
    if "items" in schema:
        options += objects(schema["items"])
    return options + ([schema] if "properties" in schema else [])


def collect(kind, schema, seen):
    """Every dataclass with the schemas of the objects that are decoded as it."""
    for found in objects(schema):
        seen.setdefault(kind, []).append(found)
        hints = typing.get_type_hints(kind)
        for part in dataclasses.fields(kind):
            below = inner(hints[part.name])
            if below and part.name in found["properties"]:
                collect(below, found["properties"][part.name], seen)


def check_dataclasses():
    seen = {}
    for kind, verb in ((pretell.Plan, "plan"), (pretell.Backtest, "backtest"), (pretell.Law, "law")):
        collect(kind, schema_of(verb), seen)
    # These stand for objects that are not there, with nothing in them.
    blank = {type(part.default) for kind in seen for part in dataclasses.fields(kind) if dataclasses.is_dataclass(part.default)}
    for kind, schemas in seen.items():
        for part in dataclasses.fields(kind):
            if part.name == "values":
                continue
            assert any(part.name in schema["properties"] for schema in schemas), f"{kind.__name__}.{part.name} is in no schema"
            needed = all(part.name in schema["required"] for schema in schemas)
            is_bare = part.default is dataclasses.MISSING and part.default_factory is dataclasses.MISSING
            is_many = part.default_factory is not dataclasses.MISSING
            assert needed == is_bare or needed and (is_many or kind in blank), f"{kind.__name__}.{part.name}: required {needed}, no default {is_bare}"
    known = {"Plan", "Candidate", "Run", "GainAt", "Recommendation", "Interval", "Gain", "Parts", "Caution", "Rows", "Law", "Spread", "Weight",
             "Backtest", "Scores", "Score"}  # fmt: skip
    assert known <= {kind.__name__ for kind in seen}, known - {kind.__name__ for kind in seen}
    print("ok      dataclasses")


furnish()
check_dataclasses()
check_answers()
print("all answers are as their schemas say")
