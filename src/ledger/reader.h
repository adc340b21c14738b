#ifndef LEDGER_READER_H
#define LEDGER_READER_H

#include "hasher.h"
#include "ledger/log.h"
#include "range.h"

/* Levels that a tree within LEDGER_SIZE_MAX can have. */
enum { LEDGER_LEVELS = 8 };

/* Reads hashes of subtrees out of tiles; keeps the tile last read at each level. */
struct ledger_reader {
    const struct ledger_storage *storage;
    struct arena *arena;
    struct ledger_hasher hasher;
    struct {
        bool set;
        uint64_t index;
        struct text content;
    } tile[LEDGER_LEVELS];
};

void ledger_reader_open(struct ledger_reader *reader, const struct ledger_storage *storage,
                        struct arena *arena);
void ledger_reader_close(struct ledger_reader *reader);
#define READER_SCOPE __attribute__((cleanup(ledger_reader_close)))

/* The root of the full subtree of 2^height leaves that is the `index`th of its height. */
int ledger_reader_subtree(struct ledger_reader *reader, unsigned height, uint64_t index,
                          struct ledger_hash *hash, struct error *error);

/*
 * A stored tile or bundle, cut to its first `width` hashes or entries. What should be there and is not, or is
 * shorter, is ERROR_CHECK: the storage is damaged.
 */
int ledger_stored(const struct ledger_storage *storage, struct arena *arena, int level, uint64_t index,
                  unsigned width, struct text *content, struct error *error);

#endif
