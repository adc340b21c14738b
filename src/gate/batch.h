#ifndef GATE_BATCH_H
#define GATE_BATCH_H

#include "inside.h"

/*
 * One transaction of the writer: the jobs that waited, each a savepoint, an entry for each. What one job needs lies in
 * `scratch`, which is forgotten before the next, so that a large one takes nothing from its neighbours; only leaves
 * stay, in `arena`.
 */
struct batch {
    struct gate *gate;
    struct store_session *session;
    struct arena *arena, *scratch;
    struct text *leaf;
    size_t leaves;
    int64_t look_seq;
};

/* Runs one job and adds its entry; nothing of it is kept unless the caller releases the savepoint around it. */
int batch_command(struct batch *batch, struct job *job, struct error *error);
int batch_looks(struct batch *batch, struct job *job, struct error *error);

#endif
