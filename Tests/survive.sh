#!/usr/bin/env bash
# A sweep survives what kills it: kill -9 at 50 random moments, a full disk, a store that may not be written.
# usage: Tests/survive.sh .build/release/pretell [kills]      (full disk and read-only disk need root, else left out)
set -uo pipefail
pretell=$(realpath "$1")
kills=${2:-50}
instance=$(realpath "$(dirname "$0")/../Examples/factor.toml")
folder=$(mktemp -d)
disk=$folder/disk
trap 'mountpoint -q "$disk" && umount "$disk"; rm -rf "$folder"' EXIT
cd "$folder"
mkdir disk
failed=0

check() { # check "what" command...
  local what=$1
  shift
  if "$@"; then printf 'ok      %s\n' "$what"; else printf 'FAILED  %s\n' "$what"; failed=1; fi
}

sweep() { # sweep STORE further options...
  local store=$1
  shift
  "$pretell" sweep "$instance" --sampler rows --vary samples.labeled=100,300 --vary dimension=10,20 --simulate 2500 \
    --store "$store" "$@"
}

# --- kill -9
"$pretell" sweep "$instance" --sampler rows --vary samples.labeled=100,300 --vary dimension=10,20 --simulate 2500 >whole.csv
sweep whole.sqlite >/dev/null
survived=0
unsound=0
for _ in $(seq "$kills"); do
  (exec "$pretell" sweep "$instance" --sampler rows --vary samples.labeled=100,300 --vary dimension=10,20 --simulate 2500 \
    --store s.sqlite >/dev/null 2>&1) &
  process=$!
  sleep "0.$(printf %03d $((RANDOM % 150)))"
  kill -9 "$process" 2>/dev/null && survived=$((survived + 1))
  wait "$process" 2>/dev/null
  # Killed before the store had its tables, there is nothing in it, and `store show` says so.
  if [ -s s.sqlite ]; then
    "$pretell" store show s.sqlite >/dev/null 2>show.txt || grep -q 'stopped before it began' show.txt ||
      unsound=$((unsound + 1))
  fi
done
printf '%s runs killed of %s; store has %s replicates\n' "$survived" "$kills" \
  "$("$pretell" store export s.sqlite --replicates 2>/dev/null | tail -n +2 | wc -l)"
check "sound after every kill" test "$unsound" -eq 0
sweep s.sqlite --resume >end.csv
check "bytes of an uninterrupted run" cmp -s whole.csv end.csv
"$pretell" store export s.sqlite --replicates >a.csv
"$pretell" store export whole.sqlite --replicates >b.csv
check "every replicate once, every bit" cmp -s a.csv b.csv
fingerprint() { "$pretell" store show "$1" --json | grep '"fingerprint"'; }
check "equal fingerprints" test "$(fingerprint s.sqlite)" = "$(fingerprint whole.sqlite)"

# --- full disk
if mount -t tmpfs -o size=256k tmpfs disk 2>/dev/null; then
  "$pretell" sweep "$instance" --vary samples.labeled=100,300 --simulate 40000 --store disk/s.sqlite >full.csv 2>full.txt
  status=$?
  check "full disk: exit code 1, a clear error, no result" \
    test "$status" -eq 1 -a ! -s full.csv -a "$(grep -c 'the disk is full' full.txt)" -eq 1
  check "full disk: store sound" "$pretell" store show disk/s.sqlite --output show.txt
  mount -o remount,size=64m disk
  "$pretell" sweep "$instance" --vary samples.labeled=100,300 --simulate 40000 --store disk/s.sqlite --resume >more.csv
  "$pretell" sweep "$instance" --vary samples.labeled=100,300 --simulate 40000 >memory.csv
  check "full disk: goes on once there is room" cmp -s more.csv memory.csv
  # --- read-only disk
  mount -o remount,ro disk
  "$pretell" sweep "$instance" --vary samples.labeled=100,300 --simulate 40001 --store disk/s.sqlite >ro.csv 2>ro.txt
  status=$?
  check "read-only: exit code 1, a clear error" \
    test "$status" -eq 1 -a ! -s ro.csv -a "$(grep -c 'cannot be written' ro.txt)" -eq 1
  check "read-only: can be read" "$pretell" store show disk/s.sqlite --output show.txt
else
  echo "left out: full disk and read-only disk (mounting needs root)"
fi
exit "$failed"
