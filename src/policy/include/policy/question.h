#ifndef POLICY_QUESTION_H
#define POLICY_QUESTION_H

#include "policy/answer.h"

/* A word that a practitioner of another trade may not know. */
struct policy_term {
    struct text term, meaning;
};

struct policy_option {
    struct text value; /* for policy_facts_set() */
    struct text label; /* in plain words */
    struct text hint;  /* may be empty */
};

/* One question about one fact, ready to be put on a page. */
struct policy_question {
    struct text key; /* of the fact */
    enum policy_fact_kind kind;
    struct text question, hint;         /* the hint may be empty */
    const struct policy_option *option; /* CHOICE and BOOLEAN; none for the others */
    size_t options;
    struct text why;                        /* why it is asked, in one sentence; may be empty */
    const struct policy_citation *citation; /* of the rules that test it */
    size_t citations;
    const struct policy_term *term; /* words of the question, hint and options that the glossary explains */
    size_t terms;
    bool settled; /* the outcome stands already; this could change what else is to be done */
    size_t left;  /* facts that could still matter, this one included */
};

/*
 * The best question to ask next: one that can still change the outcome while that is open, then one that can still
 * change the rest of the answer. question->key.p is NULL when nothing more need be asked.
 */
int policy_next_question(const struct policy_pack *pack, enum policy_decision decision,
                         const struct policy_facts *facts, struct arena *arena, struct policy_question *question,
                         struct error *error);

/* The question about a given fact, whether or not it still matters (to change an earlier reply, say). */
int policy_question_of(const struct policy_pack *pack, enum policy_decision decision, struct text key,
                       struct arena *arena, struct policy_question *question, struct error *error);

#endif
