#ifndef WORK_SHARE_H
#define WORK_SHARE_H

#include "work/view.h"

/*
 * A share sends items and documents of a case, under a decision to share, to the recipients of that decision. Decisions
 * that were recorded together are sent together: each has a share of its own, with what is of its case.
 */

extern const struct choice share_media[]; /* by which a link or a phrase can go */

struct share_send {
    struct id_list decisions; /* one, or several that were recorded together */
    struct id_list items, documents; /* of any of their cases */
    struct text message; /* what the recipient should know */
    struct text outside_name;
    struct text link_medium, phrase_medium; /* never the same (BEX-32) */
    bool once;                              /* the parcel opens one time only */
    int64_t days;                           /* it can be picked up; 1 to 28, 0 means 7 */
};
struct share_sent {
    struct id share_id; /* of the first decision */
    struct text link;   /* outside: the secret part of the address */
    struct text phrase; /* outside: to be told by voice. Shown once, kept nowhere */
};

struct share_of {
    struct id share_id;
};
struct share_list {
    struct id case_id;
};

/* One recipient of a share, as its sender sees it. */
struct share_row {
    struct id share_id, receipt_id, decision_id;
    struct text recipient, state, state_words, reply;
    struct instant sent_at, opened_at, confirmed_at;
    int64_t items, documents;
    bool outside;
    struct text sender, sender_post;
    struct text link_medium, phrase_medium; /* outside: how they went */
};

extern const struct command share_send_command;
extern const struct view share_list_view;

#endif
