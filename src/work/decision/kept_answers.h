#ifndef WORK_KEPT_ANSWERS_H
#define WORK_KEPT_ANSWERS_H

#include "answers.h"
#include "internal.h"
#include "work/kept.h"

/* The answers of a recorded decision, with the words that were shown then: work/kept.h tells what is kept. */

struct kept_answer {
    struct text recipient, agency_id, kind; /* agency_id empty: outside the partnership */
    const struct json *facts, *answer;      /* as they were recorded */
    const struct json *words;               /* docs/answers.md */
};

struct kept_answers {
    struct kept_answer *item;
    size_t n; /* 0 where the content was disposed of */
};

/*
 * Writes what a decision keeps of one answer, as an object. `said` are the objects of facts that the decision keeps too, the
 * one that goes before the others first: "facts_of" of this recipient, then "facts".
 */
void kept_answer_write(const struct pair_answer *answer, const struct json *const said[], size_t n,
                       struct json_writer *w);

/*
 * Reads the answers of an opened decision. Words are those of the very version that answered; where it is not at hand,
 * or does not give what was recorded, codes stand in place of words and the member "at_hand" says so.
 */
int kept_answers_read(struct turn *turn, const struct sealed_row *decision, struct kept_answers *out,
                      struct error *error);

/* {"answers": [...]} as decision.read gives it. */
void kept_answers_write(const struct kept_answers *answers, struct json_writer *w);

/* One answer worked out again. */
struct kept_again {
    bool at_hand; /* the version is there and gives the very answer that was recorded; the rest is empty if not */
    struct pair_answer pair; /* only facts, answer and what is usual */
};

/* `version` is a digest or hash as turn->pack_of takes it; `usual` a list of keys, or NULL. */
int kept_work_out(struct turn *turn, struct text version, const struct json *facts, const struct json *answer,
                  const struct json *usual, struct kept_again *out, struct error *error);

#endif
