"""Every answer the module types, of an input where every number exists and of one where few do; keys unknown to it are kept.

Needs the command (PRETELL) and the interpreter's own library; run by PythonTests.
"""

import dataclasses
import pathlib
import random
import tempfile
import typing

import pretell

EXAMPLES = pathlib.Path("Examples")
draw = random.Random(7)


def rows(count, columns, labeled=True):
    """A header, and rows whose target is the first column with noise."""
    lines = [[f"x{j}" for j in range(columns)] + (["y"] if labeled else [])]
    for _ in range(count):
        x = [round(draw.gauss(0, 1 + 3 / (j + 1)), 3) for j in range(columns)]
        lines.append(x + ([round(x[0] + draw.gauss(0, 1), 3)] if labeled else []))
    return lines


def complete(value, kind=None):
    """Every dataclass inside has every name it declares, with nothing of another type."""
    if dataclasses.is_dataclass(value):
        hints = typing.get_type_hints(type(value))
        for part in dataclasses.fields(value):
            complete(getattr(value, part.name), hints[part.name])
    elif isinstance(value, list) and kind is not None and typing.get_args(kind):
        for item in value:
            complete(item, typing.get_args(kind)[0])
    elif kind is float or kind is typing.Optional[float]:
        assert value is None or isinstance(value, (int, float)), (kind, value)


def check(name, question):
    answer = question()
    complete(answer)
    print(f"ok      {name}")
    return answer


unlabeled = EXAMPLES / "diabetes_unlabeled.csv"
labeled = EXAMPLES / "diabetes_labeled.csv"
quiet = dict(quiet=True)
rich = check("plan, rich", lambda: pretell.plan(unlabeled, labeled, target="progression", size="1:3", **quiet))
assert any(c.parts and c.parts.bias is not None for c in rich.candidates)
for labels in (8, 18, 24):
    poor = check(f"plan, {labels} labels on 20 columns", lambda: pretell.plan(
        rows(60, 20, labeled=False), rows(labels, 20), target="y", size="1:3", **quiet))  # fmt: skip
    none = next(c for c in poor.candidates if c.method == "none")
    assert labels > 22 or none.predicted_risk == pretell.Interval(), none
    assert len(poor.table()) == len(poor.candidates)
classes = [line[:-1] + [("y" if i == 0 else int(line[-1] > 0))] for i, line in enumerate(rows(60, 6))]
check("plan, classes", lambda: pretell.plan(data=classes, target="y", head="logistic", size="1:2", **quiet))
check("backtest, rich", lambda: pretell.backtest(EXAMPLES / "diabetes.csv", target="progression", size="1:2", repeats=2, **quiet))
check("backtest, 24 labels on 20 columns", lambda: pretell.backtest(rows(24, 20), target="y", size="1:2", repeats=2, **quiet))
check("law, rich", lambda: pretell.law(EXAMPLES / "factor.toml", **quiet))
check("simulate", lambda: pretell.simulate(EXAMPLES / "factor.toml", replicates=4, **quiet))
check("masked errors, rich", lambda: pretell.masked_errors(EXAMPLES / "diabetes.csv", **quiet))
check("masked errors, wide", lambda: pretell.masked_errors(rows(8, 20), **quiet))
with tempfile.TemporaryDirectory() as folder:
    place = pathlib.Path(folder) / "poor.toml"
    place.write_text(
        'model = "pca"\nrank = 1\neigenvalues = [2, 1]\n[downstream]\nweights = [0]\nnoise = 1\n'
        "[samples]\nunlabeled = 10\nlabeled = 5\n")  # fmt: skip
    check("law, nothing left to learn", lambda: pretell.law(place, **quiet))
verified = pretell.plan(data=rows(200, 5), target="y", size="1:3", **quiet)
check("verify", lambda: pretell.verify(verified, replicates=20, **quiet))

caution = pretell.Caution("a-code", "So it is.", "Leave them out (--drop-constant), or --missing drop.")
assert caution.remedy == "Leave them out (drop_constant), or missing drop.", caution

bare = pretell._decoded(pretell.Plan, {"a_key_of_tomorrow": 1, "candidates": [{"method": "pca", "parts": {"labels": 1}}]})
assert bare.candidates[0].parts == pretell.Parts(noise=None, labels=1, pretraining=None) and bare.values["a_key_of_tomorrow"] == 1
assert bare.rows.labeled is None and bare.recommendation.why is None and bare.candidates[0].predicted_risk.low is None

# Rows in groups, by name, by file and by labels: one answer; every row a group of its own: as without groups.
table = rows(120, 5)
sites = [f"site {i % 15}, a" for i in range(120)]
named = [["site"] + table[0]] + [[site] + line for site, line in zip(sites, table[1:])]
by_name = check("plan, groups by name", lambda: pretell.plan(data=named, target="y", groups="site", size="1:2", **quiet))
by_label = check("plan, groups by label", lambda: pretell.plan(data=table, target="y", groups=sites, size="1:2", **quiet))
assert by_name.candidates == by_label.candidates
alone = pretell.plan(data=table, target="y", groups=list(range(120)), size="1:2", **quiet)
assert alone.candidates == pretell.plan(data=table, target="y", size="1:2", **quiet).candidates
check("backtest, groups", lambda: pretell.backtest(table, target="y", groups=sites, size="1:2", repeats=2, **quiet))
errors = pretell.masked_errors(named, groups="site", **quiet)
assert errors.groups == 15 and errors.leave_group_out_error > 0
try:
    pretell.plan(data=table, target="y", groups=[None] + sites[1:], **quiet)
except pretell.PretellError as error:
    assert error.code == 65 and "entry 0" in str(error), error
else:
    raise AssertionError("a missing group")
print("all answers decoded")
