#ifndef LEDGER_HASH_H
#define LEDGER_HASH_H

#include "base/text.h"

/*
 * The Merkle tree of RFC 6962 section 2.1 over SHA-256:
 *   leaf  SHA-256(0x00 || data)
 *   node  SHA-256(0x01 || left || right)
 *   root of no leaves  SHA-256("")
 */
enum { LEDGER_HASH_SIZE = 32 };

/* Proofs never need more hashes: a tree has at most LEDGER_SIZE_MAX leaves. */
enum { LEDGER_PROOF_MAX = 64 };
#define LEDGER_SIZE_MAX ((uint64_t)INT64_MAX)

struct ledger_hash {
    uint8_t byte[LEDGER_HASH_SIZE];
};

/* How large the tree was and what it hashed to. */
struct ledger_head {
    uint64_t size;
    struct ledger_hash root;
};

/* An inclusion or a consistency proof, in the order of RFC 6962. A fixed size, so that it can cross a pipe as
 * it is. */
struct ledger_proof {
    uint32_t count;
    struct ledger_hash hash[LEDGER_PROOF_MAX];
};

bool ledger_hash_equal(const struct ledger_hash *a, const struct ledger_hash *b);
struct ledger_hash ledger_hash_leaf(struct text data);
struct ledger_hash ledger_hash_empty(void); /* the root of a tree without leaves */

/* The root of a tree held whole in memory, as the hashes of its leaves: for small ones, such as the looks of one batch. */
struct ledger_hash ledger_list_root(const struct ledger_hash *leaf, size_t count);

#endif
