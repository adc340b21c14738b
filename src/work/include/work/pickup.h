#ifndef WORK_PICKUP_H
#define WORK_PICKUP_H

#include "work/view.h"

/*
 * A pickup is a parcel for somebody outside the partnership: an age file that only the phrase opens. The first words of
 * the phrase are a code; wrong tries are counted and lock the parcel.
 */
enum { PICKUP_TRIES = 5 };

struct pickup_look {
    struct text link;
};
struct pickup_row {
    struct text sender_agency;
    struct instant expires_at;
    bool open; /* it can be tried */
    struct text state, state_words;
    int64_t tries_left;
    bool once;
};

struct pickup_try {
    struct text link, phrase;
};
/* A wrong phrase is an outcome that must be kept, not an error. */
struct pickup_tried {
    bool opened;
    int64_t tries_left;
    struct json_object parcel; /* {"message", "sender", "limits", "items", "documents": [{"name", "type", "size", ...}]} */
};

extern const struct command pickup_try_command;
extern const struct view pickup_look_view;

#endif
