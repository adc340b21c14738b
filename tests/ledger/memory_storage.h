#ifndef TESTS_LEDGER_MEMORY_STORAGE_H
#define TESTS_LEDGER_MEMORY_STORAGE_H

#include "ledger.h"

/* Tiles kept in memory, for tests and the bench. Counts what is asked of it; while nothing writes, several threads may read. */
struct memory_tile {
    size_t n, capacity;
    char *p;
};

struct memory_storage {
    struct {
        struct memory_tile *tile;
        size_t count;
    } level[9]; /* bundles first, then levels 0 to 7 */
    _Atomic size_t reads;
    size_t writes;
    size_t fail_write; /* 0, or: the write of this number fails */
};

struct ledger_storage memory_storage(struct memory_storage *memory);
void memory_storage_free(struct memory_storage *memory);

/* The stored value, to look at or to damage; NULL if there is none. */
struct memory_tile *memory_storage_at(struct memory_storage *memory, int level, uint64_t index);

/* Leaf number i in the tests: "leaf <i>". */
struct text memory_leaf(struct arena *arena, uint64_t i);

#endif
