"""Builds command and shared library with the Swift runtime inside and adds them to the wheel. Needs `swift` and what `../setup`
installs."""

import shutil
import subprocess
import sys
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent.parent
BUILT = ROOT / ".build" / "static"


class CommandHook(BuildHookInterface):
    def initialize(self, version, build_data):
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{self._platform()}"
        ending = ".dylib" if sys.platform == "darwin" else ".so"
        for product, name, place in (("pretell", "pretell", "bin"), ("pretellc", f"libpretellc{ending}", "lib")):
            self._build(product)
            build_data["force_include"][str(self._stripped(name))] = f"pretell/{place}/{name}"
        build_data["force_include"][str(ROOT / "Sources" / "CPretell" / "pretell.h")] = "pretell/include/pretell.h"
        build_data["force_include"][str(ROOT / "LICENSE")] = "pretell/LICENSE"

    def _build(self, product):
        """Linked so that it needs no Swift where it runs. A folder of its own: other flags, other objects."""
        line = ["swift", "build", "--configuration", "release", "--scratch-path", str(BUILT), "--product", product]
        if sys.platform == "linux":
            line += ["-Xswiftc", "-static-stdlib"]
            if product == "pretellc":  # what pretell.h declares and nothing else
                line += ["-Xlinker", f"--version-script={ROOT / 'Python' / 'exports.map'}"]
        subprocess.run(line, cwd=ROOT, check=True, stdout=sys.stderr)

    def _stripped(self, name):
        """A third smaller without symbols for debuggers."""
        source, target = BUILT / "release" / name, BUILT / "stripped" / name
        target.parent.mkdir(exist_ok=True)
        if sys.platform == "linux":
            subprocess.run(["strip", "-o", str(target), str(source)], check=True)
        else:
            shutil.copy2(source, target)
        return target

    @staticmethod
    def _platform():
        from packaging.tags import platform_tags

        return next(platform_tags())
