#!/usr/bin/env bash
# PostgreSQL in an operator's hands: one server at a time, a lost connection, a witness, a backup under work, the worst night with
# the agencies' shares, to this engine and to the other; and what is left of somebody who was forgotten. Run by with-postgres.
set -euo pipefail
program=$PROVISO_BUILD/proviso
folder=$(mktemp -d)
. tests/scenario/expect.sh
. tests/scenario/running.sh

sql() { psql -q -At -v ON_ERROR_STOP=1 -d "$1" -c "$2"; } # sql DATABASE STATEMENT
address() { echo "host=$PGHOST user=office dbname=$1"; }
new_database() {
    createdb -T template0 -E UTF8 --locale=C -O office "$1"
    sql "$1" "GRANT EXECUTE ON FUNCTION pg_switch_wal() TO office"
}

# As docs/backup.md and docs/forgetting.md tell it: a user of its own, who may begin the log anew; old pieces of it are not kept.
sql postgres "CREATE ROLE office LOGIN"
sql postgres "GRANT pg_checkpoint TO office"
sql postgres "ALTER SYSTEM SET wal_recycle = off"
sql postgres "SELECT pg_reload_conf()" > "$folder/said"
new_database alderbrook

# ---- the partnership, its agencies, its witness ----
export PROVISO_HOME=$folder/home PROVISO_LISTEN=127.0.0.1:0 PROVISO_PACKS=packs PROVISO_SESSION_MINUTES=120
PROVISO_DATABASE=$(address alderbrook)
export PROVISO_DATABASE
"$program" demo --seed-only 2> "$folder/log" || fail "no demo"
echo needed 2 > "$folder/plan"
for i in 1 2 3; do
    age-keygen -o "$folder/agency$i" 2> "$folder/said"
    echo "agency $(age-keygen -y "$folder/agency$i") Agency $i" >> "$folder/plan"
done
export PROVISO_ESCROW=$folder/plan
key=$("$program" ledger key 2>> "$folder/log")
witness() { start witness "$program" ledger witness --home "$folder/witness" --listen "127.0.0.1:$1" --log "$key" --name police.example/witness; }
witness "$(spare_port)" # it comes back there
printf 'witness police %s http://127.0.0.1:%s\nquorum police\n' "$(cat "$folder/witness.out")" "$port_witness" > "$folder/witnesses"
export PROVISO_WITNESSES=$folder/witnesses

at() { echo "http://127.0.0.1:$port_server/$1"; }
serve() { start server "$program" serve; }
member() { sed -nE "s/.*\"$1\": ?\"([^\"]+)\".*/\1/p"; }
sign_in() {
    token=$(curl -sf -H 'Content-Type: application/json' -d "{\"login\":\"$1\",\"password\":\"walking in the rain\",\"label\":\"$RANDOM\",\"days\":2}" \
        "$(at api/v1/token)" | member token)
}
ask() { # ask PATH [JSON]
    curl -sS --fail-with-body -H "Authorization: Bearer $token" -H 'Content-Type: application/json' ${2:+-d "$2"} "$(at "api/v1/$1")" \
        || fail "$1 was refused"
}
shown() { curl -sf "$(at log/checkpoint)"; }
size_shown() { shown | sed -n 2p; }
signed_by_witness() { shown | grep -q '^— police.example/witness '; }
level() { signed_by_witness && [ "$(size_shown)" = "$(sql alderbrook 'SELECT size FROM log_head')" ]; }

serve
sign_in teacher
case=$(ask case/open '{"name":"Robin Example"}' | member case_id)
ask item/record "{\"case_id\":\"$case\",\"text\":\"Came to school with a bruise on the arm.\",\"nature\":\"fact\"}" > "$folder/said"
paper=$(curl -sSf -H "Authorization: Bearer $token" -H 'Content-Type: text/plain' --data-binary 'left arm, 3 cm' \
    -H 'Content-Disposition: attachment; filename="body-map.txt"' "$(at "api/v1/document/attach?case_id=$case")" | member document_id)
wait_for "the witness has seen all of it" level

# ---- one server writes to a database: not with a copy of the home either, and not to turn keys ----
cp -a "$folder/home" "$folder/copy"
PROVISO_HOME=$folder/copy expect 2 "Another server has it open: .* Stop that one first" serve
PROVISO_HOME=$folder/copy expect 2 "Another server has it open" keys turn
expect 0 "the record holds" ledger verify

# ---- the connection is lost: the server ends, and what it had answered is there when it is started again ----
sql alderbrook "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'office'" > "$folder/said"
curl -s -o "$folder/said" "$(at healthz)" || true # nobody writes: it notices by itself
ended=0
wait "${running[server]}" || ended=$?
unset "running[server]"
[ "$ended" = 3 ] || fail "after the connection was lost it ended with $ended"
grep -q "The connection to the database was lost" "$folder/server.log" || fail "it does not say that the connection was lost"
PROVISO_HOME=$folder/empty expect 1 "written with other keys than those of this home" serve
serve
ask "item/list?case_id=$case" | grep -q 'bruise on the arm' || fail "what was recorded is not there"
wait_for "the witness signs on" level

# ---- killed: what the public saw is there again, with the witness's signature ----
before=$(size_shown)
end server KILL
end witness TERM
serve
signed_by_witness || fail "the witness's signature did not outlast the kill"
[ "$(size_shown)" -ge "$before" ] || fail "the public checkpoint went back"

# ---- what a newer version has written this one does not copy ----
sql alderbrook "INSERT INTO store_migration SELECT room, max(number) + 1, 'of tomorrow', '', 0 FROM store_migration WHERE number > 1 GROUP BY room"
expect 1 "newer than this program" backup -o "$folder/of-tomorrow"
[ ! -e "$folder/of-tomorrow" ] || fail "it was copied all the same"
sql alderbrook "DELETE FROM store_migration WHERE name = 'of tomorrow'"

# ---- a backup while work goes on ----
witness "$port_witness"
for _ in $(seq 150); do
    printf 'url = "%s"\nheader = "Authorization: Bearer %s"\nheader = "Content-Type: application/json"\ndata = "{\\"name\\":\\"Robin Example\\"}"\noutput = /dev/null\nfail\nnext\n' "$(at api/v1/case/open)" "$token"
done | sed '$d' > "$folder/load"
curl -s -K "$folder/load" &
load=$!
expect 0 "1 documents.*" backup -o "$folder/backup"
grep -q "The shares of epoch 1 open it" "$folder/said" || fail "no word of the shares"
wait "$load" || fail "work was refused while the backup was made"
later=$(ask case/open '{"name":"Robin Later"}' | member case_id)
wait_for "the witness has seen what came after it" level
[ -z "$(grep -laE 'Came to school|left arm|Robin Example' -r "$folder/backup")" ] || fail "the backup holds plain words"

# ---- the worst night: machine and database are lost ----
cp "$folder"/home/data/escrow/epoch-1/*.age "$folder"
end server KILL
rm -rf "$folder/home"
wait_for "the lost server's place is free" dropdb alderbrook
age -d -i "$folder/agency1" "$folder/01-agency-1.age" > "$folder/share1"
"$program" open -i "$folder/agency3" -o "$folder/share3" "$folder/03-agency-3.age" || fail "the share does not open"
new_database again
shares=(--share "$folder/share1" --share "$folder/share3")
restore=(restore "$folder/backup" --home "$folder/again" --witnesses "$folder/witnesses")
expect 1 "a witness has seen" "${restore[@]}" "${shares[@]}" --database "$(address again)"
because=(--older-because "The machine burnt; this is the newest.")
expect 1 "2 shares of epoch 1 are needed" "${restore[@]}" --share "$folder/share1" --database "$(address again)" "${because[@]}"
expect 2 "SQLite lies in the home" "${restore[@]}" "${shares[@]}" "${because[@]}" --database "$folder/file.db"
[ "$(sql again "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")" = 0 ] || fail "the database was touched before the shares were judged"
expect 0 "is restored" "${restore[@]}" "${shares[@]}" "${because[@]}" --database "$(address again)"
[ ! -e "$folder/again/data/proviso.db" ] || fail "the copy lies in the home still"
expect 2 "there is a record in the database already" restore "$folder/backup" --home "$folder/twice" "${shares[@]}" --database "$(address again)"

# a database that another home has begun to use, in which nobody has done anything yet
new_database young
PROVISO_HOME=$folder/young PROVISO_DATABASE=$(address young) serve
end server TERM
expect 2 "there is a record in the database already" restore "$folder/backup" --home "$folder/twice" "${shares[@]}" --database "$(address young)"

unset PROVISO_WITNESSES
export PROVISO_HOME=$folder/again
PROVISO_DATABASE=$(address again)
expect 0 "the record holds" ledger verify
serve
expect 2 "Another server has it open" restore "$folder/backup" --home "$folder/twice" "${shares[@]}" --database "$(address again)"
sign_in teacher
ask "item/list?case_id=$case" | grep -q 'bruise on the arm' || fail "what was recorded did not come back"
curl -sf -H "Authorization: Bearer $token" "$(at "api/v1/document/open?document_id=$paper")" | grep -q 'left arm, 3 cm' || fail "the document did not come back"
if curl -sf -o /dev/null -H "Authorization: Bearer $token" "$(at "api/v1/case/read?case_id=$later")"; then fail "what came after the backup is in it"; fi
ask restoration/list | grep -q 'The machine burnt' || fail "the record does not say why it was restored"
ls "$folder/again/data/escrow/epoch-1/02-agency-2.age" > "$folder/said"

# ---- from one engine to the other: the same backup becomes a home of SQLite, and that one a database again ----
(
    unset PROVISO_DATABASE
    export PROVISO_HOME=$folder/small
    expect 0 "is restored" restore "$folder/backup" --home "$folder/small" "${shares[@]}"
    expect 0 "the record holds" ledger verify
    expect 0 "1 documents" backup -o "$folder/small-backup"
    new_database large
    expect 0 "is restored" restore "$folder/small-backup" --home "$folder/large" --keys "$folder/small/keyholder" --database "$(address large)"
    PROVISO_HOME=$folder/large PROVISO_DATABASE=$(address large) expect 0 "the record holds" ledger verify
)

# ---- forgotten: pieces of a name that nobody else has, so that nothing else looks like them ----
forgotten=$(ask case/open '{"name":"Ξψωθ Φχψξ"}' | member case_id)
pieces=$(sql again "SELECT string_agg(trigram, '|') FROM (SELECT * FROM subject_trigram UNION ALL SELECT * FROM subject_trigram_2) piece
    JOIN case_file ON case_file.subject_id = piece.subject_id WHERE case_file.id = '$forgotten'")
[ "${#pieces}" -gt 80 ] || fail "the name has no pieces: $pieces"
left() { grep -rlaE "$pieces|ξψω|φχψ|Ξψωθ|Φχψξ" "$PGHOST/data" "$folder/again" || true; }
sql again "ANALYZE"
sql again "CHECKPOINT"
[ "$(left | grep -c /base/)" -ge 1 ] || fail "the search for pieces finds none where they are"
[ "$(sql again "SELECT count(*) FROM pg_stats WHERE tablename LIKE 'subject_trigram%' AND attname = 'trigram'")" = 0 ] \
    || fail "the planner keeps pieces of names"
sign_in lead
disposal=$(ask disposal/propose "{\"case_id\":\"$forgotten\",\"rule\":\"retention\",\"stands\":\"line 12\",\"paper\":\"shredded\",\"media\":\"erased\"}" | member disposal_id)
sign_in head
ask disposal/approve "{\"disposal_id\":\"$disposal\"}" | grep -q waiting || fail "it is not approved"
end server TERM
expect 0 "what was disposed of until now is final" keys turn
if grep -q "write-ahead log until" "$folder/said"; then fail "it may not begin the log anew"; fi
[ -z "$(left)" ] || fail "pieces of a forgotten name are left in: $(left)"
expect 0 "the record holds" ledger verify
serve
sign_in head
ask "disposal/read?disposal_id=$disposal" | grep -q '"state": *"final"' || fail "the disposal is not final"
end server TERM

# ---- a user who may do less is told what that means; and the disposal is final all the same ----
sql postgres "REVOKE pg_checkpoint FROM office"
expect 0 "has not the role pg_checkpoint" keys turn
expect 0 "the record holds" ledger verify
