/*
 * No statement of a command or view reads the whole of a table that grows with the archive. Every statement that runs is
 * listened for, then SQLite is asked how it finds its rows.
 */
#include "every.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sqlite3.h>
#include <cmocka.h>

enum { STATEMENTS_MOST = 1000 };

static struct {
    pthread_mutex_t lock;
    char *sql[STATEMENTS_MOST];
    size_t n;
} heard = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int hear(unsigned kind, void *context, void *statement, void *unused)
{
    (void)kind, (void)context, (void)unused;
    const char *sql = sqlite3_sql(statement);
    if (!sql)
        return 0;
    pthread_mutex_lock(&heard.lock);
    bool known = false;
    for (size_t i = 0; i < heard.n && !known; i++)
        known = strcmp(heard.sql[i], sql) == 0;
    if (!known && heard.n < STATEMENTS_MOST)
        heard.sql[heard.n++] = strdup(sql);
    pthread_mutex_unlock(&heard.lock);
    return 0;
}

static void forget_heard(void)
{
    while (heard.n > 0)
        free(heard.sql[--heard.n]);
}

static int listen_to(sqlite3 *db, char **message, const struct sqlite3_api_routines *api)
{
    (void)message, (void)api;
    return sqlite3_trace_v2(db, SQLITE_TRACE_STMT, hear, NULL);
}

/* Tables that stay small: the directory, what is cleared as it grows old, one row of state. */
static bool is_small(const char *table)
{
    static const char *const small[] = {"agency", "post", "account", "login_try", "log_head", "policy_version", "policy_adoption", "restoration", "store_", "sqlite_", "pragma_", "a", "g"};
    for (size_t i = 0; i < sizeof small / sizeof *small; i++) {
        size_t n = strlen(small[i]);
        if (strncmp(table, small[i], n) == 0 && (table[n] == 0 || table[n] == ' ' || small[i][n - 1] == '_'))
            return true;
    }
    return false;
}

/* Scans of what a subquery gave are of that size only. */
static bool is_made(const char *detail)
{
    return strstr(detail, "CONSTANT ROW") || strstr(detail, "(subquery") || strncmp(detail, "SCAN hit", 8) == 0 ||
           strncmp(detail, "SCAN found", 10) == 0 || strncmp(detail, "SCAN mine", 9) == 0 || strncmp(detail, "SCAN fresh", 10) == 0 ||
           strstr(detail, "INDEX disposal_waiting"); /* of what waits only */
}

static size_t check(sqlite3 *db, const char *sql)
{
    size_t wrong = 0;
    if (sqlite3_strnicmp(sql, "PRAGMA", 6) == 0)
        return 0; /* it takes effect even when it is only explained */
    char *explain = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql);
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, explain, -1, &statement, NULL) == SQLITE_OK) {
        while (sqlite3_step(statement) == SQLITE_ROW) {
            const char *detail = (const char *)sqlite3_column_text(statement, 3);
            if (strncmp(detail, "SCAN ", 5) != 0 || is_made(detail) || is_small(detail + 5))
                continue;
            print_message("%s\n  %s\n", sql, detail);
            wrong++;
        }
        sqlite3_finalize(statement);
    }
    sqlite3_free(explain);
    return wrong;
}

static void run_all(struct test_home *home)
{
    struct error error;
    struct every every;
    struct visit *visit = home_visit(home, "worker"), *head = home_visit(home, "head");
    every_make(home, visit, &every);
    for (const struct view *const *v = gate_views(); *v; v++) {
        struct view_rows rows;
        void *in = every_fill(home->arena, (*v)->takes, (*v)->takes_n, (*v)->in_size, &every);
        (void)visit_look(visit, *v, in, &rows, &error);
        (void)visit_look(head, *v, in, &rows, &error);
    }
    for (const struct command *const *c = gate_commands(); *c; c++) {
        void *in = every_fill(home->arena, (*c)->takes, (*c)->takes_n, (*c)->in_size, &every);
        if (strcmp((*c)->name, "session.end") != 0)
            (void)visit_act_wait(visit, *c, in, arena_alloc(home->arena, (*c)->out_size + 1), &error);
    }
}

/* What disposing of a case runs, and of one thing of it. (Turning the epoch goes over all keys, as it must.) */
static void run_disposal(struct test_home *home)
{
    struct error error;
    struct every every;
    struct visit *head = home_visit(home, "head"), *principal;
    home_hire(home, &home->school, "principal", "manager");
    principal = home_visit(home, "principal");
    every_make(home, home_visit(home, "teacher"), &every);
    const struct disposal_propose things[] = {{.item_id = every.item}, {.document_id = every.document}, {.decision_id = every.decision}, {.rule = {NULL, 0}}};
    for (size_t i = 0; i < sizeof things / sizeof *things; i++) {
        struct disposal_propose in = things[i];
        struct disposal_proposed proposed;
        struct disposal_settled settled;
        struct view_rows rows;
        in.case_id = every.case_id;
        in.rule = TEXT("retention"), in.stands = TEXT("schedule"), in.paper = TEXT("none"), in.media = TEXT("none");
        must(visit_act_wait(head, &disposal_propose_command, &in, &proposed, &error), &error, "disposal.propose");
        struct disposal_of of = {proposed.disposal_id};
        must(visit_look(principal, &disposal_read_view, &of, &rows, &error), &error, "disposal.read");
        must(visit_act_wait(principal, &disposal_approve_command, &of, &settled, &error), &error, "disposal.approve");
    }
}

static void test_plans(void **state)
{
    (void)state;
    struct test_home home = {0};
    char path[128];
    sqlite3 *db;
    size_t wrong = 0, found = 0;
    sqlite3_auto_extension((void (*)(void))listen_to);
    home_make(&home);
    forget_heard(); /* migrations run once */
    run_all(&home);
    run_disposal(&home);
    sqlite3_cancel_auto_extension((void (*)(void))listen_to);
    gate_close(&home.gate);
    assert_true(heard.n > 80);
    snprintf(path, sizeof path, "%s/data/proviso.db", home.folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    for (size_t i = 0; i < heard.n; i++)
        wrong += check(db, heard.sql[i]);
    /* and without an index it is found */
    if (sqlite3_exec(db, "DROP INDEX share_decision", NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s %d", sqlite3_errmsg(db), sqlite3_extended_errcode(db));
    for (size_t i = 0; i < heard.n; i++)
        found += check(db, heard.sql[i]);
    sqlite3_close(db);
    forget_heard();
    home_drop(&home);
    assert_int_equal(wrong, 0);
    assert_true(found > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_plans)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
