# What scenarios of commands have in common: sourced with $program and $folder set.

fail() { echo "$*" >&2; cat "$folder/said" "$folder/log" 2>/dev/null >&2 || true; exit 1; }

# expect STATUS WORDS ARGUMENTS...: the program ends so, and says what fits WORDS (a basic regular expression).
expect() {
    local status=$1 words=$2 got=0
    shift 2
    "$program" "$@" > "$folder/said" 2>&1 < /dev/null || got=$?
    [ "$got" = "$status" ] || fail "proviso $*: status $got, not $status"
    grep -q -- "$words" "$folder/said" || fail "proviso $*: does not say: $words"
}
