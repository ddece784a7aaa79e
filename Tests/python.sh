#!/usr/bin/env bash
# Builds the wheel, installs it in a fresh virtual environment, and asks it from NumPy, pandas and polars with no Swift in sight.
# usage: Tests/python.sh [WHEEL]       (builds Python/dist/*.whl when none is given; needs pip and its index)
set -uo pipefail
root=$(realpath "$(dirname "$0")/..")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0

check() { # check "what" command...
  local what=$1
  shift
  if "$@" >"$folder/said.txt" 2>&1; then
    printf 'ok      %s\n' "$what"
  else
    printf 'FAILED  %s\n' "$what"
    sed 's/^/        /' "$folder/said.txt" | tail -n 20
    failed=1
  fi
}

python3 -m venv "$folder/venv" || { echo "left out: python3 makes no virtual environment"; exit 0; }
if ! "$folder/venv/bin/pip" download --quiet --no-deps --dest "$folder" hatchling >"$folder/said.txt" 2>&1; then
  echo "left out: pip finds no packages here"
  exit 0
fi
wheel=${1:-}
if [ -z "$wheel" ]; then
  "$root/Python/build_wheel" >"$folder/build.txt" 2>&1 || { tail -n 40 "$folder/build.txt"; echo "FAILED  the wheel"; exit 1; }
  wheel=$(ls "$root"/Python/dist/pretell-*.whl)
fi
check "the wheel installs" "$folder/venv/bin/pip" install --quiet "$wheel"
for package in numpy pandas polars; do
  "$folder/venv/bin/pip" install --quiet --only-binary :all: "$package" >/dev/null 2>&1 || echo "left out: no $package here"
done

# Nothing but the interpreter: no PATH to a toolchain, no library path, another folder.
bare() { (cd "$folder" && env -i HOME="$folder" PATH=/usr/bin:/bin EXAMPLES="$root/Examples" "$@"); }
foreign() { # libraries from anywhere but the wheel and the C and C++ libraries of the system
  bare env LD_TRACE_LOADED_OBJECTS=1 "$1" | grep -vE 'pretell\.libs/|linux-vdso|ld-linux|lib(c|m|gcc_s|stdc\+\+|dl|rt|pthread|util)\.so'
}
command=$(echo "$folder"/venv/lib/python3*/site-packages/pretell/bin/pretell)
check "the command is in the wheel" test -x "$command"
if [ "$(uname)" = Linux ]; then
  check "it takes its libraries from the wheel" bash -c '! grep -q .' <(foreign "$command")
fi
check "the script runs the command" bare "$folder/venv/bin/pretell" law "$root/Examples/factor.toml" --quiet
bare "$folder/venv/bin/python" "$root/Tests/PythonChecks/frames.py" || failed=1
exit "$failed"
