#ifndef GATE_BATCH_H
#define GATE_BATCH_H

#include "inside.h"

/*
 * One transaction of the writer: the jobs that waited, an entry for each. Nearly always all of them succeed, so they are run
 * one after the other at first; where one fails the whole is undone and run again with each job a savepoint (`careful`), and
 * only what failed is left out. What one job needs lies in `scratch`, which is forgotten before the next, so that a
 * large one takes nothing from its neighbours; only leaves stay, in `arena`.
 */
struct batch {
    struct gate *gate;
    struct store_session *session;
    struct arena *arena, *scratch;
    struct text *leaf;
    size_t leaves, chores;
    int64_t look_seq;
    bool alone, careful; /* alone: a batch of one needs no savepoint, what it did is undone with the transaction */
};

/* Runs the jobs of the chain and says in each how it went. What it added to the log is kept and signed when this returns. */
void batch_run(struct gate *gate, struct store_session *session, struct job *chain);

/* ---- entry.c ---- */
/* Runs one job and adds its entry; if it fails, the caller undoes what it did. */
int batch_command(struct batch *batch, struct job *job, struct error *error);
int batch_looks(struct batch *batch, struct job *job, struct error *error);

/* ---- queue.c ---- */
enum { BATCH_MOST = 256 };
/* A chain of at most BATCH_MOST jobs; NULL when a second passed without one while there is something to tidy, or at the end. */
struct job *queue_take(struct gate *gate, bool *stop);

/* ---- unkept.c: each sets the result of every job that has none yet, and says in the operator's log why ---- */
void unkept_all(struct job *chain, int code, const struct error *error);
void unkept_batch(struct gate *gate, struct job *chain, const struct error *why);
void unkept_full(struct gate *gate, struct job *chain, const struct error *why);
void unkept_unsigned(struct gate *gate, struct job *chain, const struct error *why);

/* ---- tidy.c ---- */
/*
 * In a quiet moment and at the end: the newest checkpoint goes to the database too, for who reads it beside us; and uploads of
 * last week that nobody attached go.
 */
void tidy_up(struct gate *gate, struct store_session *session);

#endif
