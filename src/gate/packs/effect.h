#ifndef GATE_EFFECT_H
#define GATE_EFFECT_H

#include "base.h"

#include <stdatomic.h>

struct gate;

struct effect_progress {
    _Atomic size_t done, of; /* recorded decisions */
};

/*
 * Works out what the rules of a proposal would change and keeps it with the proposal: the two versions compared over
 * every possible case, the decisions of the last twelve months answered again as if they were taken on the first day of
 * the new rules, and the open cases whose latest answer would be another. Seconds to minutes; ends soon after *stop.
 */
int effect_work_out(struct gate *gate, const struct id *adoption, struct effect_progress *progress, _Atomic bool *stop,
                    struct error *error);

#endif
