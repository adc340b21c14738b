#ifndef WORK_DISPOSAL_H
#define WORK_DISPOSAL_H

#include "work/view.h"

/*
 * Forgetting. A disposal destroys a case, or one item, document or decision of it, with its keys. One person proposes it,
 * another of the same agency approves it, and it is done at once. It is final once the epoch of keys that was in use has
 * been destroyed too (gate/forget.h): until then a copy of the database made before could still be opened. What stays is
 * the tombstone: what kind of thing it was, when, under which rule, by whom, approved by whom. A legal hold stops it.
 */

extern const struct choice disposal_kinds[], disposal_rules[], disposal_papers[], disposal_medias[], disposal_states[];

/* None of the three: the whole case. */
struct disposal_propose {
    struct id case_id;
    struct id item_id, document_id, decision_id;
    struct text rule, stands; /* stands: where the rule can be read */
    struct text paper, media; /* what is done with copies that lie outside this system (MAN-21, BEX-43) */
};
struct disposal_proposed {
    struct id disposal_id;
};

struct disposal_of {
    struct id disposal_id;
};
struct disposal_settled {
    struct id disposal_id;
    struct text state;
    int64_t rows; /* destroyed */
};

struct disposal_row {
    struct id disposal_id;
    struct id case_id; /* while it lives; afterwards only the tombstone has it */
    struct id thing_id; /* while it is proposed, to its own agency: which of the case's things; of a whole case the case */
    struct text name;  /* the subject's, only while it is proposed and only to disposal.read */
    struct text kind, kind_words, rule, rule_words, stands, paper, paper_words, media, media_words, state, state_words;
    struct text proposed_by, proposed_post, approved_by, approved_post, withdrawn_by;
    struct instant proposed_at, approved_at, withdrawn_at, final_at;
    struct text_list gone;      /* "3 items", ...: what would go, or went */
    struct text_list recipients; /* who else holds it by a share and would lose it; while it is proposed */
    struct text_list holds;     /* the legal holds on it; while it is proposed */
    bool proposed_by_you, yours; /* yours: it is of the actor's agency */
    struct text words;          /* the tombstone in a sentence */
};

/* By the gate: every disposal that waited for the destruction of an epoch before `living` is final. */
struct disposal_final {
    int64_t living; /* the oldest epoch that still has a key */
};
struct disposal_finals {
    int64_t n;
};

extern const struct command disposal_propose_command, disposal_approve_command, disposal_withdraw_command,
    disposal_final_command;
extern const struct view disposal_list_view, disposal_read_view;

#endif
