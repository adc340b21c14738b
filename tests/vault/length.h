#ifndef TESTS_VAULT_LENGTH_H
#define TESTS_VAULT_LENGTH_H

#include "vault/payload.h"

/* The length of the payload that seals `plain` bytes. */
static inline size_t payload_length(size_t plain)
{
    size_t chunks = plain == 0 ? 1 : plain / VAULT_CHUNK + (plain % VAULT_CHUNK != 0);
    return VAULT_NONCE + plain + chunks * VAULT_TAG;
}

#endif
