#ifndef TESTS_GATE_HOME_H
#define TESTS_GATE_HOME_H

#include "gate.h"

/* A partnership of two agencies in a new folder, for tests: a school and children's social care. */
struct test_home {
    char folder[64];
    const char *database; /* set before home_make; NULL: SQLite */
    const char *packs, *pack; /* likewise; NULL: those of the source, Manchester's */
    int64_t (*clock)(void);   /* likewise; NULL: the real one */
    int64_t (*steady)(void);  /* likewise; NULL: as `clock`, whose leaps are then time that has passed */
    const char *witnesses;    /* policy of witnesses, by home_reopen; NULL: none */
    const char *escrow;       /* likewise; NULL: none */
    void (*turned)(void *context, const char *step); /* likewise; NULL: nobody */
    struct gate *gate;
    struct arena *arena;
    char program[4096]; /* that has the keyholder's command */
    struct id school, social_care;
    struct id teacher, head, other_teacher, social_worker, second_worker; /* posts */
};

void home_make(struct test_home *home);
void home_reopen(struct test_home *home); /* closes and opens again */
void home_drop(struct test_home *home);

/* For cmocka: a home of its own, which *state points to; and the end of the home that *state points to. */
int home_begin(void **state);
int home_end(void **state);

/* As home_make opens it, for a test that opens it in a way of its own. Lends what the home has. */
struct gate_settings home_settings(struct test_home *home);

/* Adds a person of an agency, who signs in by this name. Gives the post. */
struct id home_hire(struct test_home *home, const struct id *agency, const char *login, const char *role);

/* A visit signed in as the holder of an account: "teacher", "head", "other", "worker" or "second". */
struct visit *home_visit(struct test_home *home, const char *login);

/* The main job's first half: a case, an item, a decision to share with social care. */
struct decided {
    struct id case_id, item_id, decision_id;
};
struct decided home_decide(struct test_home *home, struct visit *teacher, struct text outside);

/* A document of a case. */
struct id home_attach(struct visit *visit, struct arena *arena, const struct id *case_id, struct text content);

/* Waits until what the visit looked at is on record. */
void home_settle(struct visit *visit);
/* Reads the case and its items, and has the looks recorded. */
void home_look_at_case(struct visit *visit, const struct id *case_id);

/* Fails the test, in the report's own words, where the record does not hold. */
struct verify_report home_verify(struct gate *gate, struct arena *arena);

/* Fails the test with the error's own words. */
void must(int result, const struct error *error, const char *what);

/* Runs a line of the shell, which has to succeed. */
void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define HOME_PASSWORD "a long enough password"

#endif
