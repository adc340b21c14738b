#ifndef WITNESS_COMPARE_H
#define WITNESS_COMPARE_H

#include "ledger/checkpoint.h"
#include "ledger/log.h"

struct error;

/* Can two checkpoints that one log signed, seen by different people, both be true? */
enum witness_comparison {
    WITNESS_SAME,    /* the same tree */
    WITNESS_GREW,    /* one is the growth of the other: shown by a copy of the log */
    WITNESS_LIED,    /* both are signed by the log, and they cannot both be true */
    WITNESS_UNKNOWN, /* of different sizes: only a copy of the log can tell */
};

/*
 * Both must be signed by `log`. `copy` (may be NULL) holds the log up to `copy_head`, which the log signed too.
 * ERROR_INPUT, ERROR_CHECK: one of them is not a checkpoint of this log.
 */
int witness_compare(struct arena *arena, const struct ledger_key *log, struct text first, struct text second,
                    const struct ledger_storage *copy, const struct ledger_head *copy_head,
                    enum witness_comparison *comparison, struct ledger_head heads[2], struct error *error);

#endif
