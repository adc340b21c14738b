#ifndef GATE_JOB_H
#define GATE_JOB_H

#include "gate/visit.h"

struct store_session;

/* What waits for the writer. */

/* A look on its way to the record. */
struct look {
    const char *view;
    struct id about, case_id; /* unset: none */
    int64_t at;
};

/*
 * A command that is prepared, the looks of a visit (command NULL), or a chore (visit NULL too): work of the gate's own that the
 * record need not tell of, in the batch's transaction or, `apart`, between two of them.
 */
struct job {
    struct job *next;
    struct visit *visit;
    const struct command *command;
    int (*chore)(struct store_session *session, void *context, struct error *error);
    void *context;
    bool apart;
    bool under_way; /* between job_enter and job_leave */
    unsigned entered;
    const void *in;
    void *ready, *out;
    struct turn turn;
    const struct look *looks;
    size_t looks_n;
    struct visit_done done;
    int result;
    struct error error;
};

/* It takes keys, and is under way until it was answered or was not taken: forget/epoch.h. Leaving twice is fine. */
void job_enter(struct job *job);
void job_leave(struct job *job);

#endif
