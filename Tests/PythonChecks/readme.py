"""Runs the Python blocks of Python/README.md; every `print(…)  # words` must print a line that begins with these words.

Blocks that import scikit-learn are left to estimators.py, which runs this file with ESTIMATORS set.
"""

import contextlib
import io
import os
import pathlib
import re

text = pathlib.Path("Python/README.md").read_text()
checked = 0
for block in re.findall(r"```python\n(.*?)```", text, flags=re.S):
    if ("import sklearn" in block or "from sklearn" in block) != bool(os.environ.get("ESTIMATORS")):
        continue
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()):
        exec(compile(block, "README.md", "exec"), {})
    printed = output.getvalue().splitlines()
    promised = re.findall(r"^print\(.*\)\s+# (.*)$", block, flags=re.M)
    assert len(printed) == len(promised), (printed, promised)
    for line, words in zip(printed, promised):
        assert line.startswith(words), f"prints '{line}', not '{words}'"
        checked += 1
assert checked >= (2 if os.environ.get("ESTIMATORS") else 5), checked
print(f"{checked} lines come true")
