#!/usr/bin/env bash
# tools/test.sh [long]
#
# The suite, twice: as released, then with the address and undefined-behaviour sanitizers (without the few browser tests
# that can only find fault with pages: tests/browser/CMakeLists.txt names them). Stops at the first run that fails. With `long` the tests labelled long as well, the thread sanitizer, and a while of each fuzz target.
#
# The last lines are ctest's own: how many passed. Where some failed, what each of them said stands just before those.
# PROVISO_TEST_SECONDS is how long a run may take before it counts as stuck.
set -euo pipefail
cd "$(dirname "$0")/.."
long=${1:-}
jobs=$(($(nproc) + 1)) # some wait: for a browser, a disk, the end of a second
labels=(-LE long)
[ -z "$long" ] || labels=()
export ASAN_OPTIONS=detect_stack_use_after_return=1${ASAN_OPTIONS:+:$ASAN_OPTIONS} # it does not look for that by itself
limit=${PROVISO_TEST_SECONDS:-2400} # each test has a limit of its own; this is for many slow ones together, on a slow machine
[ -z "$long" ] || limit=7200

# The outputs of the failed tests in ctest's log, the end of each.
said() {
    awk '
        /^[0-9]+\/[0-9]+ Testing: / { test = $0; sub(/^[0-9]+\/[0-9]+ Testing: /, "", test); n = 0; inside = 0; next }
        /^Output:$/ && !inside { inside = 1; next }
        /^<end of output>$/ { inside = 0; next }
        inside { line[n++] = $0; next }
        /^Test Failed\.$/ {
            print "\n== " test " failed; it said:"
            for (i = n > 61 ? n - 60 : 1; i < n; i++) print line[i] }
    ' "$1"
}

# The tests of the output that began and did not end.
running() {
    awk '$1 == "Start" { begun[$3] = 1 } / Test +#/ { for (i = 1; i < NF; i++) if ($i == "Test" || $i ~ /^#/) delete begun[$(i + 1)] }
        END { for (test in begun) printf " %s", test }' "$1"
}

suite() {
    local folder=$1 status=0 output=$1/test-output.txt
    timeout --foreground -k 10 "$limit" ctest --test-dir "$folder" -j "$jobs" --output-on-failure --no-label-summary --no-tests=error "${labels[@]}" |
        tee "$output" || status=$?
    if [ "$status" -ge 124 ]; then
        echo "The suite in $folder did not end within $limit seconds (PROVISO_TEST_SECONDS). It was at:$(running "$output")" >&2
    elif [ "$status" -ne 0 ]; then
        said "$folder/Testing/Temporary/LastTest.log"
        echo
        sed -n '/^[0-9]*% tests passed/,$p' "$output"
    fi
    return "$status"
}

tools/build.sh release
suite build
tools/build.sh sanitize
if [ -n "$long" ]; then
    tools/build.sh thread
    suite build/thread
    tools/fuzz.sh
fi
suite build/sanitize
