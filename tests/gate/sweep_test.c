/*
 * Through the one door while things fail: memory, that of SQLite and OpenSSL, and each call to SQLite, in turn, in the
 * thread that asks and in the writer. Whoever asks is told something; what was acknowledged is there; the service goes on,
 * or says that it has stopped and goes on once it is started anew; the record verifies.
 */
#include "home.h"

#include "support/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sqlite3.h>
#include <cmocka.h>

enum { PLACES_MOST = 100000, KEPT_MOST = 200000 };

static struct test_home home;
static char token[64];
static struct id kept[KEPT_MOST];
static size_t kept_n;

struct settled {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool done;
};

static void settle(void *context, int result, const struct error *error)
{
    struct settled *settled = context;
    (void)result, (void)error;
    pthread_mutex_lock(&settled->lock);
    settled->done = true;
    pthread_cond_signal(&settled->changed);
    pthread_mutex_unlock(&settled->lock);
}

static int look(struct visit *visit, const struct id *case_id, struct error *error)
{
    struct settled settled = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    struct view_rows rows;
    struct case_of of = {*case_id};
    int result = visit_look(visit, &case_read_view, &of, &rows, error);
    if (result || visit_settle(visit, (struct visit_done){settle, &settled}))
        return result;
    pthread_mutex_lock(&settled.lock);
    while (!settled.done)
        pthread_cond_wait(&settled.changed, &settled.lock);
    pthread_mutex_unlock(&settled.lock);
    return 0;
}

/* A case, an item and a look, as far as they go. */
static int work(struct arena *arena, struct error *error)
{
    struct visit *visit;
    struct case_open open = {.name = TEXT("Robin Example"), .born = {2015, 4, 1}};
    struct case_opened opened;
    struct item_recorded recorded;
    int result = visit_begin(home.gate, arena, &visit, error);
    if (!result)
        result = visit_by_session(visit, text_of(token), error);
    if (!result)
        result = visit_act_wait(visit, &case_open_command, &open, &opened, error);
    if (result)
        return result;
    kept[kept_n++] = opened.case_id;
    struct item_record item = {.case_id = opened.case_id, .text = TEXT("One more thing was seen."), .nature = TEXT("fact")};
    result = visit_act_wait(visit, &item_record_command, &item, &recorded, error);
    if (result)
        return result;
    kept[kept_n++] = recorded.item_id;
    return look(visit, &opened.case_id, error);
}

static void check_kept(void)
{
    char path[128];
    sqlite3 *db;
    sqlite3_stmt *statement;
    snprintf(path, sizeof path, "%s/data/proviso.db", home.folder);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT EXISTS (SELECT 1 FROM item WHERE id = ?1) OR EXISTS"
                                            " (SELECT 1 FROM case_file WHERE id = ?1)", -1, &statement, NULL), SQLITE_OK);
    for (size_t i = 0; i < kept_n; i++) {
        sqlite3_bind_text(statement, 1, kept[i].text, -1, SQLITE_STATIC);
        if (sqlite3_step(statement) != SQLITE_ROW || !sqlite3_column_int(statement, 0))
            fail_msg("%s was acknowledged and is not there", kept[i].text);
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
    kept_n = 0; /* from here on the record's own checks speak for them */
}

static void check_all(void)
{
    home_verify(home.gate, home.arena);
    arena_reset(home.arena);
    check_kept();
}

static void sweep(enum fault_kind kind)
{
    const char *wish = getenv("FAULT_EVERY");
    long every = wish && atol(wish) > 0 ? atol(wish) : 1, tried = 0, refused = 0, stopped = 0;
    bool struck = true;
    for (long nth = 1; struck; nth += every, tried++) {
        struct error error = {0}, again = {0};
        const char *name;
        assert_true(nth < PLACES_MOST);
        ARENA_SCOPE struct arena *arena = arena_new(16 << 20, ARENA_SECRET);
        fault_arm(kind, nth, false);
        int result = work(arena, &error);
        struck = fault_disarm(&name) > 0;
        if (result && (!struck || !error.what[0] || error.code != result))
            fail_msg("%s, call %ld (%s): %d is told as %d %s", fault_kind_name(kind), nth, name ? name : "none", result,
                     error.code, error.what);
        refused += result != 0;
        if (!gate_is_well(home.gate, NULL)) {
            stopped++;
            if (gate_illness(home.gate, &again) == 0 || !again.what[0] || !again.fix[0])
                fail_msg("%s, call %ld (%s): it has stopped and does not say why", fault_kind_name(kind), nth, name);
            home_reopen(&home);
        }
        arena_reset(arena);
        must(work(arena, &again), &again, name ? name : "a second try");
        if (tried % 50 == 0)
            check_all();
    }
    check_all();
    home_reopen(&home);
    check_all();
    print_message("the gate, %s: %ld tries, %ld refused, %ld times it was started anew\n", fault_kind_name(kind), tried, refused,
                  stopped);
}

static void test_memory(void **state)
{
    (void)state;
    sweep(FAULT_MEMORY);
}

static void test_memory_inner(void **state)
{
    (void)state;
    sweep(FAULT_MEMORY_INNER);
}

static void test_engine(void **state)
{
    (void)state;
    sweep(FAULT_ENGINE);
}

static int make(void **state)
{
    *state = &home;
    struct error error;
    struct session_begin in = {TEXT("teacher"), TEXT(HOME_PASSWORD)};
    struct session_begun out;
    struct visit *visit;
    home_make(&home);
    must(visit_begin(home.gate, home.arena, &visit, &error), &error, "visit_begin");
    must(visit_act_wait(visit, &session_begin_command, &in, &out, &error), &error, "session.begin");
    snprintf(token, sizeof token, "%.*s", TEXT_ARGS(out.token));
    return 0;
}

int main(void)
{
    fault_libraries();
    log_threshold((enum log_level)(LOG_LEVEL_ERROR + 1));
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_memory), cmocka_unit_test(test_memory_inner),
                                       cmocka_unit_test(test_engine)};
    return cmocka_run_group_tests(tests, make, home_end);
}
