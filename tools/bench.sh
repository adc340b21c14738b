#!/usr/bin/env bash
# tools/bench.sh [NAME...]: builds and runs the comparisons of bench/, all or those named. Each prints
# ratios, not seconds; those that it prints as "ratio WHAT: X (aim Y)" stand in a table at the end.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/install-needs.sh build test bench
tools/build.sh
ran=0
ratios=$(mktemp)
trap 'rm -f "$ratios"' EXIT
for program in build/bench/*-bench bench/*.sh; do
    [ -f "$program" ] && [ -x "$program" ] || continue
    name=$(basename "$program")
    [ $# -eq 0 ] || case " $* " in *" $name "*|*" ${name%-bench} "*|*" ${name%.sh} "*) ;; *) continue ;; esac
    echo "== $name"
    PROVISO_BUILD=build "$program" | tee -a "$ratios"
    ran=$((ran + 1))
done
[ "$ran" -gt 0 ] || { echo "There is nothing to measure of that name." >&2; exit 2; }
echo "== ratios"
sed -nE 's/^ratio (.*): ([0-9.]+) \(aim ([0-9.]+)\)$/\1\t\2\t\3/p' "$ratios" |
    awk -F'\t' '{ printf "%-76s %8.2f   aim %5.2f   %s\n", $1, $2, $3, ($2 >= $3 ? "reached" : "not reached") }'
