#include "bytes_reader.h"

#include <string.h>

struct text ledger_bytes_take(struct ledger_bytes *bytes, size_t n)
{
    if (bytes->failed || bytes->rest.n < n) {
        bytes->failed = true;
        return (struct text){0};
    }
    struct text taken = {bytes->rest.p, n};
    if (n)
        bytes->rest = (struct text){bytes->rest.p + n, bytes->rest.n - n};
    return taken;
}

uint32_t ledger_bytes_uint(struct ledger_bytes *bytes, size_t size)
{
    struct text taken = ledger_bytes_take(bytes, size);
    uint32_t value = 0;
    for (size_t i = 0; i < taken.n; i++)
        value = value << 8 | (uint8_t)taken.p[i];
    return value;
}

void ledger_bytes_copy(struct ledger_bytes *bytes, void *out, size_t n)
{
    struct text taken = ledger_bytes_take(bytes, n);
    memset(out, 0, n);
    if (taken.n > 0)
        memcpy(out, taken.p, taken.n);
}

bool ledger_bytes_done(const struct ledger_bytes *bytes)
{
    return !bytes->failed && bytes->rest.n == 0;
}
