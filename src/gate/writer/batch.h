#ifndef GATE_BATCH_H
#define GATE_BATCH_H

#include "writer_inside.h"

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

#endif
