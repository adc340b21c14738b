#ifndef LEDGER_EVIDENCE_H
#define LEDGER_EVIDENCE_H

#include "base/arena.h"
#include "ledger/checkpoint.h"
#include "ledger/proof.h"

struct error;

/*
 * Evidence that an entry is in the log, in one file that is checked without the log: C2SP tlog-proof
 * ("c2sp.org/tlog-proof@v1"). `extra` is what the one who checks needs to work out the leaf again (an encoded
 * showing, say); nothing vouches for it until the leaf that it gives is found in the tree.
 */
struct ledger_evidence {
    bool has_extra;
    struct text extra;
    uint64_t index;
    struct ledger_proof inclusion;
    struct text checkpoint; /* the whole signed note */
};

int ledger_evidence_text(struct arena *arena, const struct ledger_evidence *evidence, struct text *text,
                         struct error *error);
int ledger_evidence_parse(struct arena *arena, struct text source, struct ledger_evidence *evidence,
                          struct error *error);

/*
 * ERROR_CHECK unless the log of `origin` with keys[0] signed a tree that has a leaf of this data at the index. The rest is as
 * ledger_checkpoint_open has it.
 */
int ledger_evidence_check(struct arena *arena, const struct ledger_evidence *evidence, struct text leaf,
                          struct text origin, const struct ledger_key *keys, size_t count,
                          struct ledger_checkpoint *checkpoint, struct ledger_note_verdict *verdicts,
                          struct error *error);

#endif
