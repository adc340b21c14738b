#!/usr/bin/env bash
# tools/provisions.sh                 prints every provision with the tests that show it (make provisions)
# tools/provisions.sh --check FOLDER  fails when one of docs/provisions-shown.txt is not shown (the test house-provisions)
# tools/provisions.sh --write         takes what is shown now into docs/provisions-shown.txt
#
# A test shows a provision by PROVISION("BUC-15") in its body, which prints a line; only tests that passed count. The
# lines are collected in FOLDER/provisions-seen.tsv, so that a run of a few tests forgets nothing of the others.
set -euo pipefail
cd "$(dirname "$0")/.."
command=print folder=${PROVISO_BUILD:-build}
case "${1:-}" in
--check) command=check folder=${2:?"the build folder"} ;;
--write) command="write" ;;
'') ;;
*) echo "usage: tools/provisions.sh [--check FOLDER | --write]" >&2; exit 2 ;;
esac
logs=$folder/Testing/Temporary
seen=$folder/provisions-seen.tsv

if [ "$command" != check ] && [ ! -f "$logs/LastTest.log" ]; then
    tools/install-needs.sh build test
    tools/build.sh
    ctest --test-dir "$folder" -j "$(nproc)" -LE long -Q || echo "Some tests fail; they show nothing." >&2
fi

# test, passed or failed, id, function: of every test in a log. A test without such lines has an empty id.
read_log() {
    awk '
        / Testing: / && /^[0-9]+\/[0-9]+ Testing: / { test = $0; sub(/^[0-9]+\/[0-9]+ Testing: /, "", test); lines = ""; inside = 0; next }
        /^Command: ""$/ { test = ""; next } # its program is not built: it did not run
        /^Output:$/ { inside = 1; next }
        /^<end of output>$/ { inside = 0; next }
        inside && match($0, /PROVISION [A-Z]+-[0-9]+ [a-z0-9_]+/) {
            split(substr($0, RSTART, RLENGTH), part, " "); lines = lines "\n" part[2] "\t" part[3]; next }
        /^Test (Passed|Failed)\.$/ && test != "" {
            passed = $2 == "Passed." ? "passed" : "failed"
            print test "\t" passed "\t\t"
            n = split(lines, line, "\n")
            for (i = 2; i <= n; i++) print test "\t" passed "\t" line[i]
            test = "" }
    ' "$1"
}

# While ctest runs, its log has another name and the log of the run before still has its own.
touch "$seen"
for log in "$logs/LastTest.log" "$logs/LastTest.log.tmp"; do
    [ -f "$log" ] || continue
    read_log "$log" > "$seen.new"
    awk -F'\t' 'FNR == NR { ran[$1] = 1; next } !($1 in ran)' "$seen.new" "$seen" > "$seen.old"
    cat "$seen.old" "$seen.new" > "$seen"
    rm -f "$seen.old" "$seen.new"
done
# Tests that are no more show nothing. (Their list is not asked of ctest, which would begin a new log.)
find "$folder/src" "$folder/tests" "$folder/bench" -name CTestTestfile.cmake -exec cat {} + 2>/dev/null |
    sed -nE 's/^add_test\((\[=+\[)?"?([^]" ]+).*/\2/p' |
    awk -F'\t' 'FILENAME == "-" { there[$1] = 1; next } $1 in there' - "$seen" > "$seen.new"
mv "$seen.new" "$seen"

shown() { awk -F'\t' '$2 == "passed" && $3 != "" { print $3 }' "$seen" | sort -u; }
kept() { sed 's/#.*//; s/ *$//; /^$/d' docs/provisions-shown.txt | sort -u; }
known() { cut -f1 docs/provisions.tsv | tail -n +2 | sort -u; }

strangers=$(comm -23 <(shown) <(known))
if [ -n "$strangers" ]; then
    echo "Tests name provisions that docs/provisions.tsv does not have:" $strangers >&2
    exit 1
fi

case "$command" in
check)
    if [ "$(grep -vc '^house-' "$seen")" = 0 ]; then
        echo "No test but this one has run in this build folder; nothing can be said."
        exit 77
    fi
    lost=$(comm -23 <(kept) <(shown))
    if [ -n "$lost" ]; then
        echo "These provisions were shown by a test and no longer are:" $lost >&2
        echo "If a test was renamed or failed, mend it; if it was right to lose one, take it from docs/provisions-shown.txt." >&2
        exit 1
    fi
    more=$(comm -13 <(kept) <(shown))
    [ -z "$more" ] || echo "Shown, and not yet kept (tools/provisions.sh --write):" $more
    echo "$(shown | wc -l) of $(known | wc -l) provisions are shown"
    ;;
write)
    { sed -n '/^#/p' docs/provisions-shown.txt 2>/dev/null || true; sort -u <(kept) <(shown); } > docs/provisions-shown.new
    mv docs/provisions-shown.new docs/provisions-shown.txt
    echo "$(kept | wc -l) provisions are kept in docs/provisions-shown.txt"
    ;;
print)
    awk -F'\t' '
        FNR == NR { if ($2 == "passed" && $3 != "" && !((k = $3 SUBSEP $1 SUBSEP $4) in had)) { had[k] = 1; tests[$3] = tests[$3] "\n        " $1 ": " $4 } next }
        FNR == 1 { next }
        { all++; if ($1 in tests) some++; printf "%-7s %s\n%s\n", $1, $5, ($1 in tests) ? substr(tests[$1], 2) : "        -" }
        END { printf "\n%d of %d provisions are shown by tests that passed\n", some, all }
    ' "$seen" docs/provisions.tsv
    ;;
esac
