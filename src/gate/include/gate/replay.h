#ifndef GATE_REPLAY_H
#define GATE_REPLAY_H

#include "gate/visit.h"

/* What is to be answered again. */
struct replay_settings {
    /*
     * NULL: each answer by the kept version that gave it, and all of it must come out again. Else every one by this pack,
     * and only outcomes are compared.
     */
    const struct policy_pack *as;
    int64_t since; /* decisions recorded from then on; 0: all */
};

/* One that does not come out again. Nothing in it is about a person; it lasts for the call. */
struct replay_difference {
    struct text decision_id;
    struct text recipient; /* id of the agency, or "outside"; empty: the decision as a whole */
    struct text kind;      /* of the recipient */
    struct text was, now;  /* outcomes */
    struct text what;      /* what differs where the outcome does not, or why it could not be answered */
};

struct replay_report {
    size_t decisions, answers, same, differ;
    size_t not_kept;  /* answers of versions that the record does not keep; counted as neither */
};

struct replay_listener {
    void *self;
    void (*difference)(void *self, const struct replay_difference *difference);
    void (*progress)(void *self, size_t done, size_t of); /* after each decision */
};

/*
 * Answers every recorded decision again and tells what differs. The gate may be read-only, beside the server that has the
 * home. Errors are only those that keep it from going on.
 */
int gate_replay(struct gate *gate, const struct replay_settings *settings, const struct replay_listener *listener,
                struct replay_report *report, struct error *error);

#endif
