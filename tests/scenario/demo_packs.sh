#!/usr/bin/env bash
# The demo can be made under every pack, and its record verifies.
set -euo pipefail
program=$PROVISO_BUILD/proviso
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for pack in packs/*/; do
    pack=$(basename "$pack")
    PROVISO_PACK=$pack "$program" demo --seed-only --home "$folder/$pack" 2> "$folder/log" || { cat "$folder/log"; exit 1; }
    PROVISO_PACK=$pack "$program" ledger verify --home "$folder/$pack" 2> "$folder/log" || { cat "$folder/log"; exit 1; }
    echo "$pack: made and verified"
done
