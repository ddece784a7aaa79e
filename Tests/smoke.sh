#!/usr/bin/env bash
# Bad input never crashes and never gives a number: exit code as promised, nothing on standard output.
set -uo pipefail
pretell=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
passed=0
failed=0

expect() { # expect CODE command...
  local code=$1 output status
  shift
  output=$("$pretell" "$@" 2>errors.txt </dev/null)
  status=$?
  if [ "$status" -eq "$code" ] && [ -z "$output" ] && [ -s errors.txt ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED pretell %s\n  exit %s instead of %s; standard output: %s; standard error: %s\n' \
      "$*" "$status" "$code" "${output:0:200}" "$(head -c 400 errors.txt)"
  fi
}

printf 'a,b,y\n1,2,3\n4,oops,6\n' >word.csv
printf 'a,b,y\n1,2,3\n4,5\n' >ragged.csv
printf 'a,b,y\n1,2,3\n4,,6\n' >hole.csv
printf 'a,b,y\n1,2,3\n4,inf,6\n' >infinite.csv
printf '' >empty.csv
printf 'a,b\n1,2\n3,4\n' >rows.csv
printf '\x93NUMPY\x01\x00\x76\x00{' >cut.npy
printf 'PK\x03\x04broken' >cut.npz
head -c 4096 /dev/urandom >noise.npy
printf 'PAR1abcdPAR1' >table.parquet
printf 'model = "factor"\ndimension = ' >cut.toml
printf 'model = "factor"\ndimention = 10\nstrengths = [1.0]\n' >typo.toml
printf 'model = "factor"\ndimension = 10\nstrengths = [-1.0]\n[downstream]\ncoefficients = [1.0]\nnoise = 0.5\n[samples]\nunlabeled = 10\nlabeled = 10\n' >negative.toml
mkdir folder.csv

expect 64 plan
expect 64 law
expect 64 nonsense
expect 66 law missing.toml
expect 66 plan --unlabeled missing.csv --labeled rows.csv --target b
for file in word ragged hole infinite empty; do
  expect 65 plan --unlabeled rows.csv --labeled "$file.csv" --target y
done
expect 65 plan --unlabeled rows.csv --labeled rows.csv --target y
expect 65 plan --unlabeled table.parquet --labeled rows.csv --target b
expect 65 plan --unlabeled folder.csv --labeled rows.csv --target b
for file in cut.npy cut.npz noise.npy empty.csv table.parquet; do expect 65 data describe "$file"; done
expect 65 backtest --data hole.csv --target y
for file in cut typo negative; do expect 65 law "$file.toml"; done
expect 65 simulate typo.toml --replicates 10

head -c 8192 /dev/urandom >noise.sqlite
printf 'model = "factor"\ndimension = 10\nstrengths = [1.0]\n[downstream]\ncoefficients = [1.0]\nnoise = 0.5\n[samples]\nunlabeled = 10\nlabeled = 10\n' >good.toml
expect 64 sweep good.toml --vary dimension
expect 64 sweep good.toml --vary dimension=5:9
expect 64 sweep good.toml --simulate 1
expect 64 sweep good.toml --resume
expect 65 sweep good.toml --vary dimension=10,1
expect 65 sweep typo.toml --vary dimension=10,20
expect 65 sweep good.toml --store noise.sqlite
expect 74 sweep good.toml --store folder.csv
expect 74 sweep good.toml --store nowhere/s.sqlite
expect 66 sweep good.toml --store missing.sqlite --resume
expect 65 store show noise.sqlite
expect 65 store export word.csv
expect 66 store show missing.sqlite
expect 66 store list nowhere
expect 66 store merge missing.sqlite --output x.sqlite

printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
