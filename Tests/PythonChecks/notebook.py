"""Runs a notebook's code cells as one script and compares what they print with the stored outputs, numbers to six digits.

matplotlib is replaced where it is missing: pictures are not compared. Run by PythonTests, with the notebook's path in NOTEBOOK.
"""

import ast
import contextlib
import importlib.util
import io
import json
import os
import pathlib
import re
import sys
import unittest.mock

path = pathlib.Path(os.environ["NOTEBOOK"]).resolve()
cells = [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]
os.chdir(path.parent)
sys.path.insert(0, str(path.parent.parent / "Python"))
os.environ["MPLBACKEND"] = "agg"
if not importlib.util.find_spec("matplotlib"):
    stand_in = unittest.mock.MagicMock()
    stand_in.pyplot.subplots.return_value = (unittest.mock.MagicMock(), [unittest.mock.MagicMock() for _ in range(3)])
    several = unittest.mock.MagicMock()
    stand_in.pyplot.subplots.side_effect = lambda *shape, **_: (several, [several] * 3 if shape else several)
    sys.modules["matplotlib"], sys.modules["matplotlib.pyplot"] = stand_in, stand_in.pyplot


def printed(source, names):
    """What the cell prints, and its last expression as a notebook shows it."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()):
        exec(compile(tree, "cell", "exec"), names)
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None
    shown = "" if value is None or "plt.show" in source else repr(value)
    return output.getvalue() + shown


def stored(cell):
    texts = []
    for output in cell["outputs"]:
        if output["output_type"] == "stream" and output["name"] == "stdout":
            texts.append("".join(output["text"]))
        elif output["output_type"] == "execute_result":
            texts.append("".join(output["data"]["text/plain"]))
    return "".join(texts)


def agree(one, other):
    """The same words, numbers to six digits; spacing does not count."""
    number = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")
    words = [number.sub("#", text).split() for text in (one, other)]
    values = [[float(found) for found in number.findall(text)] for text in (one, other)]
    return words[0] == words[1] and all(abs(a - b) <= 1e-6 * max(abs(a), 1e-3) for a, b in zip(*values))


assert agree("risk 3.25  of all", "risk 3.25 of all") and not agree("risk 3.25", "risk 3.26") and not agree("a 1", "b 1")
names, compared = {"__name__": "__main__"}, 0
for number, cell in enumerate(cells, 1):
    now, then = printed("".join(cell["source"]), names), stored(cell)
    assert agree(now, then), f"cell {number} prints\n{now}\nand shows\n{then}"
    compared += bool(then)
assert compared >= 5, compared
assert not re.search(r"/(home|root|tmp|work|Users)/|pip install .*https?:", path.read_text()), "the notebook names a place of its author's"
print(f"{compared} cells agree")
