#!/usr/bin/env bash
# Keys renewed by hand on a bad day: never so that no agency could open a backup, nor beside a database that is not there.
set -euo pipefail
program=$PROVISO_BUILD/proviso
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() { echo "$*" >&2; cat "$folder/said" >&2; exit 1; }
. tests/scenario/expect.sh
export PROVISO_HOME=$folder/home PROVISO_PACKS=packs

"$program" demo --seed-only 2> "$folder/said"
echo needed 2 > "$folder/plan"
for i in 1 2 3; do
    "$program" keygen -o "$folder/agency$i" > "$folder/said"
    echo "agency $(sed -n 's/^# public key: //p' "$folder/agency$i") Agency $i" >> "$folder/plan"
done
printf 'home = %s\nescrow = %s\n' "$PROVISO_HOME" "$folder/plan" > "$folder/conf"
keys() { (cd "$PROVISO_HOME/keyholder" && echo epoch-*); }
shares() { (cd "$PROVISO_HOME/data/escrow" && echo epoch-*/*.age); }

expect 0 "what was disposed of until now is final" keys turn --config "$folder/conf"
[ "$(keys)" = epoch-2 ] || fail "the keys are $(keys)"
[ "$(shares | wc -w)" = 3 ] || fail "the shares are $(shares)"
before=$(shares)

# ---- without the configuration nobody is named who would keep a share of the next key ----
expect 2 "nothing says who keeps those of the next" keys turn
grep -q -- "--config" "$folder/said" || fail "it does not say what to do"
[ "$(keys)" = epoch-2 ] || fail "the keys are $(keys)"
[ "$(shares)" = "$before" ] || fail "the shares are $(shares)"
expect 0 "The shares of epoch 2 open it" backup -o "$folder/backup" --config "$folder/conf"
expect 0 "what was disposed of until now is final" keys turn --config "$folder/conf"
[ "$(shares | wc -w)" = 3 ] || fail "the shares are $(shares)"
rm -r "$PROVISO_HOME/data/escrow"
expect 0 "what was disposed of until now is final" keys turn

# ---- a home whose record lies elsewhere, or was lost: no other is begun in its place ----
mv "$PROVISO_HOME/data/proviso.db" "$folder/lost.db"
for command in "keys turn" "ledger verify" "backup -o $folder/none" "serve"; do
    # shellcheck disable=SC2086
    expect 2 "there is no database here, and this home has signed a record of [1-9][0-9]* entries. Does the record lie in PostgreSQL" $command
    [ ! -e "$PROVISO_HOME/data/proviso.db" ] || fail "$command made a database"
done
mv "$folder/lost.db" "$PROVISO_HOME/data/proviso.db"
expect 0 "the record holds" ledger verify
