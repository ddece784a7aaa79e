#!/usr/bin/env bash
# Builds the site and follows every link of it.
# usage: Tests/site.sh       (needs the built command, pip and its index; PRETELL names another command)
set -uo pipefail
root=$(realpath "$(dirname "$0")/..")
"$root/Docs/build"
case $? in
  0) ;;
  69) echo "left out: pip finds no Sphinx here"; exit 0 ;;
  *) echo "FAILED  the site"; exit 1 ;;
esac
python3 "$root/Tests/PythonChecks/site.py" "$root/.build/site/html" || { echo "FAILED  the site's links"; exit 1; }
