#!/usr/bin/env bash
# A home whose key nobody else keeps: its backup says so, and opens with the keys of the old machine only.
set -euo pipefail
program=$PROVISO_BUILD/proviso
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

fail() { echo "$*" >&2; cat "$folder/said" >&2; exit 1; }

"$program" demo --seed-only --home "$folder/home" 2> "$folder/said"
"$program" backup --home "$folder/home" -o "$folder/backup" > "$folder/said" 2>&1 || fail "no backup was made"
grep -q "no agency keeps a share of it" "$folder/said" || fail "it does not say that nobody else can open it"
"$program" restore "$folder/backup" --home "$folder/new" --keys "$folder/home/keyholder" > "$folder/said" 2>&1 || fail "it does not open with the old keys"
"$program" ledger verify --home "$folder/new" > "$folder/said" 2>&1 || fail "what was restored does not verify"
grep -q "the record holds" "$folder/said" || fail "what was restored does not verify"
