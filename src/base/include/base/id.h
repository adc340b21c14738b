#ifndef BASE_ID_H
#define BASE_ID_H

#include "base/text.h"

/*
 * Names of rows: 26 characters of lower-case Crockford base32 that hold 48 bits of milliseconds and 80 random bits,
 * so that they sort by time and cannot be guessed.
 */
enum { ID_LENGTH = 26 };

struct id {
    char text[ID_LENGTH + 1]; /* NUL-ended; "" is no id */
};

struct id id_new(int64_t instant);
bool id_parse(struct text t, struct id *id); /* false if `t` is not well formed; then *id is "" */
struct text id_text(const struct id *id);    /* lends */
bool id_is_set(const struct id *id);
bool id_equal(const struct id *a, const struct id *b);

#endif
