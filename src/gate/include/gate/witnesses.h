#ifndef GATE_WITNESSES_H
#define GATE_WITNESSES_H

#include "gate/visit.h"

/* How the witnesses of the log stand. Instants and durations are in microseconds. */
struct gate_witness {
    struct text name; /* as the policy calls it */
    int64_t size;     /* of the checkpoint that it cosigned last; 0: none yet */
    int64_t signed_at;
    int64_t behind, behind_for; /* entries that it has not cosigned, and how long they have waited */
    unsigned failures;          /* tries in vain, one after another */
    bool alarm;                 /* what it said speaks against this log; until it signs again, across restarts too */
    int64_t alarm_at;           /* since when */
    struct text problem;        /* of the last try, or of the alarm, in plain words; empty: none */
};
struct gate_witnesses {
    bool asked;  /* a policy is set */
    bool needed; /* it asks for somebody */
    bool met;    /* for the newest checkpoint */
    struct text words; /* whom it asks for */
    int64_t size;      /* of the newest checkpoint for which it is met; 0: none yet */
    int64_t behind, behind_for;
    const struct gate_witness *witness;
    size_t count;
};
int gate_witnesses(struct gate *gate, struct arena *arena, struct gate_witnesses *out, struct error *error);

#endif
