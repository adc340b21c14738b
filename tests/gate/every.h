#ifndef TESTS_GATE_EVERY_H
#define TESTS_GATE_EVERY_H

#include "home.h"

/* One id of each noun, for commands and views that are filled by their tables. */
struct every {
    struct id agency, post, account, subject, case_id, item, decision, document, share, receipt, draft, notice, token, disposal, hold;
};

/* NULL for a noun that is none of them. */
const struct id *every_id(const struct every *every, const char *noun);

/*
 * Fills what a command or view takes with valid words, choices and the ids of `every`. Fields that are not required and
 * hold a text are filled too. The result lives in the arena.
 */
void *every_fill(struct arena *arena, const struct field *fields, size_t n, size_t size, const struct every *every);

/* Makes one of each as this person: a case with an item, a document, a decision, what was sent outside, a draft, a token. */
void every_make(struct test_home *home, struct visit *visit, struct every *every);

/* A disposal of its case, proposed by a manager or lead of the agency, and a legal hold on it. */
void every_dispose(struct test_home *home, struct visit *manager, struct every *every);

#endif
