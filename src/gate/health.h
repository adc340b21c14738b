#ifndef GATE_HEALTH_H
#define GATE_HEALTH_H

#include "base/error.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct gate;
struct gate_settings;

/*
 * Is the service well? Either it is; or the disk is full, which passes (gate_is_full); or it has stopped taking changes, which
 * only a new start ends (gate_is_well): rather that than acknowledge what may not have been kept.
 */
struct health {
    pthread_mutex_t lock; /* of illness */
    struct error illness; /* code 0: well */
    void (*fell_ill)(void *context);
    void *fell_ill_context;
    _Atomic bool full; /* the last batch could not be kept, for want of room */
    _Atomic int64_t full_told_at; /* by the steady clock; 0: never */
};

void health_begin(struct health *health, const struct gate_settings *settings);
void health_end(struct health *health);

/* From here on nothing is acknowledged any more. The operator's log says why; the first reason stays. From any thread. */
void gate_fall_ill(struct gate *gate, const struct error *why);

/* Tells the operator that nothing can be kept and why, now and then. From any thread. */
void full_tell(struct gate *gate, const struct error *why);

/* The same; and `told` becomes what whoever asked is told. Returns ERROR_SYSTEM. */
int full_told(struct gate *gate, const struct error *why, struct error *told);

#endif
