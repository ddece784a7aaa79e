"""Frames as people have them: categories, strings, dates, gaps and nullable types keep their meaning; run by Tests/python.sh."""

import importlib.util
import random

import pretell

draw = random.Random(3)
COUNT = 120
group = [draw.choice(["10", "20", "30"]) for _ in range(COUNT)]
effect = {"10": 0.0, "20": 5.0, "30": -5.0}
x = [round(draw.gauss(0, 1), 3) for _ in range(COUNT)]
y = [round(effect[g] + a + draw.gauss(0, 0.3), 3) for g, a in zip(group, x)]
OPTIONS = dict(target="y", size="1:2", quiet=True)


def used(plan):
    return {column["column"]: column for column in plan.values["columns_used"]}


def kinds(plan):
    return {name: column["kind"] for name, column in used(plan).items()}


if importlib.util.find_spec("pandas"):
    import pandas

    frame = pandas.DataFrame({
        "group": pandas.Categorical(group), "x": pandas.array([None if i % 10 == 3 else round(10 * a) for i, a in enumerate(x)], dtype="Int64"),
        "flag": pandas.array([i % 3 == 0 for i in range(COUNT)], dtype="boolean"), "when": pandas.date_range("2020-01-01", periods=COUNT),
        "took": pandas.to_timedelta([i % 17 for i in range(COUNT)], unit="min"), "code": [str(i % 4) for i in range(COUNT)], "y": y,
    })  # fmt: skip
    plan = pretell.plan(data=frame, **OPTIONS)
    found = kinds(plan)
    assert found == {"group": "category", "x": "number", "flag": "boolean", "when": "date", "took": "number", "code": "category", "y": "target"}, found
    assert used(plan)["x"]["becomes"] == ["x", "x is missing"] and used(plan)["x"]["missing"] == 12
    ridge = next(c for c in plan.candidates if c.method == "ridge")
    assert ridge.predicted_risk.estimate < 3, ridge  # 17 with the groups as numbers: their effects are not in order
    assert not frame.columns.difference(["group", "x", "flag", "when", "took", "code", "y"]).size, "the frame was changed"
    names = pretell.plan(data=frame.assign(y=[g + "!" for g in group]), **OPTIONS)
    assert names.values["classes"] == ["10!", "20!", "30!"] and names.values["head"] == "logistic"
    pretell.backtest(frame, repeats=2, **OPTIONS)
    errors = pretell.masked_errors(frame.drop(columns="y"), quiet=True)
    whole = {column["column"]: (column["kind"], column["missing"]) for column in errors.columns_used}
    assert whole == {"group": ("category", 0), "x": ("number", 12), "flag": ("boolean", 0), "when": ("date", 0), "took": ("number", 0), "code": ("category", 0)}, whole
    assert errors.rows == COUNT - 12 and any(warning.code == "dropped-rows" for warning in errors.warnings), errors
    assert pretell.masked_errors(frame, exclude="y,x", missing="refuse", quiet=True).rows == COUNT
    few = pretell.masked_errors(frame.rename(columns={"group": "group, or so"}), columns="1,2,7", quiet=True)
    assert few.columns_used[0]["kind"] == "category" and few.columns == 4, few.values
    model = pretell.masked_fit(frame, quiet=True)
    assert {"group = 20", "x", "flag", "y"} <= set(model.columns) and model.weights.shape == (len(model.columns),) * 2, model.columns
    assert abs(model.leave_one_out_error / pretell.masked_errors(frame, quiet=True).leave_one_out_error - 1) < 1e-9
    numbers = frame[["x", "y"]].dropna().astype(float)
    assert pretell.masked_fit(numbers, 0.1, quiet=True).predict(numbers[["y", "x"]]).shape == numbers.shape
    assert abs(pretell.masked_fit(frame[["x", "y"]], 0.1, quiet=True).weights - pretell.masked_fit(numbers, 0.1, quiet=True).weights).max() < 1e-9
    try:
        model.predict(frame)
        raise AssertionError("words were predicted from")
    except pretell.PretellError as error:
        assert error.code == 65 and "group = " in str(error), error
    print("ok      pandas: the verbs that predict every column, with words and gaps")
    print("ok      pandas: categories, strings, nullable numbers and truths, dates, durations")
if importlib.util.find_spec("polars"):
    import polars

    frame = polars.DataFrame({"group": group, "x": x, "y": y}).with_columns(polars.col("group").cast(polars.Categorical))
    plan = pretell.plan(data=frame, **OPTIONS)
    assert kinds(plan)["group"] == "category", kinds(plan)
    gaps = frame.with_columns(polars.when(polars.int_range(polars.len()) % 9 == 4).then(None).otherwise(polars.col("x")).alias("x"))
    errors = pretell.masked_errors(gaps, quiet=True)
    assert [column["kind"] for column in errors.columns_used] == ["category", "number", "number"] and errors.rows == 107, errors.values
    assert pretell.masked_fit(gaps, quiet=True).columns == [name for column in errors.columns_used for name in column["becomes"]]
    try:
        pretell.plan(data=frame.with_columns(polars.lit([1, 2]).alias("both")), **OPTIONS)
        raise AssertionError("lists were taken")
    except pretell.PretellError as error:
        assert error.code == 65 and "'both'" in str(error), error
    print("ok      polars: categories, and lists refused by name")
if importlib.util.find_spec("numpy"):
    import numpy

    objects = numpy.array([[g, a, b] for g, a, b in zip(group, x, y)], dtype=object)
    plan = pretell.plan(data=objects, **{**OPTIONS, "target": 3, "categories": "1"})
    assert plan.values["columns_used"][0]["kind"] == "category", plan.values["columns_used"]
    gaps = numpy.array([x, y]).T.copy()
    gaps[::7, 0] = numpy.nan
    plan = pretell.plan(data=gaps, **{**OPTIONS, "target": 2})
    assert plan.values["columns_used"][0]["missing"] == 18
    print("ok      NumPy: objects, and gaps in numbers")
