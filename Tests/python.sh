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
for package in numpy pandas polars scikit-learn; do
  "$folder/venv/bin/pip" install --quiet --only-binary :all: "$package" >/dev/null 2>&1 || echo "left out: no $package here"
done

# Nothing but the interpreter: no PATH to a toolchain, no library path, another folder.
bare() { (cd "$folder" && env -i HOME="$folder" PATH=/usr/bin:/bin EXAMPLES="$root/Examples" "$@"); }
foreign() { # libraries from anywhere but the wheel and those that manylinux promises: C, C++, zlib
  bare ldd "$1" | grep -vE 'pretell\.libs/|linux-vdso|ld-linux|lib(c|m|gcc_s|stdc\+\+|dl|rt|pthread|util|z)\.so'
}
command=$(echo "$folder"/venv/lib/python3*/site-packages/pretell/bin/pretell)
check "the command is in the wheel" test -x "$command"
library=$(dirname "$command")/../lib/libpretellc.so
check "so is the shared library" test -f "$library"
check "they take their libraries from the wheel" bash -c '! grep .' < <(foreign "$command"; foreign "$library")
check "the script runs the command" bare "$folder/venv/bin/pretell" law "$root/Examples/factor.toml" --quiet
checks_of="frames library columns dialects graphs"
if "$folder/venv/bin/python" -c 'import sklearn' 2>/dev/null; then checks_of+=" estimators"; else echo "left out: the estimators"; fi
for checks in $checks_of; do
  bare "$folder/venv/bin/python" "$root/Tests/PythonChecks/$checks.py" || failed=1
done
if "$folder/venv/bin/pip" install --quiet --only-binary :all: scikit-learn >/dev/null 2>&1; then
  check "encoders of scikit-learn, forecast and come true" bare "$folder/venv/bin/python" "$root/Examples/encoders_scikit.py"
else
  echo "left out: no scikit-learn here"
fi
exit "$failed"
