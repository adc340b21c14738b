#!/usr/bin/env bash
# tools/demo.sh: builds Proviso and runs the demo: invented people and places in ./demo, http://127.0.0.1:8080.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/install-needs.sh build
tools/build.sh release proviso
exec build/proviso demo "$@"
