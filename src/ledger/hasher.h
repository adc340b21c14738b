#ifndef LEDGER_HASHER_H
#define LEDGER_HASHER_H

#include <openssl/sha.h>

#include <stdbool.h>
#include <stdint.h>

#include "ledger/hash.h"

/*
 * SHA-256 for many small inputs. It cannot fail and asks for no memory: a log must never stand without the hash of what
 * it holds. That is why it is OpenSSL's plain SHA-256, with its state in place, and not EVP's, which allocates (and takes
 * longer to begin than a node takes to hash).
 */
struct ledger_hasher {
    SHA256_CTX state;

    /* HMAC: an entry asks for many under one key, whose two blocks need be hashed once only. */
    SHA256_CTX inner, outer;
    uint8_t key[32];
    bool keyed;
};

void ledger_hasher_open(struct ledger_hasher *hasher);
void ledger_hasher_close(struct ledger_hasher *hasher);
#define HASHER_SCOPE __attribute__((cleanup(ledger_hasher_close)))

/* Piece by piece. */
void ledger_hasher_start(struct ledger_hasher *hasher);
void ledger_hasher_add(struct ledger_hasher *hasher, const void *p, size_t n);
void ledger_hasher_add_u32(struct ledger_hasher *hasher, uint32_t value); /* big-endian */
void ledger_hasher_add_text(struct ledger_hasher *hasher,
                            struct text t); /* its length as u32, then its bytes */
struct ledger_hash ledger_hasher_end(struct ledger_hasher *hasher);

struct ledger_hash ledger_hasher_leaf(struct ledger_hasher *hasher, struct text data);
struct ledger_hash ledger_hasher_node(struct ledger_hasher *hasher, const struct ledger_hash *left,
                                      const struct ledger_hash *right);

/* The root over `count` neighbouring hashes (1 or more). */
struct ledger_hash ledger_hasher_root(struct ledger_hasher *hasher, const struct ledger_hash *hash,
                                      size_t count);

/*
 * An input that stands in memory as whole blocks. Where many short ones are to be hashed, all are written first: a block
 * that was written in pieces just before cannot be read until they have reached the cache, which takes half as long as
 * hashing it.
 */
enum { LEDGER_BLOCK = SHA256_CBLOCK };
/* How many blocks `n` bytes and the padding take. */
size_t ledger_blocks_of(size_t n);
/* Writes the padding behind `n` bytes, up to the end of the last block. `before`: bytes hashed before these. */
void ledger_blocks_pad(uint8_t *block, size_t n, size_t before);
/* `from` NULL: from the beginning; or goes on from where `from` stands, which has hashed whole blocks. */
void ledger_blocks_hash(const SHA256_CTX *from, const uint8_t *block, size_t count, uint8_t hash[LEDGER_HASH_SIZE]);

/* HMAC-SHA256 (RFC 2104) under a key of 32 bytes: start, add as above, end. The key is given both times. */
void ledger_hmac_take_key(struct ledger_hasher *hasher, const uint8_t key[32]); /* makes inner and outer ready */
void ledger_hmac_start(struct ledger_hasher *hasher, const uint8_t key[32]);
struct ledger_hash ledger_hmac_end(struct ledger_hasher *hasher, const uint8_t key[32]);

#endif
