#ifndef TESTS_GATE_FORGET_SEARCH_H
#define TESTS_GATE_FORGET_SEARCH_H

#include "forget_home.h"

/* Bytes that are looked for, and what they are. */
struct needle {
    struct text bytes;
    char what[80];
};
struct needles {
    struct needle *item;
    size_t n, room;
};
void needle_add(struct needles *needles, struct text bytes, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* How many of the needles lie anywhere in any file beneath the folder; the first one found is told. */
size_t needles_found(const struct needles *needles, const char *folder);
void needles_free(struct needles *needles);

/*
 * What must be found nowhere after a case was disposed of: the wrapped keys, plain keys and salts of it (`secret`; the plain
 * ones are nowhere before, either), its sealed bytes, the letters of the name, the payload of its document.
 */
struct remains {
    struct needles words, kept, secret, letters, payload;
};
void remains_of(struct forget_home *home, const struct marked *marked, const char *mark, struct remains *out);
void remains_free(struct remains *remains);

#endif
