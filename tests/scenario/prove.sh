#!/usr/bin/env bash
# A proof is made at one machine and checked at another that has nothing but the file and the keys; with a witness, and without.
set -euo pipefail
program=$PROVISO_BUILD/proviso
folder=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; wait 2>/dev/null || true; rm -rf "$folder"' EXIT
home=$folder/home

. tests/scenario/expect.sh

# port_of FILE: waits until the log tells it.
port_of() {
    for _ in $(seq 600); do
        sed -n 's/.*listening on 127\.0\.0\.1 port \([0-9]*\).*/\1/p' "$1" | head -1 | grep . && return
        sleep 0.1
    done
    fail "$1 tells no port"
}

"$program" demo --seed-only --home "$home" 2> "$folder/log"
key=$("$program" ledger key --home "$home" 2>> "$folder/log")
"$program" demo --seed-only --home "$folder/other" 2> "$folder/log"
stranger=$("$program" ledger key --home "$folder/other" 2>> "$folder/log") # another log of the same name
decision=$(sqlite3 "$home/data/proviso.db" "SELECT id FROM decision ORDER BY id LIMIT 1")
other=$(sqlite3 "$home/data/proviso.db" "SELECT id FROM decision ORDER BY id LIMIT 1 OFFSET 1")
case=$(sqlite3 "$home/data/proviso.db" "SELECT case_id FROM decision ORDER BY id LIMIT 1")

# ---- made ----
expect 0 "holds no personal data" ledger prove --decision "$decision" -o "$folder/one.tlog-proof" --pdf "$folder/one.pdf" --home "$home"
expect 0 "holds no personal data" ledger prove --decision "$other" -o "$folder/two.tlog-proof" --home "$home"
expect 2 "no such decision" ledger prove --decision "$case" -o "$folder/none" --home "$home"
expect 2 "not the number of a decision" ledger prove --decision elephant -o "$folder/none" --home "$home"
expect 2 "usage" ledger prove --decision "$decision"
expect 2 "usage" ledger prove --decision "$decision" -o "$folder/none" --log "$key"
[ ! -e "$folder/none" ] || fail "a file was written for nothing"
[ "$(head -1 "$folder/one.tlog-proof")" = "c2sp.org/tlog-proof@v1" ] || fail "the proof does not begin as C2SP says"

# ---- on paper: one page, tagged, with the file inside ----
pdfinfo "$folder/one.pdf" > "$folder/said"
grep -q "Tagged: *yes" "$folder/said" && grep -q "Pages: *1$" "$folder/said" || fail "the receipt is not one tagged page"
qpdf --check "$folder/one.pdf" > "$folder/said" || fail "the receipt is not well formed"
qpdf --show-attachment=one.tlog-proof "$folder/one.pdf" | cmp - "$folder/one.tlog-proof" || fail "the receipt holds another proof"
pdftotext "$folder/one.pdf" - | tr '\n' ' ' > "$folder/said"
grep -q "Receipt for a decision" "$folder/said" && grep -q "$decision" "$folder/said" || fail "the receipt says something else"

# ---- checked, where there is no home ----
export PROVISO_HOME=$folder/nowhere
expect 0 "The proof holds" ledger prove --check "$folder/one.tlog-proof" --log "$key"
grep -q "$decision" "$folder/said" || fail "it does not name the decision"
expect 0 "$other" ledger prove --check "$folder/two.tlog-proof" --log "$key"
# as it stands in the PDF, copied from a reader: the file taken out, the command pasted
mkdir "$folder/post"
cp "$folder/one.pdf" "$folder/post"
pdftotext -layout "$folder/one.pdf" - | sed -n '/^ *proviso ledger prove/,/^ *It says/p' | sed '$d' > "$folder/post/typed"
grep -q "proviso.example/log" "$folder/post/typed" || fail "the receipt has no command to type"
(cd "$folder/post" && qpdf --show-attachment=one.tlog-proof one.pdf > one.tlog-proof && PATH=$(dirname "$program"):$PATH sh ./typed) > "$folder/said" ||
    fail "the command of the receipt does not run as it stands"
grep -q "The proof holds" "$folder/said" || fail "the command of the receipt does not check it"
# a key that a page has broken in two is the same key
expect 0 "The proof holds" ledger prove --check "$folder/one.tlog-proof" --log "${key/log+/log
 +}"
# wherever it is checked, the instant is the same as on the receipt
instant=$(pdftotext -layout "$folder/one.pdf" - | sed -n 's/.*Recorded on.*(\(.* UTC\)).*/\1/p')
[ -n "$instant" ] || fail "the receipt does not say when, in a time that is the same everywhere"
TZ=America/New_York expect 0 "$instant" ledger prove --check "$folder/one.tlog-proof" --log "$key"
sed 's/$/\r/' "$folder/one.tlog-proof" > "$folder/mailed.tlog-proof"
expect 2 "line ends were changed" ledger prove --check "$folder/mailed.tlog-proof" --log "$key"
expect 2 "usage" ledger prove --check "$folder/one.tlog-proof"
expect 2 "log" ledger prove --check "$folder/one.tlog-proof" --log nonsense
expect 2 "nowhere" ledger prove --check "$folder/nowhere" --log "$key"
: > "$folder/empty"
expect 2 "first line" ledger prove --check "$folder/empty" --log "$key"
"$program" ledger witness --home "$folder/witness" --listen 127.0.0.1:0 --log "$key" --name hull.example/witness > "$folder/witness-key" 2> "$folder/witness-log" &
pids+=($!)
witness_port=$(port_of "$folder/witness-log")
witness=$(head -1 "$folder/witness-key")
expect 1 "does not hold" ledger prove --check "$folder/one.tlog-proof" --log "$stranger"
expect 1 "has not signed" ledger prove --check "$folder/one.tlog-proof" --log "$key" --witness "$witness"

# a decision's statement in the other's proof
{ head -1 "$folder/two.tlog-proof"; sed -n 2p "$folder/one.tlog-proof"; tail -n +3 "$folder/two.tlog-proof"; } > "$folder/mixed"
expect 1 "does not hold" ledger prove --check "$folder/mixed" --log "$key"

# ---- with a witness ----
printf 'log %s\nwitness hull %s http://127.0.0.1:%s\nquorum hull\n' "$key" "$witness" "$witness_port" > "$folder/policy"
expect 1 "not those that the policy needs" ledger prove --check "$folder/one.tlog-proof" --log "$key" --policy "$folder/policy"
PROVISO_WITNESSES=$folder/policy "$program" demo --home "$home" --listen 127.0.0.1:0 > "$folder/demo" 2> "$folder/demo-log" &
pids+=($!)
port=$(port_of "$folder/demo-log")
for _ in $(seq 600); do
    curl -s "http://127.0.0.1:$port/log/checkpoint" | grep -q "^— hull.example/witness " && break
    sleep 0.1
done
# the operator's proof takes what the server has kept of the witness's signature, within its next quiet moment
for _ in $(seq 600); do
    "$program" ledger prove --decision "$decision" -o "$folder/seen.tlog-proof" --home "$home" > "$folder/said" 2> "$folder/log" || fail "prove beside the server"
    grep -q "^— hull.example/witness " "$folder/seen.tlog-proof" && break
    sleep 0.1
done
expect 0 "hull.example/witness.* signed it on" ledger prove --check "$folder/seen.tlog-proof" --log "$key" --witness "$witness"
expect 0 "hull.example/witness.* signed it on" ledger prove --check "$folder/seen.tlog-proof" --log "$key" --policy "$folder/policy"
printf 'log %s\nwitness hull %s\nquorum hull\n' "$stranger" "$witness" > "$folder/others-policy"
expect 2 "for other logs" ledger prove --check "$folder/seen.tlog-proof" --log "$key" --policy "$folder/others-policy"
# who names no witness is not told that none has signed
expect 0 "was not checked: no witness was named" ledger prove --check "$folder/seen.tlog-proof" --log "$key"
! grep -q "No other agency" "$folder/said" || fail "it says that nobody else has signed, and has not looked"

# what was handed out before holds when the record has grown, and when it is gone
kill "${pids[1]}"
wait "${pids[1]}" || true
rm -rf "$home"
expect 0 "The proof holds" ledger prove --check "$folder/one.tlog-proof" --log "$key"
echo "a proof was made, printed, checked, refused and cosigned"
