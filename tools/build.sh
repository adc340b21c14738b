#!/usr/bin/env bash
# tools/build.sh [PRESET [TARGET]]: configures if that was not done yet, and builds everything or the target. The release preset
# leaves the program at build/proviso.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release} target=${2:-all}
folder=build
[ "$preset" = release ] || folder=build/$preset
[ -f "$folder/build.ninja" ] || cmake --preset "$preset"
cmake --build "$folder" --target "$target"
