#ifndef WORK_ANSWERS_H
#define WORK_ANSWERS_H

#include "policy.h"
#include "work/decision.h"

/* The answers of the pack in force, for each recipient of a decision. */

struct recipient_answer {
    struct id agency; /* unset: outside the partnership */
    struct text name, kind;
    const struct policy_facts *facts;
    struct policy_answer answer;
};

struct answers {
    struct recipient_answer *item;
    size_t n;
    size_t strictest; /* its index; the first that is open, if one is */
};

/*
 * ERROR_INVALID: no recipient, one that the directory does not have, or a fact that cannot be (`where` names it).
 * What the system knows (the day, the sharer, the recipient) may be among the facts only if it is the same.
 */
int answers_work_out(struct turn *turn, struct id_list agencies, struct text outside, struct json_object facts,
                     struct answers *out, struct error *error);

/* An answer in plain words as JSON: docs/answers.md tells its members. */
void answer_words_write(const struct recipient_answer *answer, struct json_writer *w);

#endif
