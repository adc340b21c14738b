/* Targets of requests: what is taken is made of pieces that lie in it, one behind the other, and reads the same when written again. */
#include "target.h"

#include "base.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct target target;
    struct text raw = {(const char *)data, size};
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    if (size > 1 << 16 || target_read(raw, &target, NULL) != 0)
        return 0;
    if (target.path.n == 0 || target.path.p[0] != '/' || text_find_char(target.path, '?') >= 0)
        __builtin_trap();
    if (!target.asks && target.query.n > 0)
        __builtin_trap();
    if (target.absolute && (target.authority.n == 0 || text_find_char(target.authority, '/') >= 0 ||
                            text_find_char(target.authority, '@') >= 0 || text_find_char(target.authority, '?') >= 0))
        __builtin_trap();
    struct buffer again = buffer_in(arena);
    if (target.absolute) {
        buffer_string(&again, target.tls ? "https://" : "http://");
        buffer_text(&again, target.authority);
    }
    buffer_text(&again, target.path);
    if (target.asks)
        buffer_char(&again, '?');
    buffer_text(&again, target.query);
    struct target second;
    if (target_read(buffer_result(&again), &second, NULL) != 0 || second.absolute != target.absolute || second.tls != target.tls ||
        second.asks != target.asks || !text_equal(second.authority, target.authority) || !text_equal(second.path, target.path) ||
        !text_equal(second.query, target.query))
        __builtin_trap();
    return 0;
}
