#ifndef LEDGER_PROOF_H
#define LEDGER_PROOF_H

#include "ledger/hash.h"

struct error;

/*
 * Checking of proofs. Each gives 0, or ERROR_CHECK when the proof does not hold. A proof with one hash too
 * few or too many does not hold.
 */

/* The leaf stands at `index` in the tree. */
int ledger_inclusion_check(const struct ledger_head *head, uint64_t index, const struct ledger_hash *leaf,
                           const struct ledger_proof *proof, struct error *error);

/*
 * The tree `to` begins with the tree `from`. Strict as RFC 9162: a proof from the empty tree is refused,
 * since it would show nothing; equal sizes need equal roots and an empty proof.
 */
int ledger_consistency_check(const struct ledger_head *from, const struct ledger_head *to,
                             const struct ledger_proof *proof, struct error *error);

/* What an append did. The process that signs checks it before it signs `to`. */
struct ledger_growth {
    struct ledger_head from, to;
    struct ledger_proof proof;
};

/*
 * `to` is larger than `from` and begins with it. From the empty tree (whose root must be the hash of nothing)
 * any tree is growth and the proof is empty. A growth by nothing is refused.
 */
int ledger_growth_check(const struct ledger_growth *growth, struct error *error);

#endif
