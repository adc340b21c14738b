#!/usr/bin/env bash
# used.sh ROOMS.tsv FOLDER [nm]
#
# ROOMS.tsv as rooms.sh has it. What a room of FOLDER/src hands out is used by the program: a name that stands in FOLDER/src
# where it is defined and declared, and nowhere else, is only for the tests, and belongs there. What lets them see inside is
# in used.tsv beside this script, with the reason.
set -euo pipefail
export LC_ALL=C
rooms=$1 folder=$2 nm=${3:-nm}
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cut -f2 "$rooms" | while read -r archive; do
    "$nm" -g --defined-only "$archive" 2>/dev/null | awk 'NF == 3 && $3 !~ /^__/ { print $3 }'
done | sort -u > "$work/defined"
words() { find "$folder/src" -name "$1" -exec cat {} + | grep -oE '[A-Za-z_][A-Za-z0-9_]*' | sort | uniq -c | awk '{ print $2 "\t" $1 }'; }
words '*.c' > "$work/c"
words '*.h' > "$work/h"
join -t $'\t' "$work/defined" "$work/c" | join -t $'\t' -a 1 -e 0 -o 0,1.2,2.2 - "$work/h" |
    awk -F'\t' '$2 == 1 && $3 <= 1 { print $1 }' > "$work/unused"
cut -f1 "$here/used.tsv" | sort > "$work/known"

faults=$(comm -23 "$work/unused" "$work/known" | sed 's/$/ is used by no file of src: what only tests call belongs to them/'
    comm -13 "$work/unused" "$work/known" | sed 's/$/ is used after all, or is gone: take it out of used.tsv/')
[ -z "$faults" ] || { echo "$faults" >&2; exit 1; }
echo "$(wc -l < "$work/defined") names are used, but for $(wc -l < "$work/known") by which tests see inside"
