#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include "base/arena.h"
#include "base/buffer.h"

/* Bytes as text and back. Encoders give {NULL, 0} past the arena's ceiling. */

struct text hex_encode(struct arena *arena, const void *p, size_t n); /* lower case */
bool hex_decode(struct text t, void *out, size_t size);                /* exactly `size` bytes, either case */

enum base64_kind {
    BASE64_STANDARD,          /* padded */
    BASE64_STANDARD_UNPADDED, /* as in age headers */
    BASE64_URL_UNPADDED,
};

struct text base64_encode(struct arena *arena, enum base64_kind kind, const void *p, size_t n);
/* The same into a buffer, which has failed where there is no memory: nothing is left out unseen. */
void base64_write(struct buffer *out, enum base64_kind kind, const void *p, size_t n);

/* Strict: canonical form only, no white space. False if it is not that. */
bool base64_decode(struct arena *arena, enum base64_kind kind, struct text t, struct text *out);
/* The same of exactly `size` bytes, which takes no memory: whatever is refused is malformed. */
bool base64_decode_into(enum base64_kind kind, struct text t, void *out, size_t size);

/* Overwrites in a way that the compiler keeps. */
void bytes_wipe(void *p, size_t n);

/* Random bytes from the system, good enough for keys. Never fails (ends the process if the system has none). */
void bytes_random(void *p, size_t n);

#endif
