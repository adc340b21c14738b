#!/usr/bin/env bash
# tools/fuzz.sh [TARGET...]
#
# Runs fuzz targets, all or those named, FUZZ_SECONDS (60) each, beginning from tests/fuzz/corpus/TARGET. What is found on the way is
# kept in build/fuzz/found/TARGET, what breaks a target in build/fuzz/broken/TARGET-*.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/install-needs.sh build fuzz test
[ -f build/fuzz/build.ninja ] || cmake --preset fuzz
mapfile -t targets < <(cmake --build build/fuzz --target help | grep -oE '\bfuzz-[a-z0-9_-]+' | sort -u)
[ ${#targets[@]} -gt 0 ] || { echo "There are no fuzz targets." >&2; exit 3; }
cmake --build build/fuzz --target "${targets[@]}"
mapfile -t programs < <(find build/fuzz -type f -executable -name 'fuzz-*' | sort)
export ASAN_OPTIONS=detect_stack_use_after_return=1${ASAN_OPTIONS:+:$ASAN_OPTIONS} # it does not look for that by itself
failed=0 ran=0
for program in "${programs[@]}"; do
    target=${program##*/fuzz-}
    [ $# -eq 0 ] || case " $* " in *" $target "*) ;; *) continue ;; esac
    mkdir -p "build/fuzz/found/$target" "tests/fuzz/corpus/$target" build/fuzz/broken
    ran=$((ran + 1))
    log=build/fuzz/$target.log
    if "$program" -max_total_time="${FUZZ_SECONDS:-60}" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="build/fuzz/broken/$target-" "build/fuzz/found/$target" "tests/fuzz/corpus/$target" > "$log" 2>&1; then
        echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs, none broke it"
    else
        tail -40 "$log" >&2
        echo "$target broke; the input is in build/fuzz/broken" >&2
        failed=$((failed + 1))
    fi
done
echo "$ran fuzz targets ran, $failed broke"
[ "$ran" -gt 0 ] && [ "$failed" -eq 0 ]
