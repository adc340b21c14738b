/*
 * Every ledgered table that the program has, and every column of it: changed, deleted, put in, exchanged, put back as it
 * was before. Each is found, and named by its table; unchanged nothing is.
 */
#include "raw.h"
#include "touch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct test_home home;
static struct raw raw;
static size_t tried;

/* The change that was just made to `table` is found there; then all is as before. */
static void expect(const char *table, const char *what)
{
    struct text found = raw_findings(&raw, table);
    if (found.n == 0)
        fail_msg("%s: %s was not found; instead:\n%.*s", table, what, TEXT_ARGS(raw_findings(&raw, NULL)));
    raw_put_back(&raw, table);
    raw_put_back(&raw, "written");
    tried++;
}

static const char *key_of(const struct ledgered *table)
{
    return strncmp(table->columns, "ref,", 4) == 0 ? "ref" : "id";
}

struct two {
    struct text a, b; /* keys of two rows */
};

static void try_columns(const struct ledgered *table, struct two two)
{
    struct touch_column column = {.at = 0};
    while (touch_next(table, &column)) {
        char made[120], what[120];
        snprintf(made, sizeof made,
                 column.kind == 'i'   ? "COALESCE(%s, 0) + 1"
                 : column.kind == 't' ? "COALESCE(%s, '') || 'x'"
                                      : "CAST(COALESCE(%s, x'') || x'00' AS BLOB)",
                 column.name);
        snprintf(what, sizeof what, "a change of %s", column.name);
        assert_int_equal(raw_run(&raw, "UPDATE %s SET %s = %s WHERE %s = '%.*s'", table->name, column.name, made,
                                 key_of(table), TEXT_ARGS(two.a)), 1);
        expect(table->name, what);
    }
}

static void try_delete(const struct ledgered *table, struct two two)
{
    if (table->passing)
        return; /* they may go: see WORK_PASSING */
    raw_run(&raw, "DELETE FROM %s WHERE %s = '%.*s'", table->name, key_of(table), TEXT_ARGS(two.a));
    expect(table->name, "a deletion");
    raw_run(&raw, "DELETE FROM %s WHERE %s = '%.*s'", table->name, key_of(table), TEXT_ARGS(two.a));
    raw_run(&raw, "DELETE FROM written WHERE tbl = '%s' AND id = '%.*s'", table->name, TEXT_ARGS(two.a));
    expect(table->name, "a deletion, in the index of last writes too");
}

/* A copy of a row under another key, beside it or in place of one that must be unique. */
static void put_copy(const struct ledgered *table, struct two two)
{
    const char *key = key_of(table), *extra = strcmp(table->name, "session") == 0 ? ", seen_at" : "";
    struct buffer columns = buffer_in(home.arena);
    struct touch_column column = {.at = 0};
    while (touch_next(table, &column))
        buffer_format(&columns, column.at == 0     ? "'y' || %s"
                                : column.kind == 't' && !touch_refers(raw.db, home.arena, table->name, column.name).n
                                    ? ", %s || 'y'"
                                : column.kind == 'b' ? ", CAST(%s || x'01' AS BLOB)"
                                                     : ", %s", column.name);
    raw_run(&raw, "INSERT OR IGNORE INTO %s (%s%s) SELECT %.*s%s FROM %s WHERE %s = '%.*s'", table->name, table->columns,
            extra, TEXT_ARGS(buffer_result(&columns)), extra, table->name, key, TEXT_ARGS(two.a));
    if (sqlite3_changes(raw.db) == 0) /* one such row only: then this one under another name */
        raw_run(&raw, "UPDATE %s SET %s = 'y' || %s WHERE %s = '%.*s'", table->name, key, key, key, TEXT_ARGS(two.a));
}

static void try_insert(const struct ledgered *table, struct two two)
{
    put_copy(table, two);
    expect(table->name, "an insertion");
    put_copy(table, two);
    raw_run(&raw, "INSERT INTO written SELECT tbl, 'y' || id, idx FROM written WHERE tbl = '%s' AND id = '%.*s'",
            table->name, TEXT_ARGS(two.a));
    expect(table->name, "an insertion, in the index of last writes too");
}

static void try_exchange(const struct ledgered *table, struct two two)
{
    const char *key = key_of(table);
    raw_run(&raw,
            "UPDATE %s SET %s = 'z' WHERE %s = '%.*s'; UPDATE %s SET %s = '%.*s' WHERE %s = '%.*s';"
            "UPDATE %s SET %s = '%.*s' WHERE %s = 'z'",
            table->name, key, key, TEXT_ARGS(two.a), table->name, key, TEXT_ARGS(two.a), key, TEXT_ARGS(two.b),
            table->name, key, TEXT_ARGS(two.b), key);
    expect(table->name, "an exchange of two rows");
    raw_run(&raw,
            "UPDATE %s SET %s = 'z' WHERE %s = '%.*s'; UPDATE %s SET %s = '%.*s' WHERE %s = '%.*s';"
            "UPDATE %s SET %s = '%.*s' WHERE %s = 'z';"
            "UPDATE written SET idx = (SELECT sum(idx) FROM written w WHERE w.tbl = '%s' AND w.id IN ('%.*s', '%.*s')) - idx"
            " WHERE tbl = '%s' AND id IN ('%.*s', '%.*s')",
            table->name, key, key, TEXT_ARGS(two.a), table->name, key, TEXT_ARGS(two.a), key, TEXT_ARGS(two.b),
            table->name, key, TEXT_ARGS(two.b), key, table->name, TEXT_ARGS(two.a), TEXT_ARGS(two.b), table->name,
            TEXT_ARGS(two.a), TEXT_ARGS(two.b));
    expect(table->name, "an exchange of two rows, in the index of last writes too");
}

/* The last column that a later command could have changed; NULL: none, the row is all references. */
static const char *changeable(const struct ledgered *table, char *kind)
{
    static char name[40];
    struct touch_column column = {.at = 0};
    name[0] = 0;
    while (touch_next(table, &column)) {
        size_t n = strlen(column.name);
        bool names_key = n >= 6 && strcmp(column.name + n - 6, "key_id") == 0;
        if (column.at == 0 || column.kind == 'b' || names_key || strcmp(column.name, "payload") == 0 ||
            strcmp(column.name, "state") == 0 || strcmp(column.name, "tbl") == 0 || touch_refers(raw.db, home.arena, table->name, column.name).n)
            continue;
        snprintf(name, sizeof name, "%s", column.name);
        *kind = column.kind;
    }
    return name[0] ? name : NULL;
}

/* The row as it was before a later command wrote it again: alone, and with the index of last writes as it was. */
static void try_older(const struct ledgered *table, struct two two)
{
    char kind = 't';
    const char *column = changeable(table, &kind), *key = key_of(table);
    raw_run(&raw, "DROP TABLE IF EXISTS kept.older; CREATE TABLE kept.older AS SELECT * FROM main.%s WHERE %s = '%.*s'",
            table->name, key, TEXT_ARGS(two.a));
    int64_t before = raw_int(&raw, "SELECT idx FROM written WHERE tbl = '%s' AND id = '%.*s'", table->name, TEXT_ARGS(two.a));
    touch_again(&home, table, two.a, column, kind);
    raw_keep(&raw, table->name);
    raw_keep(&raw, "written");
    struct text found = raw_findings(&raw, NULL);
    if (found.n)
        fail_msg("%s: written again, and found wanting: %.*s", table->name, TEXT_ARGS(found));
    for (int with_index = column ? 0 : 1; with_index < 2; with_index++) {
        raw_run(&raw, "DELETE FROM main.%s WHERE %s = '%.*s'; INSERT INTO main.%s SELECT * FROM kept.older", table->name, key,
                TEXT_ARGS(two.a), table->name);
        if (with_index)
            raw_run(&raw, "UPDATE written SET idx = %lld WHERE tbl = '%s' AND id = '%.*s'", (long long)before, table->name,
                    TEXT_ARGS(two.a));
        expect(table->name, with_index ? "an older version, in the index of last writes too" : "an older version");
    }
}

static void test_matrix(void **state)
{
    (void)state;
    for (const struct ledgered *table = ledgered_tables; table->name; table++) {
        const char *key = key_of(table);
        struct two two = {raw_text(&raw, "SELECT min(%s) FROM %s", key, table->name),
                          raw_text(&raw, "SELECT max(%s) FROM %s", key, table->name)};
        if (two.a.n == 0 || text_equal(two.a, two.b))
            fail_msg("%s has not two rows", table->name);
        try_older(table, two);
        try_columns(table, two);
        try_delete(table, two);
        try_insert(table, two);
        try_exchange(table, two);
    }
    assert_true(tried > 200);
}

static void test_clean(void **state)
{
    (void)state;
    struct text found = raw_findings(&raw, NULL);
    if (found.n)
        fail_msg("an unchanged record was found wanting:\n%.*s", TEXT_ARGS(found));
}

/* ---- a home that has two rows of everything ---- */

static int make(void **state)
{
    (void)state;
    struct error error;
    home_make(&home);
    struct visit *teacher = home_visit(&home, "teacher");
    home_visit(&home, "worker");
    for (int i = 0; i < 2; i++) {
        struct decided decided = home_decide(&home, teacher, TEXT(""));
        struct share_send send = {.decisions = {&decided.decision_id, 1}, .items = {&decided.item_id, 1}};
        struct share_sent sent;
        home_attach(teacher, home.arena, &decided.case_id, TEXT("words"));
        must(visit_act_wait(teacher, &share_send_command, &send, &sent, &error), &error, "share.send");
    }
    raw = raw_open(&home, "proviso");
    for (const struct ledgered *table = ledgered_tables; table->name; table++)
        for (int64_t n = raw_int(&raw, "SELECT count(*) FROM %s", table->name); n < 2; n++)
            touch_make(&home, raw.db, table);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    raw_close(&raw);
    home_drop(&home);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_clean), cmocka_unit_test(test_matrix),
                                       cmocka_unit_test(test_clean)};
    return cmocka_run_group_tests(tests, make, drop);
}
