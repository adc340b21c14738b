#include "dmn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Any text is parsed and evaluated within its bounds, and what comes out can be written. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE struct arena *arena = arena_new(16 << 20, ARENA_PLAIN);
    const struct dmn_limits limits = {.steps = 20000, .depth = 300, .now = 1};
    struct dmn_result result;
    if (size > 4096 || dmn_feel(arena, (struct text){(const char *)data, size}, "input", &limits, &result, NULL))
        return 0;
    struct buffer json = buffer_in(arena), feel = buffer_in(arena);
    dmn_value_write_json(&json, result.value);
    dmn_value_write_feel(&feel, result.value);
    return 0;
}
