"""Fetches MovieLens-100K (943 people, 1682 films, 100 000 ratings; GroupLens, for research, not to be redistributed).

    python Examples/fetch_movielens.py FOLDER     writes FOLDER/ml-100k.inter, once

The file is taken from the Python package recbole, which carries it, through pip.
"""

import subprocess
import sys
import zipfile
from pathlib import Path

folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
target = folder / "ml-100k.inter"
if not target.exists():
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, "recbole"], check=True)
    wheel = next(folder.glob("recbole-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith("/ml-100k.inter"))
        target.write_bytes(archive.read(name))
    wheel.unlink()
    print(f"{target}: {sum(1 for _ in open(target)) - 1} ratings")
