#include "base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever is read can be written and read again to the same text. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE struct arena *arena = arena_new(16 << 20, ARENA_PLAIN);
    struct error error;
    const struct json *first, *second;
    if (json_read(arena, (struct text){(const char *)data, size}, "input", &first, &error) != 0)
        return 0;
    struct buffer once = buffer_in(arena), twice = buffer_in(arena);
    struct json_writer w = json_writer_in(&once);
    json_put(&w, first);
    if (buffer_failed(&once))
        return 0;
    if (json_read(arena, buffer_result(&once), "own output", &second, &error) != 0) {
        if (arena_exhausted(arena))
            return 0;
        __builtin_trap();
    }
    w = json_writer_in(&twice);
    json_put(&w, second);
    if (!buffer_failed(&twice) && !text_equal(buffer_result(&once), buffer_result(&twice)))
        __builtin_trap();
    return 0;
}
