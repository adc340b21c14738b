#ifndef POLICY_WORD_TABLE_H
#define POLICY_WORD_TABLE_H

#include "base/arena.h"

/*
 * A perfect table of words known beforehand: each has a slot of its own, so that finding one is a hash and a
 * comparison.
 */
struct word_slot {
    struct text word;
    uint16_t value;
};

struct word_table {
    struct word_slot *slot;
    uint64_t seed;
    uint32_t mask;
};

/* word[i] leads to i. False when the arena is full, or where words are too alike to be told apart by their ends. */
bool word_table_start(struct word_table *table, struct arena *arena, const struct text *word, size_t words);

/* At most eight bytes from either end and the length: what two words of one list hardly share. */
static inline uint64_t word_hash(const char *p, size_t n, uint64_t seed)
{
    uint64_t first = 0, last = 0;
    if (n >= 8) {
        __builtin_memcpy(&first, p, 8);
        __builtin_memcpy(&last, p + n - 8, 8);
    } else if (n >= 4) {
        __builtin_memcpy(&first, p, 4);
        __builtin_memcpy(&last, p + n - 4, 4);
    } else {
        for (size_t i = 0; i < n; i++)
            first = first << 8 | (unsigned char)p[i];
    }
    uint64_t h = (first ^ seed) * UINT64_C(0x9e3779b97f4a7c15), l = (last + n) * UINT64_C(0xc2b2ae3d27d4eb4f);
    h ^= h >> 32 ^ l ^ l >> 32; /* the last bytes are the high bits: they must reach the low ones */
    h *= UINT64_C(0xff51afd7ed558ccd);
    return h >> 32;
}

static inline bool word_find(const struct word_table *table, const char *p, size_t n, uint16_t *value)
{
    const struct word_slot *slot = &table->slot[word_hash(p, n, table->seed) & table->mask];
    *value = slot->value;
    return slot->word.n == n && slot->word.p && __builtin_memcmp(slot->word.p, p, n) == 0;
}

#endif
