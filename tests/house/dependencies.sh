#!/usr/bin/env bash
# dependencies.sh FOLDER: every package that we install is explained, pinned, and named without where it came from.
set -euo pipefail
cd "$1"
faults=0
fault() { echo "$*" >&2; faults=$((faults + 1)); }
n=0
while IFS=$'\t' read -r package when _ why; do
    case "$package" in ''|'#'*) continue ;; esac
    n=$((n + 1))
    [ -n "$why" ] || fault "tools/needs.tsv does not say why $package"
    case "$when" in build|test|bench|fuzz|package) ;; *) fault "tools/needs.tsv: $package is for '$when'" ;; esac
    grep -qF "\`$package\`" docs/dependencies.md || fault "docs/dependencies.md does not name $package"
done < tools/needs.tsv
while read -r package version; do
    n=$((n + 1))
    [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fault "package.json: $package is not pinned: $version"
    grep -qF "\`$package\`" docs/dependencies.md || fault "docs/dependencies.md does not name $package"
done < <(sed -nE '/ependencies": \{/,/\}/ s/^ *"([^"]+)": "([^"]+)",?$/\1 \2/p' package.json)
grep -q '"resolved"' package-lock.json && fault "package-lock.json says where packages came from"
[ "$n" -gt 30 ] || fault "only $n packages were found; this test reads the lists wrongly"
[ "$faults" = 0 ] && echo "$n packages are explained"
