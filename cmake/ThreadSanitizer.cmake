# Read by ctest before its tests: what the thread sanitizer shall not tell.
set(ENV{TSAN_OPTIONS} "suppressions=${CMAKE_CURRENT_LIST_DIR}/thread-sanitizer.txt")
