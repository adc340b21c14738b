#!/usr/bin/env bash
# Verifying a database that is damaged, wherever and however: exit status 1, and what is wrong and what to do. Where it only could
# not be looked at nobody is alarmed: another status, and why.
set -euo pipefail
program=$PROVISO_BUILD/proviso
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
home=$folder/home
database=$home/data/proviso.db
documents=$home/data/documents.db

. tests/scenario/expect.sh

"$program" demo --seed-only --home "$home" > "$folder/log" 2>&1
expect 0 "the record holds" ledger verify --home "$home"
expect 0 '^{"holds":true,' ledger verify --json --home "$home"
rm -f "$home"/data/*-wal "$home"/data/*-shm
cp -r "$home/data" "$folder/whole"

whole() { rm -rf "$home/data"; cp -r "$folder/whole" "$home/data"; }

# found WORDS: the record does not hold; why, and what comes next; then all is as it was
found() {
    expect 1 "$1" ledger verify --home "$home"
    grep -q "restore the newest backup\|A backup from before" "$folder/said" || fail "it does not say what to do"
    whole
}

noise() { dd if=/dev/urandom of="$1" bs=4096 seek="$2" count=1 conv=notrunc 2> /dev/null; }

# Not to be opened.
damaged="$database: The database file is damaged, or is not an SQLite database"
head -c 200000 /dev/urandom > "$database"; found "$damaged"
echo "dear diary" > "$database"
expect 1 '^{"holds":false,"problem":{"where":".*proviso.db","what":"The database file is damaged' ledger verify --json --home "$home"; found "$damaged"
: > "$database"; found "$database: the database file is empty, and this home has signed a record of [1-9][0-9]* entries"
for size in 100 4096 12288 $(($(stat -c %s "$database") / 2)) $(($(stat -c %s "$database") - 4096)); do
    truncate -s "$size" "$database"; found "$damaged"
done
truncate -s 4096 "$documents"; found "$documents: The database file is damaged"

# To be opened, but not all of it is there: each page in its turn, the first with what SQLite opens the file by.
pages=$(($(stat -c %s "$database") / 4096))
for page in 0 1 2 $(seq 5 23 $((pages - 1))) $((pages - 1)); do
    noise "$database" "$page"; found "damaged\|difference"
done
noise "$documents" 1; found "damaged\|difference"
sqlite3 "$database" "DROP TABLE log_head" > /dev/null; found "no such table: log_head"

# It could not be looked at: that says nothing about the record.
not_looked_at() {
    expect "$1" "$2" "${@:3}"
    ! grep -q "does not hold\|difference" "$folder/said" || fail "an alarm is raised where nothing was looked at"
}
rm "$database"; not_looked_at 2 "there is no database here" ledger verify --home "$home"
expect 2 '^{"holds":null,"problem":' ledger verify --json --home "$home"; whole
rm "$database"; mkdir "$database"; not_looked_at 3 "Is a directory" ledger verify --home "$home"; whole
if [ "$(id -u)" = 0 ] && chown -R 65534 "$home" && chmod 755 "$folder"; then # root reads whatever it likes
    expect_as() { program="setpriv" not_looked_at "$1" "$2" --reuid 65534 --clear-groups "$PROVISO_BUILD/proviso" ledger verify --home "$home"; }
else
    expect_as() { not_looked_at "$1" "$2" ledger verify --home "$home"; }
fi
chmod 000 "$database"
expect_as 2 "$database: The database file cannot be opened: Permission denied.*this user may read"
