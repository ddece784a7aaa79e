"""The command's bar reaches a terminal as it is and a notebook's cell as a bar; run by PythonTests."""

import io
import os
import sys
import tempfile
import types

import pretell

# A command that draws two bars and a warning on a terminal, and prints JSON.
folder = tempfile.TemporaryDirectory()
fake = os.path.join(folder.name, "pretell")
with open(fake, "w") as program:
    program.write(
        f"""#!{sys.executable}
import json, sys, time
if sys.stderr.isatty():
    for percent in (25, 75):
        sys.stderr.write(f"\\rfitting ███░ {{percent}} %, 3 s left\\x1b[K")
        sys.stderr.flush()
        time.sleep(0.05)
    sys.stderr.write("\\r\\x1b[K")
if "--quiet" not in sys.argv:
    sys.stderr.write("warning [few-labels]: few\\n")
print(json.dumps({{"command": "plan", "warnings": [], "filler": "x" * 300000}}))
"""
    )
os.chmod(fake, 0o755)
os.environ["PRETELL"] = fake


class Screen(io.StringIO):
    def __init__(self, terminal):
        super().__init__()
        self.terminal = terminal

    def isatty(self):
        return self.terminal


def said(terminal, quiet=False):
    real, sys.stderr = sys.stderr, Screen(terminal)
    try:
        answer = pretell.run("plan", quiet=quiet)
        assert len(answer.filler) == 300000
        return sys.stderr.getvalue()
    finally:
        sys.stderr = real


terminal = said(True)
assert "\r" in terminal and "25 %" in terminal and "75 %" in terminal and "warning [few-labels]" in terminal, repr(terminal)
assert said(False) == "warning [few-labels]: few\n" and said(True, quiet=True) == "" and said(False, quiet=True) == ""
print("ok      terminal")

shown = []


class Handle:
    def update(self, data, raw):
        shown.append(data)


def display(data, raw, display_id):
    shown.append(data)
    return Handle()


shell = types.SimpleNamespace(kernel=object())
sys.modules["IPython"] = types.SimpleNamespace(get_ipython=lambda: shell)
sys.modules["IPython.display"] = types.SimpleNamespace(display=display)
words = said(False)
assert words == "warning [few-labels]: few\n", repr(words)
assert [data.get("text/html", "") for data in shown] == [
    'fitting <progress max="100" value="25"></progress> 25 %, 3 s left',
    'fitting <progress max="100" value="75"></progress> 75 %, 3 s left',
    "",
], shown
assert "\x1b" not in "".join(shown[0].values())
shown.clear()
assert said(False, quiet=True) == "" and not shown
print("ok      notebook")
