#ifndef BASE_WIRE_H
#define BASE_WIRE_H

#include "base/text.h"

/*
 * Takes a wire format apart from its front, as a buffer puts it together. What is not there reads as zeroes and the empty text
 * and is remembered: check once, at the end, with wire_done(), and before a number is believed with `failed`. Texts are lent
 * from what is read.
 */
struct wire {
    struct text rest;
    bool failed;
};

uint64_t wire_number(struct wire *wire, size_t size);      /* big-endian, of 1 to 8 bytes */
struct text wire_take(struct wire *wire, size_t n);
struct text wire_text(struct wire *wire, size_t size);     /* its length, a number of `size` bytes, stands before it */
void wire_copy(struct wire *wire, void *out, size_t n);
bool wire_done(const struct wire *wire); /* nothing has failed, nothing is left */

#endif
