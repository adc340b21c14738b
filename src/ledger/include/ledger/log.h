#ifndef LEDGER_LOG_H
#define LEDGER_LOG_H

#include "base/arena.h"
#include "ledger/proof.h"
#include "ledger/tile.h"

struct error;

/*
 * Where the pieces of a log are kept: one value for each level (LEDGER_LEVEL_ENTRIES or 0 to 7) and index,
 * always the widest so far. Narrower partial tiles are its beginnings, so they are answered from it and never
 * kept.
 *
 *   read   gives the value in the arena; ERROR_MISSING when there is none
 *   write  puts the value in place of the one before; need not be durable, nor seen by others, before the
 *          caller of ledger_append commits
 *
 * A value may be wider than the head that is committed (left by a write that was not): the surplus is
 * ignored.
 */
struct ledger_storage {
    void *self;
    int (*read)(void *self, int level, uint64_t index, struct arena *arena, struct text *out,
                struct error *error);
    int (*write)(void *self, int level, uint64_t index, struct text content, struct error *error);
};

/*
 * The right edge of a tree: all that appending needs to know of it. A value: copy it, keep the old one until
 * the new one is committed. peak[h] is the root of the full subtree of 2^h leaves at the edge where bit h of
 * `size` is set.
 */
struct ledger_edge {
    uint64_t size;
    struct ledger_hash peak[LEDGER_PROOF_MAX];
};

/* {0} is the edge of the empty tree. */
struct ledger_head ledger_edge_head(const struct ledger_edge *edge);

/* Reads the edge of a stored tree; ERROR_CHECK if the tiles do not give the root of `head`. */
int ledger_edge_load(const struct ledger_storage *storage, struct arena *arena,
                     const struct ledger_head *head, struct ledger_edge *edge, struct error *error);

/*
 * Appends the data of `count` leaves (1 or more, each at most 65535 bytes). Reads and writes only tiles at
 * the right edge, each written once. *edge (may be *old itself) and *growth are filled only on success. The
 * writer commits the storage, the new edge and the signed checkpoint together; if it does not, it goes on
 * from `old`.
 */
int ledger_append(const struct ledger_storage *storage, struct arena *arena, const struct ledger_edge *old,
                  const struct text *leaves, size_t count, struct ledger_edge *edge,
                  struct ledger_growth *growth, struct error *error);

/* Root and proofs of the first `size` leaves, from tiles. The log must have at least `size` leaves. */
int ledger_root(const struct ledger_storage *storage, struct arena *arena, uint64_t size,
                struct ledger_hash *root, struct error *error);
int ledger_inclusion(const struct ledger_storage *storage, struct arena *arena, uint64_t size, uint64_t index,
                     struct ledger_proof *proof, struct error *error);
int ledger_consistency(const struct ledger_storage *storage, struct arena *arena, uint64_t from_size,
                       uint64_t to_size, struct ledger_proof *proof, struct error *error);

/* The data of one leaf; index < size, the size of the log as published. */
int ledger_leaf(const struct ledger_storage *storage, struct arena *arena, uint64_t size, uint64_t index,
                struct text *data, struct error *error);

/*
 * What a request for `path` ("tile/0/x001/234.p/7") is answered with, in a log published up to `size` leaves:
 * exactly the width asked for, however wide the stored one is. ERROR_INPUT for a malformed path,
 * ERROR_MISSING for a tile beyond what is published.
 */
int ledger_serve(const struct ledger_storage *storage, struct arena *arena, uint64_t size, struct text path,
                 struct text *content, struct error *error);

/* How many bytes of a bundle its first `count` leaves take, each with its length; false if there are fewer. */
bool ledger_bundle_length(struct text bundle, size_t count, size_t *length);

/* Takes a bundle apart: `count` leaves, lent from it. ERROR_CHECK if it has not exactly so many. */
int ledger_bundle_read(struct text bundle, size_t count, struct text *leaves, struct error *error);

/*
 * Reads everything: every entry is hashed, every tile compared, the root compared with `head`. ERROR_CHECK
 * names the first tile that is wrong. Memory does not grow with the log. `leaf` (may be NULL) is called with
 * each in order and ends the audit with its error.
 */
struct ledger_visitor {
    void *self;
    int (*leaf)(void *self, uint64_t index, struct text data, struct error *error);
};
int ledger_audit(const struct ledger_storage *storage, const struct ledger_head *head,
                 const struct ledger_visitor *visitor, struct error *error);

#endif
