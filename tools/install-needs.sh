#!/usr/bin/env bash
# tools/install-needs.sh [build] [test] [bench] [fuzz] [package]
#
# Installs what those need and this machine lacks: Debian packages by name (as root, or by sudo), then npm packages
# exactly as package-lock.json pins them. Says what and why first. With nothing missing it asks no network.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- build

missing=()
while IFS=$'\t' read -r package when instead why; do
    case "$package" in ''|'#'*) continue ;; esac
    case " $* " in *" $when "*) ;; *) continue ;; esac
    [ "$instead" = - ] || ! command -v "$instead" >/dev/null 2>&1 || continue
    state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) || state=
    [ "$state" = installed ] && continue
    [ ${#missing[@]} -gt 0 ] || echo "These Debian packages are missing:"
    printf '  %-22s %s\n' "$package" "$why"
    missing+=("$package")
done < tools/needs.tsv

if [ ${#missing[@]} -gt 0 ]; then
    root=()
    if [ "$(id -u)" != 0 ]; then
        if ! command -v sudo >/dev/null 2>&1; then
            echo "Installing them needs root, and there is no sudo here. As root, run:" >&2
            echo "  apt-get update && apt-get install --no-install-recommends ${missing[*]}" >&2
            exit 1
        fi
        echo "Installing them needs root; sudo may ask for your password."
        root=(sudo)
    fi
    "${root[@]}" apt-get update -q
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
fi

# node_modules is right if it was made from this very lock file.
lock=$(sha256sum package-lock.json | cut -d' ' -f1)
if [ "$(cat node_modules/.made-from 2>/dev/null || true)" != "$lock" ]; then
    echo "Fetching the npm packages of package-lock.json (style sheet, script bundler, browser tests)."
    npm ci --ignore-scripts --loglevel=error # its warnings are about Debian's Node, which only runs npm
    echo "$lock" > node_modules/.made-from
fi
