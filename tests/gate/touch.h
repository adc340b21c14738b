#ifndef TESTS_GATE_TOUCH_H
#define TESTS_GATE_TOUCH_H

#include "home.h"
#include "rows.h"

/*
 * A command for tests that writes a row of any ledgered table, as a real one would: with its entry, under its key. So
 * that a test can speak of all tables there are, those of tomorrow too.
 */
struct sqlite3;

/* A new row, with something in each column; what refers to other rows refers to some that are there. */
void touch_make(struct test_home *home, struct sqlite3 *db, const struct ledgered *table);

/* The same row written again, with another value in `column` (NULL: the same row). */
void touch_again(struct test_home *home, const struct ledgered *table, struct text key, const char *column, char kind);

/* The columns of a ledgered table, one after the other. False at the end. `at` begins as 0. */
struct touch_column {
    char name[40];
    char kind;
    size_t at;
    const char *rest;
};
bool touch_next(const struct ledgered *table, struct touch_column *column);

/* The table that a column refers to; empty: none. */
struct text touch_refers(struct sqlite3 *db, struct arena *arena, const char *table, const char *column);

#endif
