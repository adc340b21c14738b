#ifndef WITNESS_ANSWER_H
#define WITNESS_ANSWER_H

#include "base/arena.h"
#include "ledger/note.h"

struct error;

/* What a witness said to add-checkpoint (C2SP tlog-witness). */
enum witness_answer_kind {
    WITNESS_COSIGNED,   /* `note` is the checkpoint with its signature, `time` when it signed: ledger_note_time() */
    WITNESS_OTHER_SIZE, /* it saw last what `size` says, and not what it was told it had seen */
    WITNESS_CONFLICT,   /* the same, but it names no size: told rightly what it saw last, it has seen another tree of that size */
    WITNESS_LATER,      /* it is well, but wants to be left alone for a while */
    WITNESS_REFUSED,    /* anything else: `problem` */
};

struct witness_answer {
    enum witness_answer_kind kind;
    struct text note;
    uint64_t time, size;
    char problem[240]; /* in plain words, unless it has cosigned */
};

/*
 * `note` is the checkpoint that was sent, `key` the witness's. Never fails: what is not as it should be is a refusal.
 * Nothing of the witness's own words is passed on but numbers and signatures.
 */
struct witness_answer witness_answer_read(struct arena *arena, const struct ledger_key *key, struct text note,
                                          long status, struct text type, struct text body);

#endif
