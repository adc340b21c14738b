#!/usr/bin/env bash
# rooms.sh ROOMS.tsv [nm]
#
# ROOMS.tsv has a line for each room, in the order in which they are declared: its name, its archive, the rooms that it
# declares, parted by commas. Fails when an archive asks for a symbol of a room that it does not declare, when a
# room declares one that comes after it, or when rooms that stand side by side know each other.
set -euo pipefail
rooms=$1 nm=${2:-nm}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
faults=0
fault() { echo "$*" >&2; faults=$((faults + 1)); }

# Who may know whom below `work`: these could be lifted out and used by strangers.
declare -A may=([base]="" [sandbox]="base" [dmn]="base" [policy]="base dmn" [ledger]="base" [vault]="base" [store]="base" [http]="base" [witness]="base ledger http")

seen=" "
while IFS=$'\t' read -r room archive declared; do
    for other in ${declared//,/ }; do
        case "$seen" in *" $other "*) ;; *) fault "$room declares $other, which is not below it" ;; esac
        if [ -n "${may[$room]+x}" ]; then
            case " ${may[$room]} " in *" $other "*) ;; *) fault "$room declares $other; it may know only: ${may[$room]:-nobody}" ;; esac
        fi
    done
    seen="$seen$room "
    [ -f "$archive" ] || { fault "$room is not built"; continue; }
    "$nm" -g --defined-only "$archive" 2>/dev/null | awk -v room="$room" 'NF == 3 && $3 !~ /^__/ { print $3 "\t" room }' >> "$work/defined"
done < "$rooms"
sort -u "$work/defined" -o "$work/defined"

twice=$(cut -f1 "$work/defined" | uniq -d | head -5 | tr '\n' ' ')
[ -z "$twice" ] || fault "two rooms define the same name: $twice"

while IFS=$'\t' read -r room archive declared; do
    [ -f "$archive" ] || continue
    "$nm" -u "$archive" 2>/dev/null | awk '$1 == "U" { print $2 }' | sort -u > "$work/asked"
    while IFS=$'\t' read -r symbol owner; do
        [ "$owner" = "$room" ] && continue
        case ",$declared," in *",$owner,"*) ;; *) fault "$room uses $symbol of $owner, which it does not declare" ;; esac
    done < <(join -t $'\t' "$work/asked" "$work/defined")
done < "$rooms"
[ "$faults" = 0 ] && echo "$(wc -l < "$rooms") rooms use only what they declare"
