#ifndef TESTS_LEDGER_ROW_KEY_H
#define TESTS_LEDGER_ROW_KEY_H

#include "commitment.h"

/* The key under which the rows of an entry of this salt are digested. */
static inline struct ledger_hash test_row_key(const uint8_t salt[LEDGER_SALT_SIZE])
{
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    return ledger_rows_key(&hasher, salt);
}

#endif
