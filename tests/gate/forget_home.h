#ifndef TESTS_GATE_FORGET_HOME_H
#define TESTS_GATE_FORGET_HOME_H

#include "home.h"

/* A partnership in which things are disposed of. The school has a lead ("head"), a manager ("principal") and a governance lead
 * ("gov"); social care a manager ("boss"). */
struct forget_home {
    struct test_home home;
    struct visit *teacher, *other, *head, *principal, *gov, *worker, *boss;
};

void forget_home_make(struct forget_home *home, const char *database);
void forget_home_sign_in(struct forget_home *home); /* anew, after home_reopen */
void forget_clock_add(int64_t microseconds);  /* time passes */
void forget_clock_jump(int64_t microseconds); /* somebody sets the clock */
int64_t forget_clock(void);

/* A case with an item, a document, a decision, a share that was taken and answered; every personal field holds a word with the mark. */
struct marked {
    struct id case_id, subject, item, document, decision, receipt, draft;
};
struct marked forget_mark(struct forget_home *home, const char *mark, const char *name);
struct id forget_attach(struct forget_home *home, struct visit *visit, const struct id *case_id, const char *mark, size_t size);

/* Proposed by the head, approved by the principal. */
struct id forget_propose(struct forget_home *home, const struct disposal_propose *in);
int forget_approve(struct forget_home *home, const struct id *disposal, struct error *error);
struct id forget_dispose(struct forget_home *home, const struct disposal_propose *in);
#define FORGET_BY_RULE                                                                                         \
    .rule = TEXT("retention"), .stands = TEXT("Our retention schedule of 2026, line 12"), .paper = TEXT("shredding-service"), \
    .media = TEXT("erased")

/* As disposal.read gives it. */
struct disposal_row forget_read(struct visit *visit, const struct id *disposal);

/* Fails the test with the first line where the record does not verify. */
void forget_verify(struct forget_home *home);

#endif
