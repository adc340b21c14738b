#ifndef WORK_DRAFT_H
#define WORK_DRAFT_H

#include "work/view.h"

/* What somebody has said so far on a journey of several pages. Sealed; gone after a day, or when the journey ends. */

struct draft_save {
    struct id draft_id; /* unset: a new one */
    struct text journey;
    struct json_object content;
};
struct draft_saved {
    struct id draft_id;
};

struct draft_of {
    struct id draft_id;
};
struct draft_row {
    struct id draft_id;
    struct text journey;
    struct json_object content;
    struct instant saved_at;
};
struct draft_dropped {
    bool gone;
};

extern const struct command draft_save_command, draft_drop_command;
extern const struct view draft_read_view, draft_list_view;

#endif
