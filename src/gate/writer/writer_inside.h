#ifndef GATE_WRITER_INSIDE_H
#define GATE_WRITER_INSIDE_H

#include "inside.h"
#include "reserve.h"
#include "writer.h"

#include "ledger.h"

/* What the files of the writer share. */
struct writer {
    /* the queue */
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct job *first, **last;
    bool stopping, running;
    bool woken; /* writer_wake */

    /* the thread's own; before it starts, whoever starts it */
    pthread_t thread;
    struct ledger_edge edge;       /* of the log as the database has it */
    int64_t look_seq;              /* of the next look */
    int64_t seen_written, swept;   /* when sessions were written down, and uploads looked through */
    int careful;                   /* so many batches are run with a savepoint for each job: batch.h */
    bool untidy;                   /* there is something to do in a quiet moment */
    struct arena *batch, *scratch; /* one batch's memory, and one job's */
    struct reserve reserve;
};

/* ---- queue.c ---- */
enum { BATCH_MOST = 256 };
/* A chain of at most BATCH_MOST jobs; NULL when a second passed without one while there is something to tidy, or at the end. */
struct job *queue_take(struct writer *writer, bool *stop);

/* ---- head.c ---- */
/* Has the tree of `growth` (or, growth NULL, the present one again) signed, and publishes the checkpoint. */
int head_sign(struct gate *gate, const struct ledger_growth *growth, struct arena *arena, struct error *error);

/* ---- unkept.c: each sets the result of every job that has none yet, and says in the operator's log why ---- */
void unkept_all(struct job *chain, int result, const struct error *error);
void unkept_batch(struct gate *gate, struct store_session *session, struct job *chain, const struct error *why);
void unkept_full(struct gate *gate, struct job *chain, const struct error *why);
void unkept_unsigned(struct gate *gate, struct job *chain, const struct error *why);

/* ---- tidy.c ---- */
/*
 * In a quiet moment and at the end: the newest checkpoint goes to the database too, for who reads it beside us; and uploads of
 * last week that nobody attached go.
 */
void tidy_up(struct gate *gate, struct store_session *session);

#endif
