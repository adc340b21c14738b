/* What waits together is kept together; what fails takes nothing with it. */
#include "home.h"
#include "inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <time.h>
#include <sqlite3.h>
#include <cmocka.h>

enum { OTHERS = 12, ALL = OTHERS + 3 };

static struct test_home home;

static int make(void **state)
{
    (void)state;
    home_make(&home);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    home_drop(&home);
    return 0;
}

struct told {
    _Atomic bool done;
    int code;
};

static void tell(void *context, int code, const struct error *error)
{
    struct told *told = context;
    (void)error;
    told->code = code;
    atomic_store(&told->done, true);
}

/* From here on the writer has to wait until this lets go, and whatever else is asked gathers behind. */
static sqlite3 *hold_writer(void)
{
    char path[128];
    sqlite3 *db;
    snprintf(path, sizeof path, "%s/data/proviso.db", home.folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 10000);
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    return db;
}

static void let_go(sqlite3 *db)
{
    assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void wait_for(struct told *told)
{
    while (!atomic_load(&told->done))
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static bool queue_is_empty(void)
{
    pthread_mutex_lock(&home.gate->queue_lock);
    bool empty = !home.gate->first;
    pthread_mutex_unlock(&home.gate->queue_lock);
    return empty;
}

/* The same decision sent twice at once: one is kept, the other refused, and so is nobody who waited beside them. */
static void test_one_fails(void **state)
{
    (void)state;
    struct error error;
    struct told told[ALL] = {0};
    struct visit *teacher = home_visit(&home, "teacher"), *visit[ALL];
    struct decided decided = home_decide(&home, teacher, TEXT(""));
    struct case_open open = {.name = TEXT("Kit Example")};
    struct case_opened opened[ALL];
    struct share_send send = {.decisions = {&decided.decision_id, 1}, .items = {&decided.item_id, 1}};
    struct share_sent sent[2];
    for (size_t i = 0; i < ALL; i++)
        visit[i] = home_visit(&home, "teacher");

    struct gate_counts before = gate_count(home.gate);
    sqlite3 *held = hold_writer();
    visit_act(visit[0], &case_open_command, &open, &opened[0], (struct visit_done){tell, &told[0]});
    while (!queue_is_empty()) /* it is taken, and waits */
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    for (size_t i = 1; i < ALL; i++)
        if (i == 4 || i == 9)
            visit_act(visit[i], &share_send_command, &send, &sent[i == 9], (struct visit_done){tell, &told[i]});
        else
            visit_act(visit[i], &case_open_command, &open, &opened[i], (struct visit_done){tell, &told[i]});
    let_go(held);
    for (size_t i = 0; i < ALL; i++) {
        wait_for(&told[i]);
        assert_int_equal(told[i].code, i == 9 ? ERROR_CONFLICT : 0);
    }
    struct gate_counts after = gate_count(home.gate);
    assert_int_equal(after.batches - before.batches, 2);
    assert_int_equal(after.refused - before.refused, 1);
    assert_int_equal(after.log_size - before.log_size, ALL - 1);
    assert_true(home.gate->careful > 0);

    for (size_t i = 0; i < ALL; i++) {
        struct view_rows rows;
        struct case_of of = {opened[i].case_id};
        if (i != 4 && i != 9)
            must(visit_look(teacher, &case_read_view, &of, &rows, &error), &error, "case.read");
    }
    /* alone there is nobody to take care of; and what fails alone is undone as well */
    assert_int_equal(visit_act_wait(teacher, &share_send_command, &send, &sent[0], &error), ERROR_CONFLICT);
    must(visit_act_wait(teacher, &case_open_command, &open, &opened[0], &error), &error, "case.open");
    home_verify(home.gate, home.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_one_fails)};
    return cmocka_run_group_tests(tests, make, drop);
}
