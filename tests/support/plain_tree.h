#ifndef TESTS_SUPPORT_PLAIN_TREE_H
#define TESTS_SUPPORT_PLAIN_TREE_H

#include "ledger/hash.h"

/* The proofs of RFC 6962, section 2.1, written down as plainly as it does, over the hashes of all leaves. */

static inline size_t plain_split(size_t n)
{
    size_t k = 1;
    while (2 * k < n)
        k *= 2;
    return k;
}

static inline void plain_inclusion(const struct ledger_hash *leaf, size_t n, size_t m, struct ledger_proof *proof)
{
    proof->count = 0;
    if (n < 2)
        return;
    size_t k = plain_split(n);
    bool left = m < k;
    plain_inclusion(left ? leaf : leaf + k, left ? k : n - k, left ? m : m - k, proof);
    proof->hash[proof->count++] = left ? ledger_list_root(leaf + k, n - k) : ledger_list_root(leaf, k);
}

/* SUBPROOF(m, D[n], whole) */
static inline void plain_subproof(const struct ledger_hash *leaf, size_t n, size_t m, bool whole, struct ledger_proof *proof)
{
    proof->count = 0;
    if (m == n && !whole)
        proof->hash[proof->count++] = ledger_list_root(leaf, n);
    if (m == n)
        return;
    size_t k = plain_split(n);
    bool left = m <= k;
    plain_subproof(left ? leaf : leaf + k, left ? k : n - k, left ? m : m - k, left && whole, proof);
    proof->hash[proof->count++] = left ? ledger_list_root(leaf + k, n - k) : ledger_list_root(leaf, k);
}

/* 0 < m <= n. */
static inline void plain_consistency(const struct ledger_hash *leaf, size_t n, size_t m, struct ledger_proof *proof)
{
    plain_subproof(leaf, n, m, true, proof);
}

#endif
