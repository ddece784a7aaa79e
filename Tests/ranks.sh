#!/usr/bin/env bash
# Sweeps and fits over 2 and 4 ranks on this machine give what one process gives; a rank that dies costs its running chunk.
# usage: Tests/ranks.sh .build/release/pretell       (built with --traits MPI; needs mpirun)
set -uo pipefail
pretell=$(realpath "$1")
examples=$(realpath "$(dirname "$0")/../Examples")
command -v mpirun >/dev/null || { echo "left out: no mpirun"; exit 0; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
failed=0

check() { # check "what" command...
  local what=$1
  shift
  if "$@"; then printf 'ok      %s\n' "$what"; else printf 'FAILED  %s\n' "$what"; failed=1; fi
}

together() { # together RANKS arguments...
  local ranks=$1
  shift
  timeout 300 mpirun --allow-run-as-root --oversubscribe -n "$ranks" "$pretell" "$@"
}

sweep=(sweep "$examples/factor.toml" --sampler rows --vary samples.labeled=100,300 --vary dimension=10,20 --simulate 500)
"$pretell" "${sweep[@]}" >one.csv
for ranks in 2 4; do
  together "$ranks" "${sweep[@]}" --store "$ranks.sqlite" >"$ranks.csv" 2>"$ranks.txt"
  check "$ranks ranks: the bytes of one process" cmp -s one.csv "$ranks.csv"
done

# --- one rank of four dies in the middle
together 4 "${sweep[@]}" --store killed.sqlite >killed.csv 2>killed.txt &
job=$!
for _ in $(seq 200); do [ -s killed.sqlite-wal ] && break; sleep 0.05; done
sleep 0.5
victim=$(pgrep -f "^$pretell sweep.*killed.sqlite" | tail -1)
[ -n "$victim" ] && kill -9 "$victim"
wait "$job"
check "a rank died: mpirun says so" test $? -ne 0
check "a rank died: the store is sound" "$pretell" store show killed.sqlite --output show.txt
head -1 show.txt
together 2 "${sweep[@]}" --store killed.sqlite --resume >killed.csv 2>>killed.txt
check "a rank died: the rest is added" cmp -s one.csv killed.csv

# --- one Gram matrix, every rank its share of the rows
"$pretell" masked fit "$examples/digits_x.npy" --ridge 0.5 --no-errors --output 1.npz >fit.txt
for ranks in 2 4; do
  together "$ranks" masked fit "$examples/digits_x.npy" --ridge 0.5 --output "$ranks.npz" >fit.txt 2>&1
  "$pretell" data describe "1.npz[weights]" | tail -n +3 >a.txt
  "$pretell" data describe "$ranks.npz[weights]" | tail -n +3 >b.txt
  check "$ranks ranks: the weights of one process to four digits" cmp -s a.txt b.txt
done

# --- rows of text: every rank finds its share
awk 'BEGIN { srand(1); print "a,b,c,\"d,e\""; for (i = 0; i < 5000; i++) printf "%f,%f,\"%f\",%f\n", rand(), 3 * rand(), 9 * rand(), 30 * rand() }' >rows.csv
"$pretell" masked fit rows.csv --ridge 0.5 --no-errors --output text1.npz >fit.txt
for ranks in 2 4; do
  together "$ranks" masked fit rows.csv --ridge 0.5 --output "text$ranks.npz" >fit.txt 2>&1
  "$pretell" data describe "text1.npz[weights]" | tail -n +3 >a.txt
  "$pretell" data describe "text$ranks.npz[weights]" | tail -n +3 >b.txt
  check "$ranks ranks, a CSV file: the weights of one process to four digits" cmp -s a.txt b.txt
done

# --- an entry that only the last rank sees ends all ranks at once
awk '{ print } END { print "1,2,x,4" }' rows.csv >broken.csv
for options in "" --distributed; do
  start=$(date +%s%N)
  together 2 components broken.csv -k 1 $options >/dev/null 2>error.txt
  status=$?
  elapsed=$((($(date +%s%N) - start) / 1000000))
  check "a bad cell for rank 1 $options: exit code 65" test "$status" -eq 65
  check "a bad cell for rank 1 $options: its line" grep -q "5002" error.txt
  check "a bad cell for rank 1 $options: at once ($elapsed ms)" test "$elapsed" -lt 5000
done

# --- matrices that no rank holds, through ScaLAPACK
python3=$(command -v python3 || true)
"$python3" -c 'import numpy' 2>/dev/null || python3=
close() { # close A.npz B.npz ARRAY...: equal to 1e-10 of the largest entry
  "$python3" - "$@" <<'PYTHON'
import sys
import numpy
one, other = numpy.load(sys.argv[1]), numpy.load(sys.argv[2])
for name in sys.argv[3:]:
    difference = numpy.abs(one[name] - other[name]).max() / max(numpy.abs(one[name]).max(), 1e-300)
    print(f"        {name}: {difference:.1e}")
    if not (one[name].shape == other[name].shape and difference < 1e-10):
        sys.exit(1)
PYTHON
}
if [ -n "$python3" ]; then
  models=(mean scale precision_diagonal ridge centered scaled weights)
  "$pretell" masked fit "$examples/digits_x.npy" --ridge 0.5 --scale --no-errors --output scaled.npz >fit.txt
  "$pretell" components "$examples/digits_x.npy" -k 10 --output components.npz >fit.txt
  for ranks in 2 4; do
    together "$ranks" masked fit "$examples/digits_x.npy" --ridge 0.5 --distributed --output "d$ranks.npz" >fit.txt 2>&1
    check "$ranks ranks, distributed: the model of one process" close 1.npz "d$ranks.npz" "${models[@]}"
    together "$ranks" masked fit "$examples/digits_x.npy" --ridge 0.5 --scale --distributed --output "s$ranks.npz" >fit.txt 2>&1
    check "$ranks ranks, distributed: scaled columns, too" close scaled.npz "s$ranks.npz" "${models[@]}"
    parts=(mean variances directions total_variance)
    together "$ranks" components "$examples/digits_x.npy" -k 10 --output "p$ranks.npz" >fit.txt 2>&1
    check "$ranks ranks: the components of one process" close components.npz "p$ranks.npz" "${parts[@]}"
    together "$ranks" components "$examples/digits_x.npy" -k 10 --distributed --output "q$ranks.npz" >fit.txt 2>&1
    "$pretell" components rows.csv -k 3 --output text.npz >fit.txt
    together "$ranks" components rows.csv -k 3 --distributed --output "t$ranks.npz" >fit.txt 2>&1
    check "$ranks ranks, distributed, a CSV file: the components of one process" close text.npz "t$ranks.npz" "${parts[@]}"
    check "$ranks ranks, distributed: the components of one process" close components.npz "q$ranks.npz" "${parts[@]}"
  done
  # One of four dies: no file, no hanging ranks.
  "$python3" -c 'import numpy; numpy.save("large.npy", numpy.random.default_rng(1).standard_normal((6000, 1500)))'
  together 4 components large.npy -k 5 --distributed --output dead.npz >dead.txt 2>&1 &
  job=$!
  for _ in $(seq 100); do victim=$(pgrep -f "^$pretell components large.npy" | tail -1); [ -n "$victim" ] && break; sleep 0.05; done
  sleep 0.7
  kill -9 "$victim" 2>/dev/null
  wait "$job"
  check "distributed, a rank died: mpirun says so" test $? -ne 0
  check "distributed, a rank died: nothing was written" test ! -e dead.npz
  together 2 components "$examples/digits_x.npy" -k 10 --distributed --memory 1KB >/dev/null 2>error.txt
  check "distributed: too little memory is said before the work" grep -q "Start more ranks" error.txt
else
  echo "left out: distributed matrices (comparing needs python3 with numpy)"
fi

# --- errors end all ranks with the exit code of one
together 2 sweep "$examples/nowhere.toml" --vary dimension=10 >/dev/null 2>error.txt
check "errors: exit code 66" test $? -eq 66
check "errors: said" grep -q "nowhere.toml" error.txt
exit "$failed"
