#!/usr/bin/env bash
# Commands that are given the wrong file or folder: each says what is wrong, where, and what to do, and does nothing.
set -euo pipefail
program=$PROVISO_BUILD/proviso
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
home=$folder/home

. tests/scenario/expect.sh

"$program" demo --seed-only --home "$home" 2> "$folder/log"
key=$("$program" ledger key --home "$home" 2>> "$folder/log")
"$program" ledger checkpoint --home "$home" > "$folder/checkpoint" 2>> "$folder/log"
echo "dear diary" > "$folder/diary"

# A home that is not there stays so: no command but serve and demo makes one.
for command in "keys turn" "ledger verify" "ledger key" "ledger checkpoint" "backup -o $folder/backup"; do
    expect 2 "Check the name of the home" $command --home "$folder/hmoe"
    [ ! -e "$folder/hmoe" ] && [ ! -e "$folder/backup" ] || fail "proviso $command made something"
done

# A file of something else is no word against the record.
expect 0 "entries" ledger verify --home "$home" --against "$folder/checkpoint"
expect 2 "$folder/diary: this is not a checkpoint of a log" ledger verify --home "$home" --against "$folder/diary"
! grep -q "does not hold" "$folder/said" || fail "an alarm was raised over a wrong file"
expect 2 "$folder/absent" ledger verify --home "$home" --against "$folder/absent"
expect 2 "$folder/diary: the second" ledger compare "$folder/checkpoint" "$folder/diary" --log "$key"
expect 2 "$folder/diary: the first" ledger compare "$folder/diary" "$folder/checkpoint" --log "$key"

expect 2 "Give it as name+id+key" ledger mirror --check "$folder" --log diary
for command in access backup demo keys ledger restore serve "ledger compare" "ledger mirror" "ledger prove" "ledger verify" "ledger witness"; do
    expect 0 "usage: proviso $command" $command --help
done
expect 2 "keyholder: --home is needed" keyholder
! grep -q "keyholder: proviso keyholder" "$folder/said" || fail "it says its name twice"

# A receipt on paper is not the proof, but it has the proof in it.
decision=$(sqlite3 "$home/data/proviso.db" "SELECT id FROM decision ORDER BY id LIMIT 1")
expect 0 "holds no personal data" ledger prove --decision "$decision" -o "$folder/one.tlog-proof" --pdf "$folder/one.pdf" --home "$home"
expect 2 "$folder/one.pdf: this is the receipt, a page to read. The proof is a file that is attached to it" ledger prove --check "$folder/one.pdf" --log "$key"
expect 2 "$folder/diary: " ledger prove --check "$folder/diary" --log "$key"
expect 2 "Make the folder above it first" backup --home "$home" -o "$folder/absent/backup"
