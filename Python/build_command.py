"""Builds the command with the Swift runtime inside and adds it to the wheel. Asks for `swift` and for what `../setup` installs."""

import shutil
import subprocess
import sys
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent.parent
BUILT = ROOT / ".build" / "static"


class CommandHook(BuildHookInterface):
    def initialize(self, version, build_data):
        program = self._stripped(self._built("pretell"))
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{self._platform()}"
        build_data["force_include"][str(program)] = "pretell/bin/pretell"
        build_data["force_include"][str(ROOT / "LICENSE")] = "pretell/LICENSE"

    def _built(self, product):
        """The product, linked so that it needs no Swift on the machine it runs on. A folder of its own: other flags, other objects."""
        line = ["swift", "build", "--configuration", "release", "--scratch-path", str(BUILT), "--product", product]
        if sys.platform == "linux":
            line += ["-Xswiftc", "-static-stdlib"]
        subprocess.run(line, cwd=ROOT, check=True, stdout=sys.stderr)
        return BUILT / "release" / product

    def _stripped(self, program):
        """A third smaller without symbols for debuggers."""
        target = BUILT / "stripped" / program.name
        target.parent.mkdir(exist_ok=True)
        if shutil.which("strip"):
            subprocess.run(["strip", "-o", str(target), str(program)], check=True)
        else:
            shutil.copy2(program, target)
        return target

    @staticmethod
    def _platform():
        from packaging.tags import platform_tags

        return next(platform_tags())
