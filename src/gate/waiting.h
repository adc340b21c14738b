#ifndef GATE_WAITING_H
#define GATE_WAITING_H

#include "base/error.h"

#include <pthread.h>
#include <stdbool.h>

/* Waiting for a job: waiting_done is its `done`, the context this. */
struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool done;
    int result;
    struct error error;
};
#define WAITING {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER}

void waiting_done(void *context, int result, const struct error *error);
/* The job's result; its error is copied. */
int waiting_for(struct waiting *waiting, struct error *error);

#endif
