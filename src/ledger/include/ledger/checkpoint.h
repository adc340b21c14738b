#ifndef LEDGER_CHECKPOINT_H
#define LEDGER_CHECKPOINT_H

#include "base/arena.h"
#include "ledger/hash.h"
#include "ledger/note.h"

struct error;

/* The text of a C2SP checkpoint: origin, size, root in base64, then extension lines if any, each with its
 * newline. */
struct ledger_checkpoint {
    struct text origin; /* one line that is not empty */
    struct ledger_head head;
    struct text extension; /* whole lines, each not empty and with its newline; usually there are none */
};

int ledger_checkpoint_text(struct arena *arena, const struct ledger_checkpoint *checkpoint, struct text *text,
                           struct error *error);

/* Strict: what it accepts, ledger_checkpoint_text writes again byte for byte. Lends from `text`. ERROR_INPUT.
 */
int ledger_checkpoint_parse(struct text text, struct ledger_checkpoint *checkpoint, struct error *error);

/*
 * A whole signed checkpoint from a log: the note parses, keys[0] (the log's own) signed it, no given key's
 * signature is wrong, and the origin is `origin`. ERROR_INPUT or ERROR_CHECK. `verdicts` (may be NULL) has a
 * place for each key.
 */
int ledger_checkpoint_open(struct arena *arena, struct text note, struct text origin,
                           const struct ledger_key *keys, size_t count, struct ledger_checkpoint *checkpoint,
                           struct ledger_note_verdict *verdicts, struct error *error);

#endif
