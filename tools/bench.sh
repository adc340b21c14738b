#!/usr/bin/env bash
# tools/bench.sh [NAME...]: builds and runs the comparisons of bench/, all or those named. Each prints ratios, not seconds.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/install-needs.sh build test bench
tools/build.sh
ran=0
for program in build/bench/*-bench bench/*.sh; do
    [ -f "$program" ] && [ -x "$program" ] || continue
    name=$(basename "$program")
    [ $# -eq 0 ] || case " $* " in *" $name "*|*" ${name%-bench} "*|*" ${name%.sh} "*) ;; *) continue ;; esac
    echo "== $name"
    PROVISO_BUILD=build "$program"
    ran=$((ran + 1))
done
[ "$ran" -gt 0 ] || { echo "There is nothing to measure of that name." >&2; exit 2; }
