#include "ledger/hash.h"

#include <string.h>

#include "hasher.h"
#include "range.h"

bool ledger_hash_equal(const struct ledger_hash *a, const struct ledger_hash *b)
{
    return memcmp(a->byte, b->byte, LEDGER_HASH_SIZE) == 0;
}

struct ledger_hash ledger_hash_leaf(struct text data)
{
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    return ledger_hasher_leaf(&hasher, data);
}

struct ledger_hash ledger_hash_node(const struct ledger_hash *left, const struct ledger_hash *right)
{
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    return ledger_hasher_node(&hasher, left, right);
}

struct ledger_hash ledger_hash_empty(void)
{
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    ledger_hasher_start(&hasher);
    return ledger_hasher_end(&hasher);
}

struct ledger_hash ledger_list_root(const struct ledger_hash *leaf, size_t count)
{
    if (count == 0)
        return ledger_hash_empty();
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    return ledger_hasher_root(&hasher, leaf, count);
}

static void ledger_list_ranges(const struct ledger_hash *leaf, const struct ledger_range *range,
                               uint32_t count, struct ledger_proof *proof)
{
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    for (uint32_t i = 0; i < count; i++)
        proof->hash[i] =
            ledger_hasher_root(&hasher, leaf + range[i].start, (size_t)(range[i].end - range[i].start));
    proof->count = count;
}

void ledger_list_inclusion(const struct ledger_hash *leaf, size_t count, size_t index,
                           struct ledger_proof *proof)
{
    struct ledger_range range[LEDGER_PROOF_MAX];
    *proof = (struct ledger_proof){0};
    if (index < count)
        ledger_list_ranges(leaf, range, ledger_range_inclusion(count, index, range), proof);
}

void ledger_list_consistency(const struct ledger_hash *leaf, size_t count, size_t old_count,
                             struct ledger_proof *proof)
{
    struct ledger_range range[LEDGER_PROOF_MAX];
    *proof = (struct ledger_proof){0};
    if (old_count <= count)
        ledger_list_ranges(leaf, range, ledger_range_consistency(old_count, count, range), proof);
}
