#ifndef WORK_PACK_H
#define WORK_PACK_H

#include "work/view.h"

/*
 * The rules that apply: which version of which pack, from which day, who proposed it and who approved it. A version
 * is kept with its files, byte for byte, as soon as it is proposed, and stays. Nothing of it is about a person's case.
 *
 * An adoption is proposed, then approved by somebody else, or withdrawn. In force on a day is what was approved for the
 * latest day that is not after it; of two for the same day, what was approved last.
 */

extern const struct choice pack_states[];

struct pack_propose {
    struct text pack;     /* a pack as it lies in the operator's folder; or */
    struct id version_id; /* a version that was kept before */
    struct date from;
    struct text reasons;
};
struct pack_proposed {
    struct id adoption_id;
};

struct pack_of {
    struct id adoption_id;
};
struct pack_settled {
    struct id adoption_id;
    struct text state;
};
struct pack_acknowledged {
    struct instant at;
};

struct pack_review {
    struct id adoption_id; /* in force */
    struct text found;
    struct date next;
};
struct pack_reviewed {
    struct id review_id;
};

struct pack_list {
    struct date on; /* only what is in force on that day; none: all */
};

/* One adoption. `state` is worked out for today: see pack_states. */
struct pack_row {
    struct id adoption_id, version_id;
    struct text pack, version, title, sha256, state, reasons;
    struct date from, until; /* from none: from the beginning; until: the first day of what follows */
    struct text proposed_by, approved_by;
    struct instant proposed_at, approved_at;
    struct date review_due;
    struct instant effect_at;    /* when what it would change was worked out */
    bool proposed_by_you, acknowledged; /* by the actor */
};

struct pack_version_of {
    struct id version_id;
};
/* One kept version. */
struct pack_version_row {
    struct id version_id;
    struct text pack, version, title, jurisdiction, sha256, tables;
    struct date valid_from, valid_to, review_by;
    struct instant kept_at;
    struct text_list sources, notes;
};

/* What can be proposed. */
struct pack_choice_row {
    struct text pack; /* in the folder; empty: kept only */
    struct id version_id; /* kept; unset: not yet */
    struct text version, title;
    bool in_force;
    struct text broken; /* why it cannot be used; empty: it can */
};

/* A class of cases that are answered otherwise; nothing in it comes from a case. */
struct pack_change_row {
    struct text decision, title, here, there; /* which decision; the outcomes in words */
    struct text percent;                      /* of all possible cases: "1.2" */
    struct text_list when;                    /* the smallest such case, in words */
};

struct pack_effect_row {
    struct text state; /* "done", "working", "failed", "none" */
    int64_t done, of;
    struct instant worked_at;
    struct id against_id;       /* the version that it is compared with */
    struct json_object effect;  /* docs/packs.md, "Adopt it" */
    int64_t decisions, differing, cases; /* recorded decisions, those that would be answered otherwise, open cases of these */
};

/* Who has read what changes, and who has not. */
struct pack_reader_row {
    struct text agency, person, post;
    struct instant at; /* none: not yet */
};

struct pack_review_row {
    struct instant at;
    struct text by, found;
    struct date next;
};

/* ---- for the gate itself: not offered by name ---- */

/* The pack in force when a home has none on record yet: kept and adopted as the operator set it up. */
struct pack_found {
    char unused;
};

/* The effect, as it was worked out. */
struct pack_effect_keep {
    struct id adoption_id, against_id;
    struct json_object effect;
    int64_t decisions, differing;
    struct id_list cases; /* open ones whose answer changes */
};
struct pack_effect_kept {
    struct id effect_id;
};

extern const struct command pack_propose_command, pack_approve_command, pack_withdraw_command, pack_acknowledge_command,
    pack_review_command, pack_work_out_command, pack_found_command, pack_effect_keep_command;
extern const struct view pack_list_view, pack_read_view, pack_choices_view, pack_effect_view, pack_changes_view,
    pack_acknowledgements_view, pack_reviews_view;

#endif
