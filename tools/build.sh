#!/usr/bin/env bash
# tools/build.sh [PRESET]: configures if that was not done yet, and builds. The release preset leaves build/proviso.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
folder=build
[ "$preset" = release ] || folder=build/$preset
[ -f "$folder/build.ninja" ] || cmake --preset "$preset"
cmake --build "$folder"
