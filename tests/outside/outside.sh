#!/usr/bin/env bash
# The log as a stranger sees it, by verifiers that nobody here wrote: Go's tlog and note, and sigstore's. Against the program as
# it is served, while it grows, and against a copy of it in a folder.
#
# outside.sh PROVE NODE
set -euo pipefail
prove=$1 node=$2
program=$PROVISO_BUILD/proviso
folder=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -z "$server" ] || wait "$server" 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT

# no network: Debian's own sources of golang.org/x/mod
export GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$folder/cache GOFLAGS= CGO_ENABLED=0 GOPROXY=off
go build -o "$folder/verify" tests/outside/verify.go

: > "$folder/log"
PROVISO_PACKS=packs "$program" demo --home "$folder/home" --listen 127.0.0.1:0 > "$folder/out" 2> "$folder/log" &
server=$!
for _ in $(seq 1200); do
    port=$(sed -nE 's/.*listening on 127.0.0.1 port ([0-9]+).*/\1/p' "$folder/log")
    [ -z "$port" ] || break
    kill -0 "$server" 2> /dev/null || { cat "$folder/log"; exit 1; }
    sleep 0.1
done
log=http://127.0.0.1:$port/log
key=$(curl -sf "$log/key")

look() {
    rm -rf "$folder/copy"
    "$program" ledger mirror "$log" "$folder/copy" --log "$key" 2> /dev/null
    "$prove" "$folder/copy" "$key" > "$folder/proofs"
    "$folder/verify" "$log" "$key" "$folder/proofs"
    "$folder/verify" "$folder/copy" "$key" "$folder/proofs"
    "$node" tests/outside/sigstore.mjs "$folder/copy/checkpoint" "$key" "$folder/proofs"
}

look
cp "$folder/copy/checkpoint" "$folder/first"
# past a full tile
token=$(curl -sf -H 'Content-Type: application/json' -d '{"login":"teacher","password":"walking in the rain","label":"outside","days":2}' "http://127.0.0.1:$port/api/v1/token" |
    sed -nE 's/.*"token": ?"([^"]+)".*/\1/p')
for _ in $(seq 300); do
    printf 'url = "http://127.0.0.1:%s/api/v1/case/open"\nheader = "Authorization: Bearer %s"\nheader = "Content-Type: application/json"\ndata = "{\\"name\\":\\"Robin Example\\"}"\noutput = /dev/null\nfail\nnext\n' "$port" "$token"
done | sed '$d' | curl -s -K -
look
size=$(sed -n 2p "$folder/copy/checkpoint")
[ "$size" -gt 300 ] || { echo "the log has only $size entries" >&2; exit 1; }

"$program" ledger compare "$folder/first" "$folder/copy/checkpoint" --log "$key" --mirror "$folder/copy"

# they notice: an entry of the copy is changed, and nothing else
entries=$folder/copy/tile/entries/000
was=$(od -An -tu1 -j20 -N1 "$entries")
printf "\\$(printf %03o $((was ^ 1)))" | dd of="$entries" bs=1 seek=20 conv=notrunc 2> /dev/null
if "$folder/verify" "$folder/copy" "$key" "$folder/proofs" > /dev/null 2>&1; then
    echo "a changed entry passes" >&2
    exit 1
fi
