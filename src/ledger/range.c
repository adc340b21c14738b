#include "range.h"

unsigned ledger_range_height(uint64_t count)
{
    return 63u - (unsigned)__builtin_clzll(count);
}

uint64_t ledger_range_power(uint64_t count)
{
    return UINT64_C(1) << ledger_range_height(count);
}

/* The walk goes from the root down, a proof lists its hashes from the bottom up. */
static void range_reverse(struct ledger_range *range, uint32_t count)
{
    for (uint32_t i = 0; i < count / 2; i++) {
        struct ledger_range held = range[i];
        range[i] = range[count - 1 - i];
        range[count - 1 - i] = held;
    }
}

uint32_t ledger_range_inclusion(uint64_t size, uint64_t index, struct ledger_range range[LEDGER_PROOF_MAX])
{
    uint32_t count = 0;
    uint64_t start = 0, end = size;
    while (end - start > 1) {
        uint64_t middle = start + ledger_range_power(end - start - 1);
        if (index < middle) {
            range[count++] = (struct ledger_range){middle, end};
            end = middle;
        } else {
            range[count++] = (struct ledger_range){start, middle};
            start = middle;
        }
    }
    range_reverse(range, count);
    return count;
}

uint32_t ledger_range_consistency(uint64_t from, uint64_t to, struct ledger_range range[LEDGER_PROOF_MAX])
{
    if (from == 0 || from >= to)
        return 0;
    uint32_t count = 0;
    uint64_t start = 0, end = to;
    while (end != from) {
        uint64_t middle = start + ledger_range_power(end - start - 1);
        if (from <= middle) {
            range[count++] = (struct ledger_range){middle, end};
            end = middle;
        } else {
            range[count++] = (struct ledger_range){start, middle};
            start = middle;
        }
    }
    /* What is left is the last full subtree of the old tree. Where it is the whole old tree, the checker has
     * it. */
    if (start > 0)
        range[count++] = (struct ledger_range){start, end};
    range_reverse(range, count);
    return count;
}
