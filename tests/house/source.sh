#!/usr/bin/env bash
# source.sh FOLDER: what a reader may rely on in every source file below FOLDER/src and FOLDER/tests.
set -eu # not pipefail: a grep that finds nothing is good news
cd "$1"
faults=$(mktemp)
trap 'rm -f "$faults"' EXIT
tell() { # tell "what is wrong" < places
    local places
    places=$(cat)
    [ -z "$places" ] || printf '%s:\n%s\n' "$1" "$places" >> "$faults"
}
sources() { find "$@" -name '*.[ch]' -type f 2>/dev/null | sort; }

sources src tests | xargs -r wc -l | awk '$2 != "total" && $1 > 500 { print "  " $2 ": " $1 " lines" }' |
    tell "Files of more than 500 lines hold more than one concept"

for header in $(sources src | grep '\.h$' || true); do
    guard=$(grep -m1 -oE '^#ifndef [A-Z][A-Z0-9_]*_H$' "$header" | cut -d' ' -f2 || true)
    { [ -n "$guard" ] && grep -qx "#define $guard" "$header"; } || echo "  $header: no include guard"
    # Prose: a comment with a sentence of five words or more.
    tr '\n' ' ' < "$header" | grep -qE '/\*[^/]*([A-Za-z(][^ ]* +){4}' || echo "  $header: no word about what it is for"
done | tell "Headers read like a man page"

sources src tests | xargs -r grep -nE '^typedef (struct|union) [a-z_]+( \{|[ ;]*[a-z_]*;)' | sed 's/^/  /' | tell "Structs have no typedef"

# HTML is written in templates, where the compiler escapes what is inserted.
sources src | grep -v '^src/web/template/' | xargs -r grep -nE '"[^"]*</?(html|head|body|div|span|p|h[1-6]|a|ul|ol|li|table|tr|td|th|form|input|button|script|style|br)( [^>]*)?>' |
    sed 's/^/  /' | tell "HTML in C"

# Law is data: it is in packs/. (The room that reads packs may use a word of theirs as an example, the demo as one of its facts.)
sources src | grep -vE '^src/(policy/|cli/demo)' | xargs -r grep -niE 'section[ -](47|17)[^0-9]|children act|working together to' | sed 's/^/  /' | tell "C that speaks of law"

for room in base dmn ledger vault store http witness; do
    sources "src/$room"
done | xargs -r grep -niE 'safeguard|caldicott|practitioner|social worker|safeguarding' | sed 's/^/  /' |
    tell "A room for strangers that knows of safeguarding"

sources src tests | xargs -r grep -nE '\b(TODO|FIXME|XXX|HACK)\b' | sed 's/^/  /' | tell "Left-over marks"

cat "$faults" >&2
[ ! -s "$faults" ] && echo "$(sources src tests | wc -l) source files are in order"
