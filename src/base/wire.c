#include "base/wire.h"

#include <string.h>

struct text wire_take(struct wire *wire, size_t n)
{
    if (wire->failed || wire->rest.n < n) {
        wire->failed = true;
        return (struct text){NULL, 0};
    }
    struct text taken = {wire->rest.p, n};
    if (n) /* nothing may be added to NULL */
        wire->rest = (struct text){wire->rest.p + n, wire->rest.n - n};
    return taken;
}

uint64_t wire_number(struct wire *wire, size_t size)
{
    struct text taken = wire_take(wire, size);
    uint64_t value = 0;
    for (size_t i = 0; i < taken.n; i++)
        value = value << 8 | (uint8_t)taken.p[i];
    return value;
}

struct text wire_text(struct wire *wire, size_t size)
{
    uint64_t n = wire_number(wire, size);
    return wire_take(wire, n < SIZE_MAX ? (size_t)n : SIZE_MAX);
}

void wire_copy(struct wire *wire, void *out, size_t n)
{
    struct text taken = wire_take(wire, n);
    memset(out, 0, n);
    if (taken.n)
        memcpy(out, taken.p, n);
}

bool wire_done(const struct wire *wire)
{
    return !wire->failed && wire->rest.n == 0;
}
