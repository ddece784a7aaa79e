"""Pretell from Python: what pre-training will buy downstream, before you pay for it.

    import pretell
    plan = pretell.plan(unlabeled, labeled, target="y")     # pandas or polars frames, NumPy arrays, lists of rows, or paths
    print(plan.recommendation.why)
    plan.table()                                            # a line for each candidate, ready for a DataFrame

    law = pretell.pca_law([5, 3, 1, 0.5], [1, 0.5], noise=1, unlabeled=5000, labeled=500)
    model = pretell.masked_fit(x)                           # every column from all the others; model.predict(x)

    plan = pretell.encoders(train=train, encode=encode, rows=u, labeled=(x, y))   # your own encoder, on parts of its rows
    features = pretell.Representation("factor", 5).fit(u)   # for pipelines of scikit-learn, as is MaskedRidge; in estimators.py

One file, no dependencies but those of the data you hand in. Runs the command `pretell`: the one named by the environment variable
PRETELL, else the one in the wheel, else the one on PATH. Laws of arrays and masked regression go through the shared library
`libpretellc` (PRETELL_LIBRARY, or the wheel's), which reads arrays where they are; without it, through the command and files.

Answers are dataclasses; `values` of each is the command's JSON. Warnings and progress go to standard error, in a notebook to the cell.
"""

import csv
import ctypes
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import typing
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from pathlib import Path

__version__ = "0.1.0"

__all__ = [
    "Answer", "Backtest", "Candidate", "GraphFit", "Law", "MaskedModel", "Plan", "PlannedModel", "PretellError", "backtest",
    "encoders", "factor_law", "graph_fit", "law", "library", "load_model", "masked_errors", "masked_fit", "pca_law", "plan", "probe",
    "represent", "run", "simulate", "spectral_law", "verify",
]  # fmt: skip

__path__ = [str(Path(__file__).resolve().parent)]  # where estimators.py is, also where this file is no package


def __getattr__(name):
    """Estimators need scikit-learn, which nothing else does: they are imported when asked for."""
    if name not in ("MaskedRidge", "PlannedRepresentation", "PretellWarning", "Representation"):
        raise AttributeError(f"module 'pretell' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"{__name__}.estimators"), name)


class PretellError(RuntimeError):
    """The command's own words, with its exit code (1 no answer, 64 usage, 65 bad data, 66 no such file) as `code`."""

    def __init__(self, message, code):
        super().__init__(message)
        self.code = code


# --- what comes back ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Caution:
    """Something that makes a number less trustworthy than it looks."""

    code: str
    message: str
    remedy: typing.Optional[str] = None

    def __post_init__(self):
        """Options by the names of their arguments here: --drop-constant is drop_constant."""
        if self.remedy:
            named = re.sub(r"--([a-z][a-z-]*)", lambda option: option[1].replace("-", "_"), self.remedy)
            object.__setattr__(self, "remedy", named)


@dataclass(frozen=True)
class Interval:
    """An estimate with its 90 % interval."""

    estimate: typing.Optional[float] = None
    low: typing.Optional[float] = None
    high: typing.Optional[float] = None


@dataclass(frozen=True)
class Gain:
    """How much lower the risk is than that of `against` on the raw columns."""

    against: str
    estimate: float
    low: float
    high: float
    probability_positive: float


@dataclass(frozen=True)
class Parts:
    """Where the predicted risk comes from; they add up to it."""

    noise: float
    labels: float
    pretraining: typing.Optional[float] = None  # None: unknown, of one embedding
    bias: typing.Optional[float] = None


@dataclass(frozen=True)
class Run:
    """One training of an encoder, and the risk of a head on its embeddings."""

    rows: int
    part: str
    seed: int
    risk: float


@dataclass(frozen=True)
class GainAt:
    """What other numbers of unlabeled rows and labels would take off the risk."""

    unlabeled: int
    labeled: int
    against: str
    gain: Interval
    probability_positive: float
    predicted_risk: Interval


@dataclass(frozen=True)
class Candidate:
    """One representation of a plan."""

    method: str
    reliable: bool
    predicted_risk: Interval = Interval()
    size: typing.Optional[int] = None
    parts: typing.Optional[Parts] = None
    gain_over_raw: typing.Optional[Gain] = None
    crossover_ratio: typing.Optional[float] = None
    break_even_labels: typing.Union[float, str, None] = None  # a number, "always" or "never"
    pays_below: typing.Union[float, str, None] = None  # labels below which it beats ridge
    rows_per_label: typing.Optional[float] = None
    # Of classes: shares of rows told right, what probabilities are worth, how rows were left out ("exact", "folds:5").
    accuracy: typing.Optional[Interval] = None
    balanced_accuracy: typing.Optional[float] = None
    brier: typing.Optional[float] = None
    area_under_curve: typing.Optional[float] = None
    left_out: typing.Optional[str] = None
    # Of encoders trained elsewhere: their runs, what these cost in trainings on all rows, what more would buy.
    runs: typing.List[Run] = field(default_factory=list)
    units: typing.Optional[float] = None
    gains_at: typing.List[GainAt] = field(default_factory=list)
    rows_to_match: typing.Optional[float] = None
    warnings: typing.List[Caution] = field(default_factory=list)
    values: dict = field(default_factory=dict, repr=False, compare=False)

    @property
    def name(self):
        return self.method if self.size is None else f"{self.method}-{self.size}"


@dataclass(frozen=True)
class Recommendation:
    """What to do, and what to buy next: "labels", "unlabeled", "seed" (another encoder to average with) or "neither"."""

    method: str
    next: str
    why: str
    size: typing.Optional[int] = None
    predicted_risk: typing.Optional[float] = None
    labels: typing.Optional[int] = None
    unlabeled: typing.Optional[int] = None
    cost: typing.Optional[float] = None


@dataclass(frozen=True)
class Rows:
    unlabeled: int
    labeled: int


@dataclass(frozen=True)
class Plan:
    """What `pretell plan` says."""

    rows: Rows
    columns: int
    candidates: typing.List[Candidate]
    recommendation: Recommendation
    warnings: typing.List[Caution] = field(default_factory=list)
    values: dict = field(default_factory=dict, repr=False, compare=False)

    def table(self):
        """A dictionary for each candidate: pandas.DataFrame(plan.table()) or polars.DataFrame(plan.table())."""
        lines = []
        for candidate in self.candidates:
            risk, gain, parts = candidate.predicted_risk, candidate.gain_over_raw, candidate.parts
            line = {"candidate": candidate.name, "risk": risk.estimate, "low": risk.low, "high": risk.high}
            line["gain"] = gain and gain.estimate
            line["probability_of_gain"] = gain and gain.probability_positive
            for part in ("noise", "bias", "labels", "pretraining"):
                line[part] = parts and getattr(parts, part)
            line["break_even_labels"] = candidate.break_even_labels
            if candidate.accuracy:
                line["accuracy"] = candidate.accuracy.estimate
            lines.append(line)
        return lines

    @property
    def model(self):
        """What the plan was asked to leave behind: `pretell.plan(..., model="model.npz")`, of another candidate with use="pca-3"."""
        model = self.__dict__.get("_model")
        if model is None:
            raise PretellError('the plan was not asked for a model: give plan(..., model="model.npz")', 64)
        return model

    def transform(self, rows):
        """Features of new rows by `model`."""
        return self.model.transform(rows)

    def predict(self, rows):
        """Predictions for new rows by `model`: numbers, or names of classes."""
        return self.model.predict(rows)

    def save(self, path):
        """As `pretell plan --save` writes it, for `verify`."""
        Path(path).write_text(json.dumps(self.values, indent=2))


@dataclass(frozen=True)
class PlannedModel:
    """What `pretell plan --model` wrote: features of a row and a head on them; of `represent` features alone. Needs NumPy.

    Rows: an array with the columns of the model in their order, or a frame with columns of these names.
    """

    candidate: str
    arrays: dict = field(repr=False)
    columns: typing.Optional[typing.List[str]] = None
    classes: typing.Optional[typing.List[str]] = None
    warnings: typing.List[Caution] = field(default_factory=list)

    def transform(self, rows):
        """Features, rows x p."""
        import numpy

        a, x = self.arrays, self._rows(rows)
        if "subspace_basis" in a:
            z = (x[:, a["positions"]] - a["subspace_mean"]) @ a["subspace_basis"]
            c, variance = a["component_centers"], a["component_variance"]
            logits = numpy.log(a["component_weights"]) - 0.5 * (c**2).sum(1) / variance + z @ c.T / variance
            posterior = _softmax(logits)
            inside = posterior[:, :, None] * (z[:, None, :] - c[None])
            return numpy.concatenate([inside.reshape(len(z), -1), posterior], 1)
        f = (x - a["center"]) / a["scale"]
        return f @ a["components"] if "components" in a else f

    def predict(self, rows):
        """A number for each row, or the name of its likeliest class."""
        import numpy

        y = self._outputs(self.transform(rows))
        return numpy.array(self.classes)[y.argmax(1)] if self.classes else y[:, 0]

    def predict_proba(self, rows):
        """Of each class, rows x classes, in the order of `classes`."""
        if not self.classes:
            raise PretellError("the target is numbers, which have no probabilities; see predict_interval", 64)
        return _softmax(self._outputs(self.transform(rows)))

    def predict_interval(self, rows):
        """Ends of the intervals that hold the label of a row 9 times in 10."""
        import numpy

        if "residual_quantile" not in self.arrays:
            raise PretellError("classes, and fewer than 9 labels, have no intervals", 1)
        f = self.transform(rows)
        y = self._outputs(f)[:, 0]
        turned = numpy.concatenate([numpy.ones((len(f), 1)), f], 1) @ self.arrays["spread_root"].T
        half = self.arrays["residual_quantile"][0, 0] * numpy.sqrt(1 + (turned**2).sum(1))
        return y - half, y + half

    def _outputs(self, features):
        if "coefficients" not in self.arrays:
            raise PretellError("these are features without a head, which predict nothing; plan(..., model=...) leaves one that does", 64)
        return features @ self.arrays["coefficients"] + self.arrays["intercept"]

    def _rows(self, rows):
        import numpy

        if self.columns and hasattr(rows, "columns"):
            names = [str(name) for name in rows.columns]
            missing = [name for name in self.columns if name not in names]
            if missing:
                made = ", ".join(missing[:5])
                raise PretellError(f"rows have no column {made}; a plan makes columns of words, dates and gaps: see columns_used", 65)
            if hasattr(rows, "to_numpy"):
                rows = rows[self.columns].to_numpy()
        x = numpy.asarray(rows, float)
        return x.reshape(1, -1) if x.ndim == 1 else x


def _softmax(logits):
    import numpy

    e = numpy.exp(logits - logits.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


@dataclass(frozen=True)
class Weight:
    """One term of Z'QZ: weight times a chi-square of `multiplicity` degrees of freedom."""

    weight: float
    multiplicity: float


@dataclass(frozen=True)
class Spread:
    """One law. `quantiles` by probability as text, such as "0.95"."""

    mean: float
    standard_deviation: typing.Optional[float] = None
    quantiles: typing.Dict[str, float] = field(default_factory=dict)
    weights: typing.List[Weight] = field(default_factory=list)


@dataclass(frozen=True)
class Law:
    """The limiting law: n (R - sigma^2) -> sigma^2 d_act + (n/m) Z'QZ, the last being `interaction`."""

    model: str
    unlabeled: int
    labeled: int
    noise_variance: float
    effective_dimension: int
    active_dimension: int
    base_dimension: int
    interaction: Spread
    scaled_excess_risk: Spread
    excess_risk: Spread
    risk: Spread
    crossover_ratio: typing.Optional[float] = None
    warnings: typing.List[Caution] = field(default_factory=list)
    values: dict = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class Score:
    """How right forecasts were, as shares; `median_ratio` is forecast over actual risk, `mean_error` of hidden runs of encoders."""

    median_ratio: typing.Optional[float] = None
    within_1_5: typing.Optional[float] = None
    coverage: typing.Optional[float] = None
    sign_right: typing.Optional[float] = None
    mean_error: typing.Optional[float] = None


@dataclass(frozen=True)
class Scores:
    pretell: Score
    power_law: Score


@dataclass(frozen=True)
class Backtest:
    """How right such forecasts are on one's own rows; `cells` are dictionaries, ready for a DataFrame."""

    cells: typing.List[dict]
    scores: Scores
    verdict: str
    warnings: typing.List[Caution] = field(default_factory=list)
    values: dict = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class MaskedModel:
    """Every column predicted from all the others: mean + ((x - mean) / scale) @ weights * scale."""

    columns: typing.List[str]
    ridge: float
    weights: typing.Any = field(repr=False)
    means: typing.Any = field(repr=False)
    scales: typing.Any = field(repr=False)
    column_errors: typing.Any = field(default=None, repr=False)
    leave_one_out_error: typing.Optional[float] = None
    training_error: typing.Optional[float] = None
    degrees_of_freedom: typing.Optional[float] = None
    warnings: typing.List[Caution] = field(default_factory=list)
    leave_group_out_error: typing.Optional[float] = None

    def predict(self, rows):
        """Every entry from the other entries of its row, as a NumPy array. Of a frame the columns of the model's names are taken."""
        held = [str(name) for name in getattr(rows, "columns", [])]
        missing = [name for name in self.columns if name not in held]
        if held and missing and len(held) != len(self.columns):
            made = ", ".join(missing[:5])
            raise PretellError(f"rows have no column {made}; words, dates and truths became columns of the model's own making", 65)
        if held and not missing and held != self.columns:
            places = [held.index(name) for name in self.columns]
            rows = rows.iloc[:, places] if hasattr(rows, "iloc") else rows[:, places]
        z = (_array(rows) - self.means) / self.scales
        return self.means + z @ self.weights * self.scales


@dataclass(frozen=True)
class GraphFit:
    """Codes of the nodes of a graph, and how well neighbors alone tell of a node."""

    codes: typing.Any = field(repr=False)
    encoder: typing.Any = field(repr=False)
    means: typing.Any = field(repr=False)
    singular_values: typing.Any = field(repr=False)
    ridge: float
    training_error: typing.Optional[float] = None
    leave_node_out_error: typing.Optional[float] = None
    r_squared: typing.Optional[float] = None
    leave_community_out_error: typing.Optional[float] = None
    communities: typing.Any = field(default=None, repr=False)
    warnings: typing.List[Caution] = field(default_factory=list)
    values: dict = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class Answer:
    """What the command printed as JSON; its keys are attributes too."""

    command: str
    warnings: typing.List[Caution]
    values: dict = field(repr=False)

    def __getattr__(self, name):
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(f"{self.command} has no {name}; it has {', '.join(sorted(self.values))}") from None


def _decoded(kind, value):
    """JSON as the dataclass `kind` declares it: unknown keys are left in `values`; the command leaves out numbers that do not exist,

    so missing ones take their defaults, and None where there is no default.
    """
    if value is None:
        return None
    arguments = [a for a in typing.get_args(kind) if a is not type(None)]
    origin = typing.get_origin(kind)
    if origin is typing.Union:
        return _decoded(arguments[0], value)
    if origin is list:
        return [_decoded(arguments[0], item) for item in value]
    if not is_dataclass(kind):
        return value
    hints = typing.get_type_hints(kind)
    known = {name: _decoded(hint, value[name]) for name, hint in hints.items() if name in value and name != "values"}
    for part in fields(kind):
        if part.name not in {"values", *known} and part.default is MISSING and part.default_factory is MISSING:
            known[part.name] = _absent(hints[part.name])
    return kind(**known, values=value) if "values" in hints else kind(**known)


def _absent(kind):
    """What stands for a number that the command left out: None, or the dataclass with nothing in it, so that its names can be asked."""
    return _decoded(kind, {}) if is_dataclass(kind) else [] if typing.get_origin(kind) is list else None


# --- the command ----------------------------------------------------------------------------------------------------------------


def plan(unlabeled=None, labeled=None, *, target, data=None, groups=None, quiet=False, **options):
    """`pretell plan`. Give `unlabeled` and `labeled`, or `data` with blank targets. Options as on the command line: size="1:10".

    `groups`: which rows belong together (one person, image or site): a column's name, a path, or a label for each row, those of
    `unlabeled` first.
    """
    with _Files() as files:
        line = ["plan", "--target", target]
        for name, rows in (("unlabeled", unlabeled), ("labeled", labeled), ("data", data)):
            if rows is not None:
                line += [f"--{name}", files.path(rows)]
        line += _named_columns(labeled if data is None else data, target)
        found = _ask(Plan, *line, *_flags({"groups": files.labels(groups, "groups"), **options}), quiet=quiet)
    if options.get("model"):
        object.__setattr__(found, "_model", load_model(options["model"]))
    return found


def represent(rows, *, method, size, quiet=False, **options):
    """`pretell represent`: features by a method of your choice, fitted to rows without labels; `transform` of the answer gives those of new
    rows. Methods: pca, pca-correlation, factor, factor-unit, factor-analysis, mixture, masked, spectral. Needs NumPy."""
    with _Files() as files:
        place = files.new(".npz")
        line = ["represent", files.path(rows), "--method", method, "--size", size, "--output", place, *_named_columns(rows)]
        answer = run(*line, *_flags(options), quiet=quiet)
        model = load_model(place)
        model.warnings.extend(answer.warnings)
        return model


def load_model(path):
    """What `pretell plan --model` or `pretell represent` wrote, as a `PlannedModel`."""
    import numpy

    with numpy.load(path) as file:
        arrays = {name: file[name] for name in file.files}

    def words(name):
        return [str(word) for word in arrays.pop(name)] if name in arrays else None

    return PlannedModel(words("candidate")[0], arrays, words("columns"), words("classes"))


def verify(plan, *, quiet=False, **options):
    """`pretell verify`: simulates the model that a plan (or a saved one) fitted."""
    with _Files() as files:
        path = files.new(".json") if isinstance(plan, Plan) else plan
        if isinstance(plan, Plan):
            plan.save(path)
        return run("verify", path, *_flags(options), quiet=quiet)


def backtest(data=None, *, target, groups=None, quiet=False, **options):
    """`pretell backtest`: how right such forecasts are on your own rows; `groups` as in `plan`.

    Of encoders trained elsewhere the largest runs are hidden and forecast from the smaller ones, beside a power law: `runs` is the folder
    that `encoders(resume=...)` filled, or `encoder` a .toml file or a list of runs. `data` may then be left out and `target` be the labels.
    """
    with _Files() as files:
        if data is None:
            line = ["backtest", "--target", target if isinstance(target, (str, os.PathLike)) else files.targets(target)]
        else:
            line = ["backtest", "--data", files.path(data), "--target", target, *_named_columns(data, target)]
        return _ask(Backtest, *line, *_flags({"groups": files.labels(groups, "groups"), **options}), quiet=quiet)


def law(instance, quiet=False, **options):
    """`pretell law INSTANCE.toml`."""
    return _ask(Law, "law", instance, *_flags(options), quiet=quiet)


def simulate(instance, *, replicates, quiet=False, **options):
    """`pretell simulate INSTANCE.toml`."""
    return run("simulate", instance, "--replicates", replicates, *_flags(options), quiet=quiet)


def masked_errors(data, quiet=False, *, groups=None, blocks=None, **options):
    """`pretell masked errors`: every column from all the others; `groups` and `blocks` as in `masked_fit`.

    Frames may hold words, dates, truths and gaps: `columns_used` of the answer says what was made of them.
    """
    with _Files() as files:
        together = {"groups": files.labels(groups, "groups"), "blocks": files.labels(blocks, "blocks")}
        return run("masked", "errors", files.path(data), *_named_columns(data), *_flags({**together, **options}), quiet=quiet)


def graph_fit(edges, features, *, size=None, filter="sgc:2", hide=0.75, ridge="auto", groups=None, quiet=False, **options):
    """Masked pre-training on a graph in closed form: codes of every node, with the error that a node left out has.

    `edges`: SciPy's sparse adjacency, PyG's edge_index (2 x E, NumPy or torch), a list of pairs or a path; `features`: rows of the
    nodes 0, 1, ... as an array, a frame, SciPy's sparse matrix or a path. `groups`: "louvain", a path or a community for each node.
    Other options by name: remask, normalize, latents, unit_rows=False, nodes (a path of names). Needs NumPy.
    """
    import numpy

    with _Files() as files:
        place = files.new(".npz")
        options = {"size": size, "filter": filter, "hide": hide, "ridge": ridge, "groups": files.labels(groups, "groups"), **options}
        if not options.pop("unit_rows", True):
            options["no_unit_rows"] = True
        rows = features if isinstance(features, (str, os.PathLike)) else files.sparse(features) or files.path(features)
        answer = run("graph", "fit", files.edges(edges), "--features", rows, "--output", place, *_flags(options), quiet=quiet)
        with numpy.load(place) as stored:
            arrays = {name: stored[name] for name in stored.files}
    numbers = {name: answer.values.get(name) for name in ("training_error", "leave_node_out_error", "r_squared", "leave_community_out_error")}
    return GraphFit(
        arrays["codes"], arrays["encoder"], arrays["means"].ravel(), arrays["singular_values"].ravel(), answer.ridge,
        communities=arrays.get("communities"), warnings=answer.warnings, values=answer.values, **numbers)  # fmt: skip


def run(*arguments, quiet=False):
    """`pretell ARGUMENTS --json` as an `Answer`."""
    return _ask(Answer, *arguments, quiet=quiet)


def main():
    """The command itself, for the wheel's script `pretell`."""
    program = _program()
    os.execv(program, [program, *sys.argv[1:]])


def _ask(kind, *arguments, quiet):
    line = [_program(), *map(str, arguments), "--json"] + (["--quiet"] if quiet else [])
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        status, words = _Listener(quiet).run(line, output)
        if status:
            raise PretellError(words.strip() or f"{line[0]} ended with {status}", status)
        output.seek(0)
        return _decoded(kind, json.load(output))


def _program():
    """The command: PRETELL's, the wheel's own, or the one on PATH."""
    own = Path(__file__).resolve().parent / "bin" / "pretell"
    program = os.environ.get("PRETELL") or (str(own) if own.exists() else shutil.which("pretell"))
    if not program:
        raise PretellError("there is no command pretell on PATH; set PRETELL to its place", 66)
    return program


def _flags(options):
    """size="1:5", cost_label=2, all=True -> --size 1:5 --cost-label 2 --all; lists repeat the option."""
    flags = []
    for name, value in options.items():
        option = "--" + name.replace("_", "-")
        for item in value if isinstance(value, (list, tuple)) else [value]:
            flags += [option] if item is True else [] if item in (False, None) else [option, str(item)]
    return flags


class _Listener:
    """Runs the command and hands on what it says on standard error: text as it is, progress as a bar that moves.

    The command draws its bar on terminals only, so where somebody is watching (a terminal, a notebook) it is given one.
    """

    BAR = re.compile(r"^(?P<label>.*) [█░]+ (?P<percent>\d+) %, (?P<left>.*) left$")
    CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")

    def __init__(self, quiet):
        self.quiet = quiet
        self.notebook = _notebook()
        self.terminal = not self.notebook and sys.stderr is not None and sys.stderr.isatty()
        self.cell = None

    def run(self, line, output):
        """Exit code, and what was said besides progress; on success it has gone to standard error."""
        ours, theirs = self._stream()
        environment = dict(os.environ, COLUMNS=os.environ.get("COLUMNS") or str(shutil.get_terminal_size().columns))
        if not self.terminal:
            environment["NO_COLOR"] = "1"
        words = []
        child = subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=output, stderr=theirs, env=environment)
        os.close(theirs)
        try:
            for piece in self._pieces(ours):
                if piece.startswith("\r"):
                    self._show(piece)
                else:
                    words.append(piece)
            status = child.wait()
        finally:
            if child.poll() is None:
                child.terminate()
                child.wait()
            os.close(ours)
            if self.cell:
                self.cell.update({"text/plain": ""}, raw=True)
        if words and not status and not self.quiet:
            sys.stderr.write("".join(words))
        return status, self.CONTROL.sub("", "".join(words))

    def _stream(self):
        """A pseudo-terminal for people, else a pipe: ends to read and to write."""
        if (self.notebook or self.terminal) and not self.quiet:
            try:
                import pty

                return pty.openpty()
            except (ImportError, OSError):
                pass
        return os.pipe()

    def _pieces(self, stream):
        """Text as it comes, cut after each line and before each carriage return."""
        pending = b""
        while True:
            try:
                more = os.read(stream, 65536)
            except OSError:  # a pseudo-terminal whose other end is closed
                more = b""
            if not more:
                break
            pending = (pending + more).replace(b"\r\n", b"\n")
            *done, pending = re.split(rb"(?<=\n)|(?<=\x1b\[K)", pending)
            yield from (piece.decode("utf-8", "replace") for piece in done if piece)
        if pending:
            yield pending.decode("utf-8", "replace")

    def _show(self, piece):
        """The bar, where somebody watches."""
        if self.terminal:
            sys.stderr.write(piece)
            sys.stderr.flush()
            return
        text = self.CONTROL.sub("", piece).strip()
        found = self.BAR.match(text)
        if not found:
            return
        bar = f'<progress max="100" value="{found["percent"]}"></progress> '
        data = {"text/plain": text, "text/html": f"{found['label']} {bar}{found['percent']} %, {found['left']} left"}
        if self.cell:
            self.cell.update(data, raw=True)
        else:
            from IPython.display import display

            self.cell = display(data, raw=True, display_id=True)


def _notebook():
    """Whether a notebook's cell shows what is displayed."""
    interactive = sys.modules.get("IPython")
    shell = interactive and interactive.get_ipython()
    return bool(shell) and getattr(shell, "kernel", None) is not None


class _Files:
    """Rows in memory as files for the length of a call."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="pretell-")
        self.count = 0
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def new(self, ending):
        self.count += 1
        return Path(self.folder.name) / f"rows{self.count}{ending}"

    def labels(self, given, what):
        """A column's name, a path or a size as it stands; one label for each row or column, words or numbers, as a file."""
        if given is None or isinstance(given, (str, os.PathLike)):
            return given
        numbers, lines = {}, []
        for position, label in enumerate(given.tolist() if hasattr(given, "tolist") else given):
            if label is None or label != label:
                raise PretellError(f"{what}: entry {position} is missing; give what belongs to no other a name of its own", 65)
            lines.append(numbers.setdefault(label, len(numbers)))
        place = self.new(".csv")
        place.write_text("".join(f"{line}\n" for line in lines))
        return place

    def targets(self, y):
        """One label a row, numbers or words, as a file."""
        import numpy

        values = numpy.asarray(y.to_numpy() if hasattr(y, "to_numpy") else y).ravel()
        place = self.new(".csv")
        place.write_text("".join(f"{value}\n" for value in values.tolist()))
        return place

    def sparse(self, matrix):
        """SciPy's sparse matrices as .npz; None for what is none."""
        if not hasattr(matrix, "tocsr"):
            return None
        import scipy.sparse

        place = self.new(".npz")
        scipy.sparse.save_npz(place, matrix.tocsr())
        return place

    def edges(self, given):
        """Edges as a file: a sparse adjacency, or pairs of node numbers as 2 x E."""
        if isinstance(given, (str, os.PathLike)):
            return given
        found = self.sparse(given)
        if found:
            return found
        import numpy

        pairs = numpy.asarray(given.cpu() if hasattr(given, "cpu") else given)
        if pairs.ndim != 2 or 2 not in pairs.shape:
            raise PretellError(f"edges have shape {pairs.shape}; give 2 x E node numbers (edge_index), pairs, or a sparse adjacency", 64)
        place = self.new(".npy")
        numpy.save(place, pairs if pairs.shape[0] == 2 else pairs.T)
        return place

    def path(self, rows):
        if isinstance(rows, (str, os.PathLike)):
            return str(rows)
        place = self.new(".csv")
        if hasattr(rows, "to_csv"):  # pandas
            _plain_pandas(rows).to_csv(place, index=False)
        elif hasattr(rows, "write_csv"):  # polars
            _plain_polars(rows).write_csv(place)
        elif hasattr(rows, "tobytes") and hasattr(rows, "shape") and rows.dtype.kind in "biuf":  # NumPy
            import numpy

            place = place.with_suffix(".npy")
            filled = rows.filled(numpy.nan) if hasattr(rows, "filled") and rows.dtype.kind == "f" else rows
            numpy.save(place, numpy.asarray(filled))
        elif hasattr(rows, "tolist") and hasattr(rows, "shape"):  # NumPy's objects and strings
            with open(place, "w", newline="") as target:
                csv.writer(target).writerows(["" if x is None else x for x in row] for row in rows.tolist())
        else:  # a list of rows
            with open(place, "w", newline="") as target:
                csv.writer(target).writerows(rows)
        return str(place)


def _plain_pandas(frame):
    """The frame with one line of names and with times that text can say: durations in seconds."""
    if getattr(frame, "columns", None) is None:
        return frame
    changed = {}
    for position, kind in enumerate(frame.dtypes):
        if getattr(kind, "kind", "") == "m":
            changed[position] = frame.iloc[:, position].dt.total_seconds()
    names = ["_".join(map(str, name)) if isinstance(name, tuple) else str(name) for name in frame.columns]
    if not changed and list(frame.columns) == names:
        return frame
    frame = frame.copy()
    for position, column in changed.items():
        frame.isetitem(position, column)
    frame.columns = names
    return frame


def _plain_polars(frame):
    """The same; lists and structs have no text and are refused by name."""
    import polars

    for name, kind in frame.schema.items():
        if kind.is_nested():
            raise PretellError(f"column '{name}' holds {kind}, which is not one number or word a row; unnest or explode it", 65)
    durations = [name for name, kind in frame.schema.items() if kind == polars.Duration]
    return frame.with_columns(polars.col(name).dt.total_microseconds() / 1e6 for name in durations) if durations else frame


def _named_columns(rows, target=None):
    """--categories for the columns whose type says that they hold names, so that codes such as 10, 20 stay names on their way as text."""
    named = []  # places among the columns, and names
    if hasattr(rows, "to_csv") and hasattr(rows, "dtypes") and hasattr(rows, "columns"):  # pandas
        for position, kind in enumerate(rows.dtypes):
            column = rows.iloc[:, position]
            words = str(kind) in {"category", "string", "str"} or str(kind) == "object" and column.map(lambda x: isinstance(x, str)).any()
            if words and _looks_numeric(column.dropna().unique().tolist()):
                named.append((position, str(rows.columns[position])))
    elif hasattr(rows, "write_csv"):  # polars
        for position, (name, kind) in enumerate(rows.schema.items()):
            if str(kind).startswith(("Categorical", "Enum", "String")) and _looks_numeric(rows[name].drop_nulls().unique().to_list()):
                named.append((position, name))
    # Names with a comma would be taken for several.
    told = [str(position + 1) if "," in name else name for position, name in named if name != str(target)]
    return [word for name in told for word in ("--categories", name)]


def _is_plain(rows):
    """Whether a frame holds numbers alone, none of them missing; True for what is no frame."""
    if hasattr(rows, "to_csv") and hasattr(rows, "dtypes"):  # pandas
        return all(getattr(kind, "kind", "O") in "iuf" for kind in rows.dtypes) and not rows.isna().any().any()
    if hasattr(rows, "write_csv"):  # polars
        whole = rows.null_count().sum_horizontal().sum() == 0 and all(kind.is_numeric() for kind in rows.schema.values())
        return whole and not any(rows[name].is_nan().any() for name, kind in rows.schema.items() if kind.is_float())
    return True


def _looks_numeric(values):
    """Whether text of these would be read as numbers."""
    if not values:
        return False
    for value in values:
        try:
            float(str(value))
        except ValueError:
            return False
    return True


# --- encoders trained in Python ---------------------------------------------------------------------------------------------------


def encoders(
    *, train, rows, labeled, encode=None, pool=None, sizes="3 units", seed=0, resume=None, runs=None, raw=None, budget="epochs",
    name="encoder", quiet=False, **options,
):  # fmt: skip
    """Trains an encoder on parts of its rows and says what more rows, labels or another seed would buy: a `Plan`.

    `train(index, seed)` trains on rows `index` (an array of positions), from the initial weights and in the order of data that `seed`
    names, and returns an encoder; `encode(encoder, x)` gives its embeddings, a row for each of x. Or `train` is an object with fit and
    transform, which is cloned, given `random_state=seed` if it has that, and fitted to `rows[index]`.

    `rows`: the unlabeled rows, or how many there are. `labeled`: (x, y), rows that are in no part or in all of them. `pool`: rows that
    no encoder sees, 1000 or more; without it the price of labels is rougher, and averaging seeds has none. `sizes`: "3 units" (all
    rows, two halves, four quarters: three trainings' cost at equal epochs) or "2 units" (all, a half, two quarters), or names of parts.
    `resume`: a folder where each run's embeddings are kept when it is done; the same call goes on from there after a crash. `runs`: runs
    that exist, {"full": (labeled embeddings, pool embeddings or None)}, or encoders of yours to be encoded here. `raw`: raw columns of
    the labeled rows, to compare with. `budget="steps"` where every part takes as many steps. Other options are those of `plan`.
    Needs NumPy.
    """
    import numpy

    train, encode = _trainer(train, encode, rows)
    count = rows if isinstance(rows, int) else len(rows)
    x, y = labeled
    with _Files() as files:
        folder = Path(resume) if resume is not None else files.new("")
        folder.mkdir(parents=True, exist_ok=True)
        splits = files.new(".npz")
        run("encoders", "split", "--rows", count, "--seed", seed, "--output", splits, quiet=True)
        with numpy.load(splits) as stored:
            parts = {part: stored[part] for part in _parts(sizes, stored.files)}
        # The cheap ones first: what fails, fails early.
        clock = _Clock(sum(map(len, parts.values())), quiet)
        for part in sorted(parts, key=lambda part: (len(parts[part]), part)):
            tags = {"candidate": name, "rows": len(parts[part]), "part": part, "seed": seed, "budget": budget, "of": count}
            place = folder / f"{name}-{part}-seed{seed}.npz"
            if _is_done(place, tags, len(y)):
                clock.skip(len(parts[part]))
                continue
            given = (runs or {}).get(part)
            if not isinstance(given, tuple):
                encoder = train(parts[part], seed) if given is None else given
                given = (encode(encoder, x), None if pool is None else encode(encoder, pool))
            _keep(place, tags, *given)
            clock.done(part, len(parts[part]))
        return _plan_of_runs(files, folder, y, raw, quiet, options)


def probe(runs, y, *, raw=None, pool=None, seed=0, budget="epochs", name="encoder", quiet=False, **options):
    """What checkpoints that exist say: `runs` is {unlabeled rows: embeddings of the labeled rows}, a list of them where several parts have
    one size (which share no row); `y` their labels; `pool` the same of rows that no encoder saw. A `Plan`; other options are its own."""
    with _Files() as files:
        folder = files.new("")
        folder.mkdir()
        for rows, given in runs.items():
            parts = given if isinstance(given, (list, tuple)) else [given]
            pools = (pool or {}).get(rows)
            pools = pools if isinstance(pools, (list, tuple)) else [pools] * len(parts)
            for position, embeddings in enumerate(parts):
                tags = {"candidate": name, "rows": int(rows), "part": f"{rows}-{position}", "seed": seed, "budget": budget}
                _keep(folder / f"{name}-{rows}-{position}.npz", tags, embeddings, pools[position])
        return _plan_of_runs(files, folder, y, raw, quiet, options)


def _trainer(train, encode, rows):
    """`train` and `encode` as functions, of an object with fit and transform."""
    if encode is not None or not hasattr(train, "fit"):
        if encode is None:
            raise PretellError("encode is missing: encode(encoder, x) gives the embeddings of rows x", 64)
        return train, encode
    if isinstance(rows, int):
        raise PretellError("an object with fit needs the rows themselves, not how many there are", 64)

    def fit(index, seed):
        import copy

        own = copy.deepcopy(train)
        if hasattr(own, "get_params") and "random_state" in own.get_params():
            own.set_params(random_state=seed)
        own.fit(rows[index])
        return own

    return fit, lambda encoder, x: encoder.transform(x)


def _parts(sizes, names):
    known = {"3 units": names, "2 units": ["full", "half-0", "quarter-2", "quarter-3"]}
    wanted = known.get(sizes, None) if isinstance(sizes, str) else list(sizes)
    unknown = "full" if wanted is None else next((part for part in wanted if part not in names), None)
    if wanted is None or unknown is not None:
        raise PretellError(f"sizes is {sizes!r}; give '3 units', '2 units' or some of {', '.join(names)}", 64)
    return wanted


def _is_done(place, tags, labels):
    """Whether a run stands there; one of other rows or labels is refused."""
    import numpy

    if not place.exists():
        return False
    with numpy.load(place) as stored:
        found = {key: stored[key].item() for key in tags if key in stored.files}
        count = len(stored["labeled"])
    if found != tags or count != labels:
        raise PretellError(f"{place} is of another call ({found}, {count} labels); give another folder to resume from, or remove it", 65)
    return True


def _keep(place, tags, labeled, pool):
    """Writes a run under a temporary name first: what stands there is whole."""
    import numpy

    arrays = {"labeled": _embeddings(labeled), **({} if pool is None else {"pool": _embeddings(pool)})}
    part = place.with_name("." + place.name + ".partial")
    with open(part, "wb") as target:
        numpy.savez(target, **arrays, **tags)
    os.replace(part, place)


def _embeddings(given):
    """Of any framework, rows by columns."""
    import numpy

    if hasattr(given, "detach"):  # torch
        given = given.detach().cpu()
    array = numpy.asarray(given)
    return array.reshape(len(array), -1)


def _plan_of_runs(files, folder, y, raw, quiet, options):
    import numpy

    line = ["plan", "--runs", folder]
    if raw is None:
        line += ["--target", files.targets(y)]
    else:
        values = numpy.asarray(y.to_numpy() if hasattr(y, "to_numpy") else y).ravel()
        table = files.new(".csv")
        x = numpy.asarray(_array(raw))
        with open(table, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([f"x{j}" for j in range(x.shape[1])] + ["the target"])
            writer.writerows([*row, value] for row, value in zip(x.tolist(), values.tolist()))
        line += ["--labeled", table, "--target", "the target"]
    return _ask(Plan, *line, *_flags(options), quiet=quiet)


class _Clock:
    """Says what is done and what time is left, by rows."""

    def __init__(self, rows, quiet):
        self.left, self.quiet, self.spent, self.trained, self.start = rows, quiet, 0.0, 0, time.monotonic()

    def skip(self, rows):
        self.left -= rows
        self.start = time.monotonic()

    def done(self, part, rows):
        now = time.monotonic()
        self.spent, self.start = self.spent + now - self.start, now
        self.trained, self.left = self.trained + rows, self.left - rows
        if not self.quiet:
            ahead = self.spent / self.trained * self.left
            sys.stderr.write(f"{part}: done; about {_duration(ahead)} left\n" if self.left else f"{part}: done\n")


def _duration(seconds):
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


# --- arrays, through the shared library -----------------------------------------------------------------------------------------


def pca_law(spectrum, weights, *, noise, unlabeled, labeled, probabilities=(0.05, 0.5, 0.95)):
    """The law of principal components: `spectrum` are eigenvalues or a covariance, `weights` the target's, one for each kept."""
    return _law("pca", spectrum, None, weights, None, noise, unlabeled, labeled, probabilities)


def factor_law(loadings, coefficients, *, noise, unlabeled, labeled, columns=None, probabilities=(0.05, 0.5, 0.95)):
    """The law of the factor model: loadings (columns x factors), or the factors' strengths with `columns`."""
    return _law("factor", loadings, None, coefficients, columns, noise, unlabeled, labeled, probabilities)


def spectral_law(correlations, weights, *, noise, unlabeled, labeled, pairs=None, probabilities=(0.05, 0.5, 0.95)):
    """The law of linear spectral learning: correlations, or the covariance with that of `pairs`, E x x+'."""
    return _law("spectral", correlations, pairs, weights, None, noise, unlabeled, labeled, probabilities)


def masked_fit(
    rows, ridge="auto", *, center=True, scale=False, errors=True, out=None, groups=None, blocks=None, image=None, hide=0.0,
    quiet=False,
):  # fmt: skip
    """Every column from all the others; `ridge` a number or "auto" (smallest leave-one-out error).

    Rows: a frame, an array or a path. A frame of words, dates, truths or gaps is read as the command reads such files: columns of its
    own making (`columns` of the model), rows with gaps left out. Through the library a C-ordered array of float64 or float32 is read where it lies, and the
    weights are written into `out` (columns x columns, of the array's type) if given. Needs NumPy.

    `groups`: which rows belong together, a column's name, a path or a label for each row; "auto" is then by leave-group-out error.
    `blocks`: columns that never predict each other, "8x8" with image=(24, 24) or (24, 24, 3), a path or a label for each column;
    `hide` is the share of them hidden in training. Both go through the command.
    """
    import numpy

    together = dict(groups=groups, blocks=blocks, image="x".join(map(str, image)) if image else None, hide=hide or None)
    names = None if isinstance(rows, (str, os.PathLike)) else _names(rows)
    plain = _is_plain(rows)
    if isinstance(rows, (str, os.PathLike)) or library() is None or not plain or any(value is not None for value in together.values()):
        model = _masked_by_command(rows, names, ridge, center, scale, quiet, together)
        if out is not None:
            out[...] = model.weights
        return model
    x = numpy.ascontiguousarray(_array(rows))
    if x.ndim != 2:
        raise PretellError(f"rows have shape {x.shape}; give rows x columns", 64)
    d = x.shape[1]
    weights = numpy.empty((d, d), x.dtype) if out is None else out
    if weights.shape != (d, d) or weights.dtype != x.dtype or not weights.flags.c_contiguous:
        raise PretellError(f"out must be a C-ordered array of {x.dtype}, {d} x {d}", 64)
    means, scales = numpy.empty(d), numpy.empty(d)
    automatic = ridge == "auto"
    left_out = numpy.empty(d) if errors or automatic else None
    numbers = _MaskedNumbers()
    call = library().pretell_masked_fit_float if x.dtype == numpy.float32 else library().pretell_masked_fit
    flags = (1 if automatic else 0) | (0 if center else 2) | (4 if scale else 0)
    cautions = _called(
        call, _at(x), x.shape[0], d, 0.0 if automatic else float(ridge), flags, _at(weights), _at(means), _at(scales),
        _at(left_out), ctypes.byref(numbers), quiet=quiet)  # fmt: skip
    known = (numbers.leave_one_out_error, numbers.training_error, numbers.degrees_of_freedom) if numbers.has_errors else ()
    return MaskedModel(names, numbers.ridge, weights, means, scales, left_out, *known, warnings=cautions)


def library():
    """The shared library: PRETELL_LIBRARY's, or the one in the wheel; None where there is none."""
    if not hasattr(library, "loaded"):
        library.loaded = _loaded()
    return library.loaded


def _loaded():
    name = "libpretellc.dylib" if sys.platform == "darwin" else "libpretellc.so"
    own = Path(__file__).resolve().parent / "lib" / name
    path = os.environ.get("PRETELL_LIBRARY") or (str(own) if own.exists() else None)
    if not path:
        return None
    handle = ctypes.CDLL(path)
    if handle.pretell_interface() != 1:
        raise PretellError(f"{path} has interface {handle.pretell_interface()}, this module speaks 1; install both together", 64)
    return _declared(handle)


class _World(ctypes.Structure):
    """pretell_world of pretell.h."""

    _fields_ = [
        ("model", ctypes.c_int32), ("reserved", ctypes.c_int32), ("columns", ctypes.c_int64), ("kept", ctypes.c_int64),
        ("values", ctypes.c_void_p), ("matrix", ctypes.c_void_p), ("pair_matrix", ctypes.c_void_p),
        ("coefficients", ctypes.c_void_p), ("noise", ctypes.c_double), ("unlabeled", ctypes.c_int64),
        ("labeled", ctypes.c_int64),
    ]  # fmt: skip


class _LawNumbers(ctypes.Structure):
    """pretell_law_numbers of pretell.h."""

    _fields_ = [
        ("noise_variance", ctypes.c_double), ("effective_dimension", ctypes.c_int64), ("active_dimension", ctypes.c_int64),
        ("base_dimension", ctypes.c_int64), ("interaction_mean", ctypes.c_double), ("interaction_variance", ctypes.c_double),
        ("scaled_mean", ctypes.c_double), ("scaled_variance", ctypes.c_double), ("risk", ctypes.c_double),
        ("crossover_ratio", ctypes.c_double), ("has_crossover", ctypes.c_int64), ("weight_count", ctypes.c_int64),
    ]  # fmt: skip


class _MaskedNumbers(ctypes.Structure):
    """pretell_masked_numbers of pretell.h."""

    _fields_ = [
        ("ridge", ctypes.c_double), ("training_error", ctypes.c_double), ("leave_one_out_error", ctypes.c_double),
        ("degrees_of_freedom", ctypes.c_double), ("has_errors", ctypes.c_int64),
    ]  # fmt: skip


def _declared(handle):
    place, count = ctypes.c_void_p, ctypes.c_int64
    words = [ctypes.c_char_p, ctypes.c_size_t]
    handle.pretell_law.argtypes = [place, place, place, count, place, place, count, place, *words]
    for name in ("pretell_masked_fit", "pretell_masked_fit_float"):
        function = getattr(handle, name)
        function.argtypes = [place, count, count, ctypes.c_double, ctypes.c_uint32, place, place, place, place, place, *words]
    return handle


def _called(function, *arguments, quiet=True):
    """Calls the library; its warnings, or its error raised."""
    words = ctypes.create_string_buffer(4096)
    status = function(*arguments, words, len(words))
    text = words.value.decode("utf-8")
    if status:
        raise PretellError(text, status)
    cautions = [Caution(*(line.split("\t") + [None])[:3]) for line in text.split("\n") if line]
    if not quiet:
        for caution in cautions:
            sys.stderr.write(f"warning [{caution.code}]: {caution.message} {caution.remedy}\n")
    return cautions


def _law(model, given, pairs, coefficients, columns, noise, unlabeled, labeled, probabilities):
    given, pairs, target = _Grid(given), None if pairs is None else _Grid(pairs), _Grid(coefficients)
    if library() is None:
        return _law_by_command(model, given, pairs, target, columns, noise, unlabeled, labeled, probabilities)
    d, kept = columns if columns is not None else given.shape[0], target.shape[0]
    width = kept if model == "factor" else d
    for name, grid in (("the matrix", given), ("pairs", pairs)):
        if grid and len(grid.shape) == 2 and grid.shape != (d, width):
            raise PretellError(f"{name} has shape {grid.shape}; it must be {(d, width)}", 65)
    if len(given.shape) == 1 and given.shape[0] != width:
        raise PretellError(f"{given.shape[0]} values were given; there must be {width}", 65)
    values, matrix = (None, given.address) if len(given.shape) == 2 else (given.address, None)
    world = _World(
        {"pca": 1, "factor": 2, "spectral": 3}[model], 0, d, kept, values, matrix, pairs and pairs.address, target.address,
        noise, unlabeled, labeled)  # fmt: skip
    wanted = _Grid(list(probabilities))
    try:
        quantiles, weights, multiplicities = (_Grid([0.0] * count) for count in (wanted.shape[0], d, d))
    except (MemoryError, OverflowError):
        raise PretellError(f"columns is {d}: their weights do not fit into memory", 65) from None
    numbers = _LawNumbers()
    cautions = _called(
        library().pretell_law, ctypes.byref(world), wanted.address, quantiles.address, wanted.shape[0], weights.address,
        multiplicities.address, d, ctypes.byref(numbers))  # fmt: skip
    terms = [Weight(weights.entries[j], multiplicities.entries[j]) for j in range(numbers.weight_count)]
    deviation = numbers.scaled_variance**0.5
    scaled = {str(float(p)): q for p, q in zip(probabilities, quantiles.entries)}
    return Law(
        model, unlabeled, labeled, numbers.noise_variance, numbers.effective_dimension, numbers.active_dimension,
        numbers.base_dimension, Spread(numbers.interaction_mean, numbers.interaction_variance**0.5, weights=terms),
        Spread(numbers.scaled_mean, deviation, scaled),
        Spread(numbers.scaled_mean / labeled, deviation / labeled, {p: q / labeled for p, q in scaled.items()}),
        Spread(numbers.risk), numbers.crossover_ratio if numbers.has_crossover else None, cautions)  # fmt: skip


def _law_by_command(model, given, pairs, target, columns, noise, unlabeled, labeled, probabilities):
    keys = {"pca": ("eigenvalues", "covariance"), "factor": ("strengths", "loadings"), "spectral": ("correlations", "covariance")}
    lines = [f'model = "{model}"', f"{keys[model][len(given.shape) - 1]} = {given.nested}"]
    lines += [f"rank = {target.shape[0]}"] if model != "factor" else []
    lines += [f"dimension = {columns}"] if columns is not None else []
    lines += [f"pair_covariance = {pairs.nested}"] if pairs else []
    lines += ["[downstream]", f"{'coefficients' if model == 'factor' else 'weights'} = {target.nested}", f"noise = {float(noise)}"]
    lines += ["[samples]", f"unlabeled = {unlabeled}", f"labeled = {labeled}"]
    with _Files() as files:
        place = files.new(".toml")
        place.write_text("\n".join(lines) + "\n")
        return law(place, quiet=True, probability=list(probabilities))


class _Grid:
    """Numbers in a row or a rectangle as the library reads them: an array's where they are, lists' copied."""

    def __init__(self, given):
        if hasattr(given, "__array__"):
            import numpy

            self.entries = numpy.ascontiguousarray(given, numpy.float64)
            self.shape, self.address = self.entries.shape, self.entries.ctypes.data
            return
        rows = [list(map(float, row)) if hasattr(row, "__len__") else float(row) for row in given]
        is_matrix = bool(rows) and isinstance(rows[0], list)
        if is_matrix and len({len(row) for row in rows}) > 1:
            raise PretellError("the rows of a matrix have different lengths", 65)
        self.shape = (len(rows), len(rows[0])) if is_matrix else (len(rows),)
        flat = [value for row in rows for value in row] if is_matrix else rows
        self.entries = (ctypes.c_double * len(flat))(*flat)
        self.address = ctypes.addressof(self.entries)

    @property
    def nested(self):
        """As an instance file writes it."""
        flat = [float(value) for value in (self.entries.ravel() if hasattr(self.entries, "ravel") else self.entries)]
        if len(self.shape) == 1:
            return flat
        return [flat[start : start + self.shape[1]] for start in range(0, len(flat), self.shape[1])]


def _masked_by_command(rows, names, ridge, center, scale, quiet, together):
    import numpy

    with _Files() as files:
        place = files.new(".npz")
        labels = {name: files.labels(together[name], name) for name in ("groups", "blocks")}
        options = _flags({"no_center": not center, "scale": scale, **together, **labels})
        # A column of groups is a column of the frame.
        named = names is not None and isinstance(together["groups"], str) and together["groups"] in names
        as_it_is = names is None or named or not _is_plain(rows)
        given = files.path(rows if as_it_is else _array(rows))
        if as_it_is:
            names = None
            options += _named_columns(rows)
        answer = run("masked", "fit", given, "--ridge", ridge, "--output", place, *options, quiet=quiet)
        with numpy.load(place) as stored:
            arrays = {name: stored[name] for name in stored.files}
    columns = names or [column["column"] for column in answer.column_errors]
    return MaskedModel(
        columns, answer.ridge, _weights(arrays), arrays["mean"].ravel(), arrays["scale"].ravel(),
        numpy.array([column["leave_one_out_error"] for column in answer.column_errors], float),
        answer.leave_one_out_error, answer.training_error, answer.degrees_of_freedom, answer.warnings,
        getattr(answer, "leave_group_out_error", None))  # fmt: skip


def _weights(arrays):
    """A from a saved model, also from the factored form of more columns than rows."""
    import numpy

    if "weights" in arrays:
        return arrays["weights"]
    vectors, values = arrays["vectors"], arrays["eigenvalues"].reshape(-1, 1)
    right = vectors * (arrays["gain"].ravel() * values + arrays["offset"].ravel()) / (values + arrays["ridge"].ravel())
    weights = vectors.T @ right
    numpy.fill_diagonal(weights, 0)
    return weights


def _array(rows):
    """Rows as a NumPy array of float32 (if they are) or float64."""
    import numpy

    array = rows.to_numpy() if hasattr(rows, "to_numpy") else numpy.asarray(rows)
    return array if array.dtype == numpy.float32 else numpy.asarray(array, numpy.float64)


def _names(rows):
    names = getattr(rows, "columns", None)
    if names is None:
        import numpy

        names = range(1, numpy.shape(rows)[-1] + 1)
    return [str(name) for name in names]


def _at(array):
    return None if array is None else array.ctypes.data


if __name__ == "__main__":
    main()
