#ifndef WORK_HOLD_H
#define WORK_HOLD_H

#include "work/view.h"

/*
 * A legal hold: somebody still needs what is in a case, so nothing of it may be disposed of. The agency of the case may place one,
 * and any agency that was sent a share of it.
 */
struct hold_place {
    struct id case_id;
    struct text reason;
    struct date until; /* year 0: until it is lifted */
};
/* By an agency that received a share. */
struct hold_place_received {
    struct id receipt_id;
    struct text reason;
    struct date until;
};
struct hold_placed {
    struct id hold_id;
};

struct hold_of {
    struct id hold_id;
};
struct hold_lifted {
    bool lifted;
};

/* One that the actor's agency placed, or on a case of the actor's agency. */
struct hold_row {
    struct id hold_id;
    struct id case_id; /* set where it is the actor's agency's */
    struct text name, reason; /* reason: of the actor's agency's own holds */
    struct text placed_by, placed_post, agency;
    struct instant placed_at, lifted_at;
    struct text lifted_by;
    struct date until;
    bool stands, own; /* own: the actor's agency placed it and may lift it */
};

extern const struct command hold_place_command, hold_place_received_command, hold_lift_command;
extern const struct view hold_list_view;

#endif
