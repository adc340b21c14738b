#!/usr/bin/env bash
# missing_member.sh COMPILER FLAGS...: a page that is not given every member once does not compile; one that is, does.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
faults=0
try() { # try yes|no MEMBERS
    printf '#include "pages/contexts.h"\nvoid f(struct buffer *out);\nvoid f(struct buffer *out)\n{\n    PAGE(out, contexts, %s);\n}\n' "$2" > "$work/page.c"
    compiles=yes
    "${compiler[@]}" -std=c17 -Wall -Wextra -Werror -fsyntax-only "$work/page.c" 2> "$work/said" || compiles=no
    [ "$compiles" = "$1" ] || { echo "PAGE(out, contexts, $2) compiles: $compiles" >&2; cat "$work/said" >&2; faults=$((faults + 1)); }
}
compiler=("$@")
try yes '.a = TEXT("x"), .u = TEXT("/"), .n = 1'
try yes '.n = 1, .a = TEXT("x, y"), .u = TEXT("/")'
try no '.a = TEXT("x"), .u = TEXT("/")'
try no '.a = TEXT("x"), .a = TEXT("y"), .n = 1'
try no '.a = TEXT("x"), .u = TEXT("/"), .n = 1, .n = 2'
try no '.a = TEXT("x"), .u = TEXT("/"), .m = 1'
try no '.a = 5, .u = TEXT("/"), .n = 1'
[ "$faults" = 0 ] && echo "what is missing, given twice, unknown or of another type does not compile"
