#ifndef POLICY_ANSWER_H
#define POLICY_ANSWER_H

#include "policy/facts.h"

struct policy_citation {
    struct text source; /* "MAN" */
    struct text where;  /* "Section 7, question 1" */
};

/* A rule that fired, and the facts and decisions that it tested. */
struct policy_fired {
    struct text table; /* name of the decision */
    size_t rule;       /* from 1, as in the table */
    struct text gives; /* its output */
    struct policy_citation citation;
    struct text note; /* the reason in plain words, from the annotation; may be empty */
    const struct policy_tested *tested;
    size_t tests;
};

struct policy_tested {
    struct text name;  /* a fact or a decision */
    struct text value; /* as known; {NULL, 0} while open */
    struct text test;  /* the cell as written */
    bool fact;
};

/* A named value beside the outcome: the years and the starting event of a retention, say. */
struct policy_detail {
    struct text key;
    struct text value;
    bool number; /* `value` is a number */
};

/*
 * What the pack says. Lists keep the order of the pack. While the outcome is open (outcome.p is NULL), `ask` names
 * exactly the unknown facts that could still change it: each fact of which two completions that differ in it alone
 * give different outcomes; the most telling first. Once it is settled, `ask_more` does the same for what else the
 * answer says. Every list holds what every completion of the unknown facts has.
 */
struct policy_answer {
    const struct policy_pack *pack;
    enum policy_decision decision;
    struct text outcome; /* share: outcome; consent: consent_from; channel; retention; deadline */
    const struct text *ask;
    size_t asks;
    const struct text *ask_more;
    size_t asks_more;
    const struct text *basis; /* share */
    size_t bases;
    const struct text *obligation; /* share, consent */
    size_t obligations;
    const struct text *condition; /* channel */
    size_t conditions;
    const struct text *instead; /* channel, when refused: media that would be allowed or conditional */
    size_t insteads;
    const struct policy_detail *detail; /* retention, deadline */
    size_t details;
    const struct policy_citation *citation; /* of the rules that fire in every completion, each once */
    size_t citations;
    const struct policy_fired *fired; /* table by table, the outcome's first */
    size_t fireds;
};

/*
 * Answers from what is known. The lists live in `arena`, their texts in the pack.
 * Errors: ERROR_MISSING (the pack does not take this decision), ERROR_TOO_LARGE (the arena is full).
 */
int policy_answer(const struct policy_pack *pack, enum policy_decision decision, const struct policy_facts *facts,
                  struct arena *arena, struct policy_answer *out, struct error *error);

/* The answer as one JSON object, keys and order as in docs/vocabulary.md. */
void policy_answer_write(const struct policy_answer *answer, struct json_writer *w);

/* The rules that fired as a JSON array. */
void policy_fired_write(const struct policy_answer *answer, struct json_writer *w);

#endif
