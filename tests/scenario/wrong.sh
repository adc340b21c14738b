#!/usr/bin/env bash
# Commands that are given the wrong file or folder: each says what is wrong, where, and what to do, and does nothing.
set -euo pipefail
program=$PROVISO_BUILD/proviso
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
home=$folder/home

. tests/scenario/expect.sh

"$program" demo --seed-only --home "$home" > "$folder/log" 2>&1
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
expect 2 '^proviso ledger mirror: --log: verifier key' ledger mirror --check "$folder" --log diary
expect 2 '^proviso ledger witness: --log: verifier key' ledger witness --home "$folder/witness" --log diary
expect 2 "$folder/diary: .*Give the file of a proof as it was made" ledger prove --check "$folder/diary" --log "$key"

# What does not fit is named, and how it is called.
expect 2 '^proviso serve: "nonsense" is not understood here' serve nonsense
grep -q '^usage: proviso serve' "$folder/said" || fail "it does not say how serve is called"
expect 2 '^proviso backup: "--frob" is not one of its options' backup --frob x
expect 2 '^proviso backup: -o is missing' backup --home "$home"
expect 2 '^proviso backup: -o needs a value behind it' backup --home "$home" -o
expect 2 '^proviso restore: --home is missing' restore "$folder/backup"
expect 2 '^proviso ledger mirror: --log is missing' ledger mirror https://proviso.example/log "$folder/copy"
expect 2 '^proviso ledger: "nonsense" is not understood here' ledger nonsense
expect 2 '^proviso keys turn: it needs more words' keys
expect 2 '^proviso policy: "nonsense" is not understood' policy nonsense
expect 2 '^proviso policy: show: there are too few names' policy show
expect 2 '^proviso decide: "--frob" is not an option' decide --frob
expect 2 '^proviso seal: no key and no passphrase file. Usage: proviso seal' seal "$folder/diary"
expect 2 '^proviso open: .*absent: cannot be read: .*Check the name' open -i "$folder/absent" "$folder/absent2"
echo "frob = 1" > "$folder/conf"
expect 2 "^proviso serve: $folder/conf line 1: there is no setting \"frob\"" serve --config "$folder/conf"

expect 2 "^proviso demo: listen: plain HTTP is not served beyond this machine" demo --home "$home" --listen 0.0.0.0:0
"$program" ledger witness --home "$folder/witness" --listen 127.0.0.1:0 > /dev/null 2> "$folder/witness.log" &
witness=$!
trap 'kill $witness 2> /dev/null || true; rm -rf "$folder"' EXIT
until grep -q "listening on" "$folder/witness.log"; do kill -0 $witness && sleep 0.05; done
port=$(sed -n 's/.*listening on 127.0.0.1 port \([0-9]*\).*/\1/p' "$folder/witness.log")
expect 3 "^proviso demo: listen: cannot listen on 127.0.0.1 port $port: .*Stop the program that listens there" demo --home "$home" --listen "127.0.0.1:$port"
kill $witness
wait $witness || true

# An error at the start is told once.
expect 2 "there are no keys here" ledger key --home "$folder/hmoe"
[ "$(grep -c "no keys here" "$folder/said")" = 1 ] || fail "it is told more than once"

# What cannot be written is no success.
for command in help "access report" "ledger checkpoint --home $home"; do
    got=0
    "$program" $command > /dev/full 2> "$folder/said" || got=$?
    [ "$got" = 3 ] && grep -q "standard output cannot be written" "$folder/said" || fail "proviso $command > /dev/full: status $got"
done

expect 0 "The invented partnership is in" demo --seed-only --home "$home"
expect 0 "^every key of a living record is wrapped with the new key" keys turn --home "$home"
grep -q "what was disposed of until now is final" "$folder/said" && grep -q "Make a backup" "$folder/said" || fail "it does not say what comes next"
! grep -q "shares" "$folder/said" || fail "there is no escrow, but it speaks of shares"

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
