#!/usr/bin/env bash
# A partnership's server and the witnesses of three agencies, as real programs: one of them behind TLS. Programs are killed while
# the record grows, the whole server is put back to an older day, a mirror is killed again and again.
set -euo pipefail
program=$PROVISO_BUILD/proviso
folder=$(mktemp -d)
. tests/scenario/running.sh

# ---- the log's key, the agencies, the policy ----
export PROVISO_PACKS=packs PROVISO_SESSION_MINUTES=120
"$program" demo --seed-only --home "$folder/home" 2> "$folder/seed.log" || fail "no demo"
key=$("$program" ledger key --home "$folder/home")

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout "$folder/tls.key" -out "$folder/tls.pem" 2> /dev/null
tls=(--tls-certificate "$folder/tls.pem" --tls-key "$folder/tls.key")
witness() { # witness NAME PORT [more]
    local name=$1 port=$2
    shift 2
    start "$name" "$program" ledger witness --home "$folder/$name" --listen "127.0.0.1:$port" --log "$key" --name "$name.example/witness" "$@"
}
witness leeds 0 "${tls[@]}"
witness york "$(spare_port)" # it is killed and comes back there
witness hull 0
[ "$(stat -c %a "$folder/york/key")" = 600 ] || fail "others may read a witness's key"
if "$program" ledger witness --home "$folder/york" --listen 127.0.0.1:0 --log "$key" > /dev/null 2> "$folder/second.log"; then
    fail "two witnesses share a home"
fi
grep -q "another witness runs" "$folder/second.log" || fail "it is not said why"
cat > "$folder/policy" << END
log $key
witness leeds $(cat "$folder/leeds.out") https://localhost:$port_leeds
witness york $(cat "$folder/york.out") http://127.0.0.1:$port_york
witness hull $(cat "$folder/hull.out") http://127.0.0.1:$port_hull
group partners 2 leeds york hull
quorum partners
END

# ---- the server, confined as always, asks them ----
export PROVISO_WITNESSES=$folder/policy PROVISO_WITNESS_CA=$folder/tls.pem PROVISO_HOME=$folder/home PROVISO_LISTEN=127.0.0.1:0
serve() {
    start server "$program" serve
    log=http://127.0.0.1:$port_server/log
}
metric() { curl -sf "http://127.0.0.1:$port_server/metrics" | awk -v name="proviso_$1" '$1 == name { print $2 }'; }
metric_is() { [ "$(metric "$1")" = "$2" ]; }
signed_by() { curl -sf "$log/checkpoint" | grep -q "^— $1.example/witness "; }
size_shown() { curl -sf "$log/checkpoint" | sed -n 2p; }
mirror() { "$program" ledger mirror "$log" "$folder/copy" --log "$key" --policy "$folder/policy" 2> "$folder/mirror.log"; }
sign_in() { curl -sf -o /dev/null -c "$folder/cookies" -d 'login=head&password=walking+in+the+rain' "http://127.0.0.1:$port_server/sign-in"; }
status() { curl -sf "$@" "http://127.0.0.1:$port_server/status"; } # as a head teacher with -b "$folder/cookies"; else as a visitor
level() { [ "$(status -b "$folder/cookies" | grep -c 'it has signed all')" = 3 ]; }
check() { "$program" ledger mirror --check "$folder/copy" --log "$key" --policy "$folder/policy" 2> "$folder/check.log"; }

cp -a "$folder/home" "$folder/older"
serve
for name in leeds york hull; do wait_for "$name signs" signed_by "$name"; done
wait_for "the policy is met" metric_is witness_policy_met 1
# the operator of a witness reads in its log that it works, and where to look
place=$(sed -n 's|.*signed, with [0-9]* entries\. What it signed last stands at \(/[0-9a-f]*/checkpoint\)$|\1|p' "$folder/hull.log")
[ "$(printf '%s\n' "$place" | wc -l)" = 1 ] && curl -sf "http://127.0.0.1:$port_hull$place" | grep -q '^— hull.example/witness ' ||
    fail "the log of a witness does not say that it signs, or says so again and again"
[ "$(curl -sf "$log/checkpoint" | grep -c '^— ')" = 4 ] || fail "the log and three witnesses, no others"
# one that was given the key of another log of this name says so, once
"$program" demo --seed-only --home "$folder/stranger-home" 2> /dev/null || fail "no second demo"
start wells "$program" ledger witness --home "$folder/wells" --listen 127.0.0.1:0 --log "$("$program" ledger key --home "$folder/stranger-home")" --name wells.example/witness
{ printf 'old 0\n\n'; curl -sf "$log/checkpoint"; } > "$folder/asked"
for _ in 1 2; do
    [ "$(curl -s -o /dev/null -w '%{http_code}' --data-binary "@$folder/asked" "http://127.0.0.1:$port_wells/add-checkpoint")" = 403 ] || fail "a stranger's log is signed"
done
[ "$(grep -c 'with another key than the one given with --log' "$folder/wells.log")" = 1 ] || fail "a witness with another key does not say so, or says it again and again"
sign_in
wait_for "the status page shows three witnesses that are level" level
if status | grep -q 'The witnesses'; then fail "a visitor sees how the witnesses stand"; fi
mirror || fail "no mirror"
check || fail "the mirror is not whole"

# ---- under load a witness is killed, and the mirror again and again ----
token=$(curl -sf -H 'Content-Type: application/json' -d '{"login":"teacher","password":"walking in the rain","label":"load","days":2}' \
    "http://127.0.0.1:$port_server/api/v1/token" | sed -nE 's/.*"token": ?"([^"]+)".*/\1/p')
for _ in $(seq 600); do
    printf 'url = "http://127.0.0.1:%s/api/v1/case/open"\nheader = "Authorization: Bearer %s"\nheader = "Content-Type: application/json"\ndata = "{\\"name\\":\\"Robin Example\\"}"\noutput = /dev/null\nfail\nnext\n' "$port_server" "$token"
done | sed '$d' > "$folder/load"
curl -s -K "$folder/load" &
load=$!
before=$(size_shown)
for try in $(seq 12); do
    mirror > /dev/null &
    victim=$!
    sleep "0.0$((try * 7 % 10))"
    kill -9 "$victim" 2> /dev/null || true
    wait "$victim" 2> /dev/null || true
    check > /dev/null || fail "a killed mirror is not a whole older copy: $(cat "$folder/check.log")"
    now=$(size_shown)
    [ "$now" -ge "$before" ] || fail "the public checkpoint went back from $before to $now"
    before=$now
    if [ "$try" = 4 ]; then end york KILL; fi
done
wait "$load" || fail "the load was refused"
[ "$(metric witness_policy_met)" = 1 ] || wait_for "two are enough" metric_is witness_policy_met 1
missed() { [ "$(metric 'witness_failures{witness="york"}')" -gt 0 ]; }
wait_for "york is missed" missed
witness york "$port_york"
wait_for "york has caught up" metric_is 'witness_behind_entries{witness="york"}' 0
wait_for "york signs what is shown" signed_by york
mirror
[ "$(sed -n 2p "$folder/copy/checkpoint")" -gt 600 ] || fail "the copy has not grown"

# ---- the server is killed: what the public saw is there again, signed ----
shown=$(size_shown)
end server KILL
serve
[ "$(size_shown)" -ge "$shown" ] || fail "after a kill the public checkpoint went back"
for name in leeds york hull; do signed_by "$name" || wait_for "$name" signed_by "$name"; done
mirror
end server TERM

# ---- the whole machine is put back to an older day, keys and all: the witnesses notice ----
mv "$folder/home" "$folder/newer"
mv "$folder/older" "$folder/home"
serve
for name in leeds york hull; do wait_for "the alarm of $name" metric_is "witness_alarm{witness=\"$name\"}" 1; done
grep -q "an older copy was put back" "$folder/server.log" || fail "it is not said what happened"
[ "$(metric cosigned_size)" = 0 ] || fail "something is said to be cosigned"
sign_in
status -b "$folder/cookies" > "$folder/page"
grep -q 'Alarm' "$folder/page" || fail "the status page is silent"
grep -q 'an older copy was put back' "$folder/page" || fail "the status page does not say why"
# ---- whoever raised an alarm is not heard of, and the server starts anew: it stands ----
for name in leeds york hull; do end "$name" TERM; done
end server TERM
serve
for name in leeds york hull; do metric_is "witness_alarm{witness=\"$name\"}" 1 || fail "the alarm of $name is forgotten"; done
grep -q "hull: its alarm of before the restart stands until it signs again: it has seen" "$folder/server.log" || fail "the log is silent"
sign_in
status -b "$folder/cookies" > "$folder/page"
[ "$(grep -c 'an older copy was put back' "$folder/page")" = 3 ] || fail "the status page has forgotten the alarms"
missed() { [ "$(metric 'witness_failures{witness="hull"}')" -gt 0 ]; }
wait_for "hull is missed" missed
metric_is 'witness_alarm{witness="hull"}' 1 || fail "its silence takes the alarm back"
if "$program" ledger mirror "$log" "$folder/copy" --log "$key" --policy "$folder/policy" > /dev/null 2> "$folder/mirror.log"; then
    fail "the mirror takes a checkpoint that no witness has signed"
fi
check || fail "the mirror lost what it had"

# ---- it goes on from there: with its own key it now signs another history, and the mirror can prove it to anybody ----
for _ in 1 2 3; do
    curl -sf -o /dev/null -b "$folder/cookies" "http://127.0.0.1:$port_server/" || true
    sign_in
done
forked=$(size_shown)
if "$program" ledger mirror "$log" "$folder/copy" --log "$key" > /dev/null 2> "$folder/mirror.log"; then
    fail "a history that was written anew is taken"
fi
check || fail "the mirror lost what it had"
if "$program" ledger compare "$folder/copy/refused-$forked" "$folder/copy/checkpoint" --log "$key" --mirror "$folder/copy" \
    > "$folder/proof" 2> "$folder/compare.log"; then
    fail "two histories are said to be one"
fi
grep -q 'THE LOG LIED' "$folder/proof" || fail "the proof is not printed: $(cat "$folder/compare.log")"
[ "$(grep -c "^— ${key%%+*} " "$folder/proof")" = 2 ] || fail "the proof does not have both signatures of the log"
end server TERM
