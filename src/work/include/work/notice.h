#ifndef WORK_NOTICE_H
#define WORK_NOTICE_H

#include "work/view.h"

/* Something that waits for a post: a decision that differs from its answer, a share that was confirmed. */

struct notice_row {
    struct id notice_id, about;
    struct text kind, words;
    struct instant raised_at;
};

struct notice_done {
    struct id notice_id;
};
struct notice_closed {
    bool done;
};

extern const struct command notice_done_command;
extern const struct view notice_list_view;

#endif
