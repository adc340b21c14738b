/*
 * Whatever is changed in the databases is found and told of its table, or docs/sealed-and-plain.md says that it is held
 * against nothing. What there is to change is read from the databases themselves: a table or a column of tomorrow is
 * tried too.
 */
#include "alter_judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct alter_home home;

static void each_table(void (*each)(const struct alter_file *file, const struct alter_table *table))
{
    enum { MOST = 80 };
    static struct alter_table table[MOST];
    for (size_t f = 0; f < sizeof home.file / sizeof *home.file; f++) {
        sqlite3 *db = alter_begin(&home.file[f]);
        size_t n = alter_tables(db, table, MOST);
        sqlite3_close(db);
        for (size_t i = 0; i < n; i++, alter_next_lot())
            each(&home.file[f], &table[i]);
    }
}

#define OF_EACH_TABLE(what)                                                                                    \
    static void test_##what(void **state)                                                                      \
    {                                                                                                          \
        const char *only = getenv("ALTER_WHAT");                                                               \
        (void)state;                                                                                           \
        if (only && strcmp(only, #what) != 0)                                                                  \
            return;                                                                                            \
        alter_judge_begin(&home);                                                                              \
        each_table(alter_each_##what);                                                                         \
        alter_judge_end();                                                                                     \
    }
OF_EACH_TABLE(cell)
OF_EACH_TABLE(row)
OF_EACH_TABLE(schema)
OF_EACH_TABLE(pair)

static void test_clean(void **state)
{
    (void)state;
    struct alter_outcome outcome;
    alter_verify(&home.forget.home, &outcome);
    if (outcome.result != ALTER_HELD)
        fail_msg("an unchanged record was found wanting: %s", outcome.said);
}

/* The files as they were some entries ago, both and each alone. */
static void test_earlier(void **state)
{
    (void)state;
    struct alter_file was[2];
    for (size_t f = 0; f < 2; f++)
        alter_file_read(&was[f], home.earlier, home.file[f].name);
    for (unsigned which = 1; which < 4; which++) {
        struct alter_outcome outcome;
        for (size_t f = 0; f < 2; f++)
            if (which & 1u << f)
                alter_write_as(&home.file[f], &was[f]);
        alter_verify(&home.forget.home, &outcome);
        const char *says = which & 1 ? "another or an older one" : "its payload is gone";
        if (outcome.result != ALTER_FOUND || !strstr(outcome.said, says))
            fail_msg("%u: %s: %s", which, alter_result_name(outcome.result), outcome.said);
        for (size_t f = 0; f < 2; f++)
            alter_put_back(&home.file[f]);
    }
    for (size_t f = 0; f < 2; f++)
        alter_file_end(&was[f]);
}

static int make(void **state)
{
    (void)state;
    alter_home_make(&home);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    alter_home_drop(&home);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_clean),  cmocka_unit_test(test_cell), cmocka_unit_test(test_row),
                                       cmocka_unit_test(test_schema), cmocka_unit_test(test_pair), cmocka_unit_test(test_earlier),
                                       cmocka_unit_test(test_clean)};
    return cmocka_run_group_tests(tests, make, drop);
}
