#ifndef WITNESS_CALLS_H
#define WITNESS_CALLS_H

#include "base/text.h"

struct error;

/* HTTP requests to others, several at a time, by one thread: a caller keeps its connections between them. */
struct witness_caller;

/* ca_file: PEM file of further certificate authorities, NULL: the system's. NULL when out of memory. */
struct witness_caller *witness_caller_new(const char *ca_file);
void witness_caller_free(struct witness_caller **caller);

/* From any thread: what is under way is broken off, and every later call too. */
void witness_caller_stop(struct witness_caller *caller);

struct witness_call {
    const char *url;    /* whole */
    struct text body;   /* of a POST */
    bool post;          /* otherwise GET */
    size_t answer_most; /* bytes; a longer answer breaks the call off */
    void *self;         /* the asker's */

    long status;       /* 0: no answer, see `problem` */
    char *answer;      /* witness_call_clear() frees it */
    size_t answer_n;
    char type[80];     /* Content-Type */
    char problem[200]; /* in plain words */
};

struct text witness_call_answer(const struct witness_call *call);
void witness_call_clear(struct witness_call *call);

/*
 * Makes all calls, `at_once` at a time, each within `seconds`. `done` (may be NULL) is told of each as it ends; true
 * makes the same call again (with another body, say). ERROR_SYSTEM only when calling is not possible at all, or was
 * stopped; what became of a call is in the call.
 */
int witness_call_all(struct witness_caller *caller, struct witness_call *calls, size_t count, size_t at_once,
                     unsigned seconds, bool (*done)(void *context, struct witness_call *call), void *context,
                     struct error *error);

#endif
