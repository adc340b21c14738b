#!/usr/bin/env bash
# tools/test.sh [long]
#
# The suite, twice: as released, then with the address and undefined-behaviour sanitizers. Stops at the first run
# that fails. With `long` the tests labelled long as well, the thread sanitizer, and a while of each fuzz target.
set -euo pipefail
cd "$(dirname "$0")/.."
long=${1:-}
jobs=$(nproc)
labels=(-LE long)
[ -z "$long" ] || labels=()
limit=${PROVISO_TEST_SECONDS:-600} # for each of the two runs of the ordinary suite
[ -z "$long" ] || limit=7200

suite() {
    timeout --foreground -k 10 "$limit" ctest --test-dir "$1" -j "$jobs" --output-on-failure --no-label-summary --no-tests=error "${labels[@]}"
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
