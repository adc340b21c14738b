#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include "base/arena.h"

/*
 * Builds a text piece by piece in an arena. A failed append is remembered: check once, at the end,
 * with buffer_failed(). The text is not NUL-ended.
 */
struct buffer {
    struct arena *arena;
    char *p;
    size_t n, capacity;
    bool failed;
};

struct buffer buffer_in(struct arena *arena);
void buffer_char(struct buffer *b, char c);
void buffer_text(struct buffer *b, struct text t);
void buffer_string(struct buffer *b, const char *s);
void buffer_bytes(struct buffer *b, const void *p, size_t n);

/* Appends `n` bytes that the caller fills at once; NULL when there is no memory. */
char *buffer_room(struct buffer *b, size_t n);
void buffer_format(struct buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buffer_int(struct buffer *b, int64_t value);
struct text buffer_result(const struct buffer *b);
bool buffer_failed(const struct buffer *b);

/* Big-endian integers, for wire formats. */
void buffer_u16(struct buffer *b, uint16_t value);
void buffer_u32(struct buffer *b, uint32_t value);
void buffer_u64(struct buffer *b, uint64_t value);

#endif
