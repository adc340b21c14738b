#!/usr/bin/env bash
# Shows that source.sh and rooms.sh notice each thing that they look for. $1: the folder of the scripts.
set -euo pipefail
scripts=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
faults=0

# notices WORDS FILE: with FILE's content on standard input, source.sh must fail and say WORDS.
notices() {
    rm -rf "$work/tree" && mkdir -p "$work/tree/src/base" "$work/tree/tests" "$(dirname "$work/tree/$2")"
    cat > "$work/tree/$2"
    if said=$("$scripts/source.sh" "$work/tree" 2>&1); then
        echo "source.sh let pass: $1" >&2
        faults=$((faults + 1))
    elif ! grep -q "$1" <<< "$said"; then
        echo "source.sh said, instead of '$1': $said" >&2
        faults=$((faults + 1))
    fi
}
seq 701 | sed 's/.*/int x;/' | notices 'src/base/long.c: 701 lines' src/base/long.c
printf '/* What this is for, in a sentence. */\n' | notices 'src/base/a.h: no include guard' src/base/a.h
printf '#ifndef A_H\n#define A_H\nint a(void);\n#endif\n' | notices 'src/base/a.h: no word' src/base/a.h
printf 'typedef struct a a;\n' | notices 'Structs have no typedef' src/base/a.c
printf 'void f(void) { put("<p class=\\"x\\">"); }\n' | notices 'HTML in C' src/work/a.c
printf 'void f(void) { put("</div>"); }\n' | notices 'HTML in C' src/web/a.c
printf 'const char *p = "section-47 ";\n' | notices 'C that speaks of law' src/work/a.c
printf '/* for practitioners */\n' | notices 'knows of safeguarding' src/store/a.c
printf '/* TO%s: later */\n' DO | notices 'Left-over marks' tests/a.c

rm -rf "$work/tree" && mkdir -p "$work/tree/src/base" "$work/tree/tests"
printf '#ifndef A_H\n#define A_H\n/* Adds two numbers that fit. */\nint a(void);\n#endif\n' > "$work/tree/src/base/a.h"
"$scripts/source.sh" "$work/tree" > /dev/null || { echo "source.sh refuses what is in order" >&2; faults=$((faults + 1)); }

# rooms: two real archives, made here
cd "$work"
printf 'int low_a(void) { return 1; }\n' | cc -x c -c - -o low.o && ar rc liblow.a low.o
printf 'int low_a(void);\nint high_a(void) { return low_a(); }\n' | cc -x c -c - -o high.o && ar rc libhigh.a high.o
expect() { # expect pass|fail WORDS < rooms.tsv
    cat > rooms.tsv
    result=pass
    said=$("$scripts/rooms.sh" rooms.tsv 2>&1) || result=fail
    if [ "$result" != "$1" ] || ! grep -q "$2" <<< "$said"; then
        echo "rooms.sh: $result, $said; expected $1, $2" >&2
        faults=$((faults + 1))
    fi
}
printf 'low\tliblow.a\t\nhigh\tlibhigh.a\tlow\n' | expect pass '2 rooms'
printf 'low\tliblow.a\t\nhigh\tlibhigh.a\t\n' | expect fail 'high uses low_a of low'
printf 'high\tlibhigh.a\tlow\nlow\tliblow.a\t\n' | expect fail 'high declares low, which is not below it'
printf 'store\tliblow.a\t\nvault\tlibhigh.a\tstore\n' | expect fail 'it may know only: base'
printf 'low\tliblow.a\t\nhigh\tliblow.a\tlow\n' | expect fail 'two rooms define'
[ "$faults" = 0 ] && echo "every fault was noticed"
