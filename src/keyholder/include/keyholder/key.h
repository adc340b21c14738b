#ifndef KEYHOLDER_KEY_H
#define KEYHOLDER_KEY_H

#include <stdint.h>

/*
 * The key of a record is 32 random bytes. In the database it lies wrapped: a version byte (1), the number of
 * the epoch (4 bytes, most significant first), a random nonce (24), and the key sealed with
 * XChaCha20-Poly1305 (48) under the epoch key, with "proviso record key" and the 5 bytes before the nonce as
 * associated data.
 */
enum {
    DATA_KEY_SIZE = 32,
    WRAPPED_KEY_SIZE = 1 + 4 + 24 + DATA_KEY_SIZE + 16,
};

struct wrapped_key {
    uint8_t byte[WRAPPED_KEY_SIZE];
};

/* Wipe it with bytes_wipe() after use. */
struct data_key {
    uint8_t key[DATA_KEY_SIZE];
    struct wrapped_key wrapped;
};

enum wrapped_verdict {
    WRAPPED_GOOD = 1,
    WRAPPED_UNKNOWN_EPOCH, /* retired: the record is disposed of; or never made here */
    WRAPPED_BAD,           /* altered, or not a wrapped key */
};

/* The epoch that it names, unverified; 0 if it is not a wrapped key of this version. */
uint32_t wrapped_key_epoch(const struct wrapped_key *wrapped);

#endif
