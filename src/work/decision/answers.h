#ifndef WORK_ANSWERS_H
#define WORK_ANSWERS_H

#include "policy.h"
#include "work/decision.h"

/* The answers of the pack in force, for each subject and each recipient of a decision. */

/* About whom, to whom, and what is known, as decision.answer and decision.record are given it. */
struct question {
    struct id_list cases, agencies;
    struct text outside;
    struct json_object facts, facts_of;
    bool usual; /* take as given what is usual, where nobody said it */
};

struct pair_answer {
    struct id case_id;      /* unset: there is no case */
    struct text name;       /* the subject's; empty where it was disposed of */
    struct text age;        /* in years, if the date of birth is recorded */
    struct id agency;       /* unset: outside the partnership */
    struct text recipient, kind;
    struct policy_facts *facts;
    const struct policy_usual *usual; /* of the facts, those taken as given */
    size_t usuals;
    struct policy_answer answer;
};

struct answers {
    struct pair_answer *item; /* the strictest first, one that is open before all; else in the order given */
    size_t n;
    const struct json *facts, *facts_of; /* as read; NULL: nothing was said */
    bool usual;
};

/*
 * ERROR_INVALID: no recipient, one that the directory does not have, somebody or a fact that cannot be (`where` names
 * it). What the system knows may be among the facts only if it is the same.
 */
int answers_work_out(struct turn *turn, const struct question *question, struct answers *out, struct error *error);

/* Keys of the facts that the system knew: the age among them only where the birth is recorded. */
const struct text *answer_system_facts(const struct pair_answer *answer, size_t *n);

/* An answer in plain words as JSON: docs/answers.md tells its members. */
void answer_words_write(const struct pair_answer *answer, struct json_writer *w);

/* Where an outcome stands among decision_outcomes, from 1; 0 where it is open. */
size_t outcome_strictness(struct text outcome);

#endif
