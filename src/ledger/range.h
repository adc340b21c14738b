#ifndef LEDGER_RANGE_H
#define LEDGER_RANGE_H

#include "ledger/hash.h"

/*
 * Which subtrees a proof consists of, whatever gives their hashes: neighbouring leaves start..end-1, in the
 * order of the proof. Each is either full (a power of two, lying at a multiple of itself) or reaches to the
 * end of the tree.
 */
struct ledger_range {
    uint64_t start, end;
};

/* index < size; from <= to; sizes up to LEDGER_SIZE_MAX. They return how many ranges there are. */
uint32_t ledger_range_inclusion(uint64_t size, uint64_t index, struct ledger_range range[LEDGER_PROOF_MAX]);
uint32_t ledger_range_consistency(uint64_t from, uint64_t to, struct ledger_range range[LEDGER_PROOF_MAX]);

/* The height of a full subtree of `count` leaves; `count` is a power of two. */
unsigned ledger_range_height(uint64_t count);

/* The largest power of two that is not above `count`; count > 0. */
uint64_t ledger_range_power(uint64_t count);

#endif
