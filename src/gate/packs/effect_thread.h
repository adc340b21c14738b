#ifndef GATE_EFFECT_THREAD_H
#define GATE_EFFECT_THREAD_H

#include "work.h"

struct gate;

/* What proposals would change, worked out one after the other by a thread of its own. */
struct effects;

int effects_start(struct gate *gate, struct error *error);
void effects_stop(struct gate *gate);

/* Puts it in the queue; one that waits or is being worked out is not asked for twice. */
void effects_ask(struct gate *gate, const struct id *adoption);
struct shelf_progress effects_progress(struct gate *gate, const struct id *adoption);

#endif
