#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct buffer buffer_in(struct arena *arena)
{
    return (struct buffer){.arena = arena};
}

static bool grow(struct buffer *b, size_t more)
{
    if (b->failed)
        return false;
    size_t want = b->capacity ? b->capacity : 128;
    while (want - b->n < more) {
        if (__builtin_mul_overflow(want, 2, &want)) {
            b->failed = true;
            return false;
        }
    }
    char *p = arena_grow(b->arena, b->p, b->capacity, want, 1);
    if (!p) {
        b->failed = true;
        return false;
    }
    b->p = p;
    b->capacity = want;
    return true;
}

static inline bool reserve(struct buffer *b, size_t more)
{
    return (!b->failed && b->capacity - b->n >= more) || grow(b, more);
}

char *buffer_room(struct buffer *b, size_t n)
{
    if (!reserve(b, n))
        return NULL;
    b->n += n;
    return b->p + b->n - n;
}

void buffer_bytes(struct buffer *b, const void *p, size_t n)
{
    if (n == 0 || !reserve(b, n))
        return;
    memcpy(b->p + b->n, p, n);
    b->n += n;
}

void buffer_char(struct buffer *b, char c)
{
    if (reserve(b, 1))
        b->p[b->n++] = c;
}

void buffer_text(struct buffer *b, struct text t)
{
    buffer_bytes(b, t.p, t.n);
}

void buffer_string(struct buffer *b, const char *s)
{
    if (s)
        buffer_bytes(b, s, strlen(s));
}

void buffer_format(struct buffer *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    size_t room = b->failed ? 0 : b->capacity - b->n;
    int n = vsnprintf(room ? b->p + b->n : NULL, room, format, args);
    va_end(args);
    if (n < 0)
        b->failed = true;
    else if ((size_t)n < room || (reserve(b, (size_t)n + 1) && vsnprintf(b->p + b->n, (size_t)n + 1, format, again) == n))
        b->n += (size_t)n;
    va_end(again);
}

void buffer_int(struct buffer *b, int64_t value)
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%lld", (long long)value);
    buffer_bytes(b, digits, (size_t)n);
}

struct text buffer_result(const struct buffer *b)
{
    return (struct text){b->p, b->n};
}

bool buffer_failed(const struct buffer *b)
{
    return b->failed;
}

static inline void big_endian(struct buffer *b, uint64_t value, size_t bytes)
{
    uint64_t wire = __builtin_bswap64(value << (8 * (sizeof value - bytes)));
    buffer_bytes(b, &wire, bytes);
}

void buffer_u16(struct buffer *b, uint16_t value)
{
    big_endian(b, value, 2);
}

void buffer_u32(struct buffer *b, uint32_t value)
{
    big_endian(b, value, 4);
}

void buffer_u64(struct buffer *b, uint64_t value)
{
    big_endian(b, value, 8);
}
