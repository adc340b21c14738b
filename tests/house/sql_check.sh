#!/bin/sh
# SQL is never built from pieces. Outside src/store this fails on
#   1. a string literal that holds SQL and a printf conversion (adjacent literals count as one). A LIKE pattern
#      that looks like a conversion is written '%' || 'draft';
#   2. store's functions called past the macros that let in literals only (store_query and its like);
#   3. SQLite or libpq called directly.
# Usage: sql_check.sh [SOURCE-FOLDER]; sql_check.sh --self-test checks that each fault is seen.
set -eu

check() {
    find "$1" -name '*.[ch]' ! -path '*/src/store/*' -print0 | sort -z | xargs -0 -r perl -0777 -ne '
        BEGIN { our $bad = 0; }
        sub say_bad { my ($at, $what) = @_; my $line = 1 + (substr($_, 0, $at) =~ tr/\n//); print "$ARGV:$line: $what\n"; $bad = 1; }
        # Comments become spaces of the same shape, so that lines keep their numbers.
        s{("(?:\\.|[^"\\\n])*"|\x27(?:\\.|[^\x27\\\n])*\x27)|(/\*.*?\*/|//[^\n]*)}{defined $1 ? $1 : $2 =~ s/[^\n]/ /gr}egs;
        while (/((?:"(?:\\.|[^"\\\n])*"(?:\s|PRI[a-zA-Z0-9]+)*)+)/g) {
            my ($at, $text) = ($-[0], $1);
            say_bad($at, "SQL with a printf conversion: bind a value instead")
                if $text =~ /\b(SELECT\s|INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+\S+\s+SET)/ && $text =~ /%[-+ #0]*[0-9.*]*[hlzjt]*([sdiuxXcp]|"\s*PRI)/;
        }
        say_bad($-[0], "$1: use the macros, whose SQL is a literal") while /\b(store_(?:query|run|one|one_int)_text)\s*\(/g;
        say_bad($-[0], "$1: the database is reached through store only") while /\b(sqlite3_[a-z]\w*|PQ[a-z]\w*)\s*\(/g;
        END { $? = 1 if $bad; }
    '
}

self_test() {
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    mkdir -p "$folder/src/store" "$folder/src/work"
    bad='snprintf(sql, n, "SELECT a FROM t WHERE id = \x27%s\x27", id);
f("DELETE FROM "
  "t WHERE n = %" PRId64, n);
buffer_format(&b, "UPDATE t SET a = %d", a);
store_run_text(session, sql, values, NULL, error);
store_query_text (session, sql, values, &rows, error);
sqlite3_exec(db, sql, 0, 0, 0);
PQexec(connection, sql);'
    good='store_run(session, "SELECT a FROM t WHERE b LIKE \x27%\x27 || $1", STORE_BIND(STORE_TEXT(b)), NULL, error);
/* "SELECT %s FROM t" and sqlite3_exec(x) in a comment */
log_line(LOG_LEVEL_INFO, "work", "selected %d", n); // store_run_text(a)
f("INSERT INTO t (a) VALUES ($1)", "%s");'
    printf '%b\n' "$good" >"$folder/src/work/file.c"
    check "$folder/src" >"$folder/said" || { echo "sql_check: good source was refused:"; cat "$folder/said"; exit 1; }
    for number in 1 2 4 5 6 7 8; do
        last=$number
        [ "$number" -eq 2 ] && last=3
        printf '%b\n' "$bad" | sed -n "${number},${last}p" >"$folder/src/work/file.c"
        if check "$folder/src" >/dev/null; then
            echo "sql_check: this was let through:"
            cat "$folder/src/work/file.c"
            exit 1
        fi
    done
    printf '%b\n' "$bad" >"$folder/src/store/file.c"
    printf '%b\n' "$good" >"$folder/src/work/file.c"
    check "$folder/src" || exit 1
}

if [ "${1:-}" = --self-test ]; then
    self_test
else
    check "${1:-${PROVISO_SOURCE:-.}}/src"
fi
