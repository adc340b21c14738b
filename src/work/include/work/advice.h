#ifndef WORK_ADVICE_H
#define WORK_ADVICE_H

#include "work/view.h"

/*
 * What the policy in force says to whoever asks, about nobody in particular and without a record: whose agreement is
 * needed, how something may travel, how long it is kept, by when something is due; and, to try it out, whether it may
 * be shared. What is asked is kept nowhere.
 */

extern const struct choice advice_decisions[]; /* the decisions of a pack */

struct advice_ask {
    struct text decision;
    struct json_object facts; /* docs/vocabulary.md; the day is added where it is left out */
    bool usual;               /* take as given what is usual, where it is not stated */
};

struct advice_row {
    struct text outcome;         /* the code; empty while open */
    struct json_object answer;   /* as docs/vocabulary.md */
    struct json_object words;    /* the same for people: docs/answers.md */
    struct json_object question; /* the next one to ask; {} if none is left */
    struct text pack, pack_version;
};

extern const struct view advice_ask_view;

#endif
