#ifndef POLICY_WORDS_H
#define POLICY_WORDS_H

#include "policy/question.h"

/* Plain words for the codes of an answer, from words.json and the pack (whose own words win). */
enum policy_words_kind {
    POLICY_WORDS_OUTCOME,
    POLICY_WORDS_BASIS,
    POLICY_WORDS_OBLIGATION,
    POLICY_WORDS_CONSENT,   /* consent_from */
    POLICY_WORDS_CHANNEL,   /* allowed, conditional, refused */
    POLICY_WORDS_CONDITION, /* of a channel */
    POLICY_WORDS_RETENTION,
    POLICY_WORDS_DEADLINE,
    POLICY_WORDS_EVENT, /* that a retention or deadline runs from; units; reviews */
};
enum { POLICY_WORDS_KINDS = 9 };

struct policy_words {
    struct text code;
    struct text title; /* a few words: "Write down your decision" */
    struct text todo;  /* a sentence or two: what to do; may be empty */
};

/* Never NULL: a code without words has itself as title. Filled into `out`, which is returned. */
const struct policy_words *policy_words(const struct policy_pack *pack, enum policy_words_kind kind, struct text code,
                                        struct policy_words *out);

/* The words of a fact's value ("section-47": "Child protection enquiry"), or the value itself. */
struct text policy_value_words(const struct policy_pack *pack, struct text key, struct text value);

/* A short name of a fact for lists ("Consent"), or the key itself. */
struct text policy_fact_words(const struct policy_pack *pack, struct text key);

/*
 * Writes the members of an answer in words into an object that the caller opened and will end, and a question
 * as an object, {} when nothing is asked. docs/answers.md tells the members.
 */
void policy_answer_words_write(const struct policy_answer *answer, struct json_writer *w);
void policy_question_write(const struct policy_question *question, struct json_writer *w);

/* The glossary of the pack, in alphabetical order. */
const struct policy_term *policy_glossary(const struct policy_pack *pack, size_t *count);

/* Those of its terms that stand in what is said, in the same order. */
int policy_terms_in(const struct policy_pack *pack, const struct text *said, size_t said_n, struct arena *arena,
                    const struct policy_term **out, size_t *n, struct error *error);

#endif
