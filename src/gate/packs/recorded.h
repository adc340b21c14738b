#ifndef GATE_RECORDED_H
#define GATE_RECORDED_H

#include "base.h"

#include <stdatomic.h>

struct gate;

/* One answer of a recorded decision, as it lay sealed. Its texts and trees last until the callback returns. */
struct recorded {
    struct text decision_id, case_id;
    struct text sha256;              /* of the pack, as the row says plainly */
    struct text answered;            /* the strictest, likewise */
    struct text agency_id, kind;     /* the recipient; agency_id empty: outside the partnership */
    const struct json *facts, *answer;
    bool last;                       /* of its decision */
};

struct recorded_reader {
    void *self;
    int (*answer)(void *self, const struct recorded *one, struct arena *scratch, struct error *error);
    /* A decision whose content does not open, or is not what it should be. What was disposed of is passed over. */
    int (*unreadable)(void *self, struct text decision_id, const char *why, struct error *error);
    void (*decision_done)(void *self);
    _Atomic bool *stop; /* set by anybody: the walk ends soon with ERROR_CONFLICT; NULL: nobody can */
};

/*
 * Walks over the decisions recorded from `since` on, in the order of their ids, 64 at a time: memory and locks are held
 * for no longer than that. *n in recorded_count is how many there are.
 */
int recorded_walk(struct gate *gate, int64_t since, const struct recorded_reader *reader, struct error *error);
int recorded_count(struct gate *gate, int64_t since, int64_t *n, struct error *error);

/* What was decided last in each open case, whenever that was: its decisions one after the other. */
int recorded_walk_open(struct gate *gate, const struct recorded_reader *reader, struct error *error);

#endif
