#include "ledger/hash.h"

#include <string.h>

#include "hasher.h"

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
