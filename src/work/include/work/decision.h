#ifndef WORK_DECISION_H
#define WORK_DECISION_H

#include "work/view.h"

/*
 * The answer is what the pack says; the decision is what the practitioner does. One share may be about several people and
 * go to several recipients: an answer is worked out for each pair of them. Both are kept, with the facts and the pack
 * that was applied. docs/several.md tells how.
 */

extern const struct choice decision_outcomes[]; /* the vocabulary's outcomes, from the strictest on */
extern const struct choice decision_answers[];  /* the same, and "open": decided urgently, before there was an answer */
extern const struct choice outside_kinds[];     /* `recipient` values that somebody outside the partnership can be */

/*
 * About whom, to whom, and what is known. The system adds the day, who asks, the kind of each recipient, and the age of
 * each whose date of birth is recorded.
 */
struct decision_answer {
    struct id_list cases; /* none: somebody about whom there is no case */
    struct id_list agencies;
    struct text outside; /* kind of a recipient outside the partnership; empty: none */
    struct json_object facts;    /* what holds for all */
    struct json_object facts_of; /* what holds for some, by whom: a case, an agency, "outside", or "CASE/AGENCY" */
    bool usual;                  /* take as given what is usual (docs/packs.md), where it is not stated */
    bool explain; /* say how it came about, and what would change it */
};

/* One pair's answer. */
struct answer_row {
    struct id case_id;   /* unset: there is no case */
    struct text name;    /* the subject's */
    struct id agency_id; /* unset: outside the partnership */
    struct text recipient, kind;
    struct text outcome;         /* empty while open */
    struct json_object answer;   /* as docs/vocabulary.md */
    struct json_object words;    /* the same for people: see docs/answers.md */
    struct json_object question; /* the next one to ask; {} if none is left */
    struct json_object trace, changes; /* if asked to explain */
};

struct decision_record {
    struct id_list cases;
    struct id_list agencies;
    struct text outside;
    struct json_object facts, facts_of;
    bool usual;                  /* as for decision.answer; what was taken as given stands with each answer */
    struct text outcome;         /* what the practitioner decides */
    struct json_object outcomes; /* where it is another for some: by whom, as in facts_of */
    struct text reasons;
    struct text consulted;      /* with whom it was talked over, if with anybody */
    struct instant happened_at; /* when it was decided, if before now */
};
/* A decision is of one case and has one outcome: what was decided alike for that case's recipients. */
struct decision_recorded {
    struct id_list decisions; /* the most open ones first */
    struct id_list to_send;   /* those of them that are to share: what share.send takes */
    struct id decision_id;    /* the first of all */
    struct text answered;     /* the strictest answer of all */
    bool differs;             /* one of them differs from its answer */
};

struct decision_of {
    struct id decision_id;
};

struct decision_row {
    struct id decision_id, case_id;
    struct id together; /* the same for all that were decided at once; unset: decided alone */
    struct id_list with; /* the others of them, whether or not the reader may read those; decision.read only */
    struct text made_by, post, name; /* who, and about whom */
    struct text pack, pack_version, answered, decided, reasons, consulted;
    struct text pack_digest; /* of the version with its words; empty where it was not recorded, or was disposed of */
    bool differs;
    struct instant recorded_at, happened_at;
    struct json_object facts;    /* of this case only */
    struct json_object facts_of; /* by its recipients: an agency, or "outside" */
    struct json_object answers;  /* {"answers": [{"recipient", "agency_id", "kind", "facts", "answer", "words"}]} */
};

/*
 * How one answer of a decision came about, worked out again from what was recorded under the version that was applied.
 * Where that version is not at hand, or does not give what was recorded, `trace` and `changes` are empty.
 */
struct decision_path_row {
    struct id case_id, agency_id;
    struct text name, recipient, kind, outcome, pack, pack_version, pack_sha256;
    struct text pack_digest; /* of the version with its words, where that was recorded; else pack_sha256 */
    bool at_hand;
    struct json_object answer, words, trace, changes;
};

/*
 * A proof that anybody can check without us (docs/record.md): a file, with what it says in words. Without the reasons it
 * tells nothing of whom the decision is about nor why; ERROR_MISSING where the decision has been disposed of.
 */
struct decision_proof {
    struct id decision_id;
    bool with_reasons;
};

struct decision_proof_row {
    struct id decision_id;
    struct text made_by, post, agency, pack, pack_version, pack_sha256, answered, decided;
    struct instant recorded_at, happened_at;
    int64_t entry, entries;
    struct text log_key, proof;
};

struct decision_list {
    struct id case_id;
};

enum { DECISIONS_LISTED = 100 }; /* of an agency, at most: the newest */

extern const struct command decision_record_command;
extern const struct view decision_answer_view, decision_list_view, decision_read_view,
    decision_agency_view, decision_path_view, decision_proof_view;

#endif
