#ifndef WORK_DECISION_H
#define WORK_DECISION_H

#include "work/view.h"

/*
 * The answer is what the pack says; the decision is what the practitioner does. An answer is worked out for each
 * recipient; both are kept, with the facts and the pack that was applied.
 */

extern const struct choice decision_outcomes[]; /* the vocabulary's outcomes */
extern const struct choice decision_answers[];  /* the same, and "open": decided urgently, before there was an answer */
extern const struct choice outside_kinds[];     /* `recipient` values that somebody outside the partnership can be */

/* To whom, and what is known. The system adds the day, who asks, and the kind of each recipient. */
struct decision_answer {
    struct id_list agencies;
    struct text outside; /* kind of a recipient outside the partnership; empty: none */
    struct json_object facts;
    bool explain; /* say how it came about, and what would change it */
};

/* One recipient's answer. */
struct answer_row {
    struct id agency_id; /* unset: outside the partnership */
    struct text recipient, kind;
    struct text outcome;         /* empty while open */
    struct json_object answer;   /* as docs/vocabulary.md */
    struct json_object words;    /* the same for people: see docs/answers.md */
    struct json_object question; /* the next one to ask; {} if none is left */
    struct json_object trace, changes; /* if asked to explain */
};

struct decision_record {
    struct id case_id;
    struct id_list agencies;
    struct text outside;
    struct json_object facts;
    struct text outcome; /* what the practitioner decides */
    struct text reasons;
    struct text consulted; /* with whom it was talked over, if with anybody */
    struct instant happened_at; /* when it was decided, if before now */
};
struct decision_recorded {
    struct id decision_id;
    struct text answered; /* the strictest answer */
    bool differs;
};

struct decision_of {
    struct id decision_id;
};

struct decision_row {
    struct id decision_id, case_id;
    struct text made_by, post, name; /* who, and about whom */
    struct text pack, pack_version, answered, decided, reasons, consulted;
    bool differs;
    struct instant recorded_at, happened_at;
    struct json_object facts;
    struct json_object answers; /* {"answers": [{"recipient", "agency_id", "kind", "answer", "words"}]} */
};

/*
 * How one answer of a decision came about, worked out again from what was recorded under the version that was applied.
 * Where that version is not at hand, or does not give what was recorded, `trace` and `changes` are empty.
 */
struct decision_path_row {
    struct id case_id, agency_id;
    struct text name, recipient, kind, outcome, pack, pack_version, pack_sha256;
    bool at_hand;
    struct json_object answer, words, trace, changes;
};

struct decision_list {
    struct id case_id;
};

extern const struct command decision_record_command;
extern const struct view decision_answer_view, decision_list_view, decision_read_view,
    decision_agency_view, decision_path_view;

#endif
