#ifndef LEDGER_BYTES_READER_H
#define LEDGER_BYTES_READER_H

#include "base/text.h"

/* Takes big-endian pieces off the front of some bytes. What is not there gives zeroes and sets `failed`. */
struct ledger_bytes {
    struct text rest;
    bool failed;
};

uint32_t ledger_bytes_uint(struct ledger_bytes *bytes, size_t size); /* 1 to 4 bytes */
struct text ledger_bytes_take(struct ledger_bytes *bytes, size_t n); /* lends */
void ledger_bytes_copy(struct ledger_bytes *bytes, void *out, size_t n);
bool ledger_bytes_done(const struct ledger_bytes *bytes); /* nothing failed, nothing is left */

#endif
