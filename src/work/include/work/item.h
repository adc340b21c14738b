#ifndef WORK_ITEM_H
#define WORK_ITEM_H

#include "work/view.h"

/* An item of information: one thing that somebody saw, heard or thinks, with what is needed to judge it. */

extern const struct choice item_natures[];     /* fact, opinion */
extern const struct choice item_confidences[]; /* none, implied, explicit (MAN-02) */

struct item_record {
    struct id case_id;
    struct text text, nature;
    bool historical; /* it tells of the past and is marked so */
    struct text confidence;
    struct text provider; /* who told it, if somebody else did: confidence is owed to them too */
    struct instant happened_at;
};
struct item_recorded {
    struct id item_id;
};

struct item_row {
    struct id item_id;
    struct text text, nature, confidence, provider, recorded_by;
    bool historical;
    struct instant recorded_at, happened_at;
};

struct item_list {
    struct id case_id;
};

extern const struct command item_record_command;
extern const struct view item_list_view;

#endif
