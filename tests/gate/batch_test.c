/* What waits together is kept together; what fails takes nothing with it. */
#include "raw.h"
#include "writer/writer_inside.h"

#include "keyholder.h"
#include "store.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

enum { OTHERS = 12, ALL = OTHERS + 3 };

static struct test_home home;

static int make(void **state)
{
    *state = &home;
    home_make(&home);
    return 0;
}

struct told {
    _Atomic bool done;
    int result;
};

static void tell(void *context, int result, const struct error *error)
{
    struct told *told = context;
    (void)error;
    told->result = result;
    atomic_store(&told->done, true);
}

/* From here on the writer has to wait until this lets go, and whatever else is asked gathers behind. */
static struct raw hold_writer(void)
{
    struct raw held = raw_open(&home, "proviso");
    raw_run(&held, "BEGIN IMMEDIATE");
    return held;
}

static void let_go(struct raw *held)
{
    raw_run(held, "ROLLBACK");
    raw_close(held);
}

static void wait_for(struct told *told)
{
    while (!atomic_load(&told->done))
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static bool queue_is_empty(void)
{
    pthread_mutex_lock(&home.gate->writer->lock);
    bool empty = !home.gate->writer->first;
    pthread_mutex_unlock(&home.gate->writer->lock);
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
    struct raw held = hold_writer();
    visit_act(visit[0], &case_open_command, &open, &opened[0], (struct visit_done){tell, &told[0]});
    while (!queue_is_empty()) /* it is taken, and waits */
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    for (size_t i = 1; i < ALL; i++)
        if (i == 4 || i == 9)
            visit_act(visit[i], &share_send_command, &send, &sent[i == 9], (struct visit_done){tell, &told[i]});
        else
            visit_act(visit[i], &case_open_command, &open, &opened[i], (struct visit_done){tell, &told[i]});
    let_go(&held);
    for (size_t i = 0; i < ALL; i++) {
        wait_for(&told[i]);
        assert_int_equal(told[i].result, i == 9 ? ERROR_CONFLICT : 0);
    }
    struct gate_counts after = gate_count(home.gate);
    assert_int_equal(after.batches - before.batches, 2);
    assert_int_equal(after.refused - before.refused, 1);
    assert_int_equal(after.log_size - before.log_size, ALL - 1);
    assert_true(home.gate->writer->careful > 0);

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

/* ---- what the writer does with what it is given ---- */

static bool in_the_way; /* others wrote at the same time, says the database each time */

bool __real_store_retry(const struct store_session *session);
bool __wrap_store_retry(const struct store_session *session);
bool __wrap_store_retry(const struct store_session *session)
{
    return in_the_way || __real_store_retry(session);
}

static int collide(struct store_session *session, void *context, struct error *error)
{
    (void)session;
    *(unsigned *)context += 1;
    return error_set(error, ERROR_CONFLICT, "", "Try again.", "others were in the way");
}

static int do_nothing(struct store_session *session, void *context, struct error *error)
{
    (void)session, (void)context, (void)error;
    return 0;
}

/* Takes the writer up: what is asked from here on gathers until it is let go. */
static struct raw gather(struct job *first, struct told *told)
{
    struct error error;
    struct raw held = hold_writer();
    *first = (struct job){.chore = do_nothing, .done = {tell, told}};
    assert_true(writer_put(home.gate, first, &error));
    while (!queue_is_empty())
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    return held;
}

/* In the writer's own thread: the next batch is run without a savepoint for each job. */
static int be_careless(struct store_session *session, void *context, struct error *error)
{
    (void)session, (void)context, (void)error;
    home.gate->writer->careful = 0;
    return 0;
}

/* Once without care, which costs no try, and three times with it, in vain: whoever waited beside it is told that nothing was changed, and nothing was. */
static void test_in_vain(void **state)
{
    (void)state;
    struct error error;
    unsigned times = 0;
    struct told told[3] = {0};
    struct job first, second = {.chore = collide, .context = &times, .done = {tell, &told[2]}};
    struct visit *visit = home_visit(&home, "teacher");
    struct case_open open = {.name = TEXT("Kit Example")};
    struct case_opened opened;
    must(writer_do(home.gate, be_careless, NULL, true, &error), &error, "writer_do");
    struct gate_counts before = gate_count(home.gate);
    struct raw held = gather(&first, &told[0]);
    in_the_way = true;
    visit_act(visit, &case_open_command, &open, &opened, (struct visit_done){tell, &told[1]});
    assert_true(writer_put(home.gate, &second, &error));
    let_go(&held);
    for (size_t i = 0; i < 3; i++)
        wait_for(&told[i]);
    in_the_way = false;
    assert_int_equal(times, 1 + 3);
    assert_int_equal(told[0].result, 0);
    assert_int_equal(told[1].result, ERROR_SYSTEM);
    assert_int_equal(told[2].result, ERROR_CONFLICT);
    assert_int_equal(gate_count(home.gate).log_size, before.log_size);
    visit = home_visit(&home, "teacher");
    must(visit_act_wait(visit, &case_open_command, &open, &opened, &error), &error, "case.open");
    home_verify(home.gate, home.arena);
}

/* More wait than a batch has room for: the rest is the next one's. */
static void test_many(void **state)
{
    (void)state;
    enum { MANY = 2 * BATCH_MOST + 10 };
    static struct told told[MANY];
    static struct arena *arena[MANY];
    struct error error;
    struct told taken = {0};
    struct job first;
    struct case_open open = {.name = TEXT("Kit Example")};
    struct session_begin in = {.login = TEXT("teacher"), .password = TEXT(HOME_PASSWORD)};
    struct session_begun out;
    struct visit *visit;
    must(visit_begin(home.gate, home.arena, &visit, &error), &error, "visit_begin");
    must(visit_act_wait(visit, &session_begin_command, &in, &out, &error), &error, "session.begin");
    struct gate_counts before = gate_count(home.gate);
    struct raw held = gather(&first, &taken);
    for (size_t i = 0; i < MANY; i++) {
        arena[i] = arena_new(1 << 20, ARENA_SECRET);
        assert_non_null(arena[i]);
        must(visit_begin(home.gate, arena[i], &visit, &error), &error, "visit_begin");
        must(visit_by_session(visit, out.token, &error), &error, "visit_by_session");
        visit_act(visit, &case_open_command, &open, arena_alloc(arena[i], sizeof(struct case_opened)), (struct visit_done){tell, &told[i]});
    }
    let_go(&held);
    wait_for(&taken);
    for (size_t i = 0; i < MANY; i++) {
        wait_for(&told[i]);
        assert_int_equal(told[i].result, 0);
        arena_free(&arena[i]);
    }
    struct gate_counts after = gate_count(home.gate);
    assert_int_equal(after.log_size - before.log_size, MANY);
    assert_int_equal(after.batches - before.batches, 1 + 3);
}

struct apart {
    int times;
    bool in_transaction;
    int64_t size; /* of the log, as the database has it by then */
};

static int look_apart(struct store_session *session, void *context, struct error *error)
{
    struct apart *apart = context;
    apart->times++;
    apart->in_transaction = store_in_transaction(session);
    return store_one_int(session, "SELECT size FROM log_head", STORE_BIND(), &apart->size, error);
}

/* What is to be done between two transactions is done once, when what waited with it is kept. */
static void test_apart(void **state)
{
    (void)state;
    struct error error;
    struct told told[3] = {0};
    struct apart apart = {0};
    struct job first, second = {.chore = look_apart, .context = &apart, .apart = true, .done = {tell, &told[1]}};
    struct visit *visit = home_visit(&home, "teacher");
    struct case_open open = {.name = TEXT("Kit Example")};
    struct case_opened opened;
    struct gate_counts before = gate_count(home.gate);
    struct raw held = gather(&first, &told[0]);
    assert_true(writer_put(home.gate, &second, &error));
    visit_act(visit, &case_open_command, &open, &opened, (struct visit_done){tell, &told[2]});
    let_go(&held);
    for (size_t i = 0; i < 3; i++) {
        wait_for(&told[i]);
        assert_int_equal(told[i].result, 0);
    }
    assert_int_equal(apart.times, 1);
    assert_false(apart.in_transaction);
    assert_int_equal(apart.size, before.log_size + 1);
}

/* The keyholder has gone since the last batch: the next is signed by a new one, and nobody is told otherwise. */
static void test_signed_by_another_keyholder(void **state)
{
    (void)state;
    struct error error;
    struct visit *visit = home_visit(&home, "teacher");
    struct case_open open = {.name = TEXT("Kit Example")};
    struct case_opened opened;
    must(visit_act_wait(visit, &case_open_command, &open, &opened, &error), &error, "case.open");
    pid_t was = keyholder_process(home.gate->keyholder);
    assert_int_equal(kill(was, SIGKILL), 0);
    must(visit_act_wait(visit, &case_open_command, &open, &opened, &error), &error, "case.open");
    assert_true(keyholder_process(home.gate->keyholder) > 0 && keyholder_process(home.gate->keyholder) != was);
    assert_true(gate_is_well(home.gate, NULL));
    home_verify(home.gate, home.arena);
}

/* The checkpoint of the newest batch comes to the database once it is quiet, for who reads it beside us. */
static void test_checkpoint_is_put_away(void **state)
{
    (void)state;
    struct error error;
    struct visit *visit = home_visit(&home, "teacher");
    struct case_open open = {.name = TEXT("Kit Example")};
    struct case_opened opened;
    must(visit_act_wait(visit, &case_open_command, &open, &opened, &error), &error, "case.open");
    struct text note;
    must(gate_checkpoint(home.gate, home.arena, &note, &error), &error, "checkpoint");
    for (int64_t same = 0; !same;) {
        STORE_SESSION_SCOPE struct store_session *session = NULL;
        must(store_reader(home.gate->store, &session, &error), &error, "reader");
        must(store_one_int(session, "SELECT count(*) FROM log_head WHERE note = $1", STORE_BIND(STORE_TEXT(note)), &same, &error),
             &error, "log_head");
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
}

static void *stop(void *context)
{
    writer_stop(context);
    return NULL;
}

static bool is_stopping(void)
{
    pthread_mutex_lock(&home.gate->writer->lock);
    bool stopping = home.gate->writer->stopping;
    pthread_mutex_unlock(&home.gate->writer->lock);
    return stopping;
}

/* Who waited when it was told to stop is still answered, however many they are. */
static void test_stops_when_all_are_answered(void **state)
{
    (void)state;
    enum { MANY = BATCH_MOST + 10 };
    static struct told told[MANY];
    static struct job job[MANY];
    struct error error;
    struct told taken = {0};
    struct job first;
    pthread_t thread;
    struct raw held = gather(&first, &taken);
    for (size_t i = 0; i < MANY; i++) {
        job[i] = (struct job){.chore = do_nothing, .done = {tell, &told[i]}};
        assert_true(writer_put(home.gate, &job[i], &error));
    }
    assert_int_equal(pthread_create(&thread, NULL, stop, home.gate), 0);
    while (!is_stopping())
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    struct job late = {.chore = do_nothing};
    assert_false(writer_put(home.gate, &late, &error));
    let_go(&held);
    for (size_t i = 0; i < MANY; i++) {
        wait_for(&told[i]);
        assert_int_equal(told[i].result, 0);
    }
    pthread_join(thread, NULL);
    home_reopen(&home);
}

/* Whoever comes too late is told so, and does not wait for ever. */
static void test_too_late(void **state)
{
    (void)state;
    struct error error;
    struct visit *visit = home_visit(&home, "teacher");
    struct case_open open = {.name = TEXT("Kit Example")};
    struct case_opened opened;
    writer_stop(home.gate);
    assert_int_equal(visit_act_wait(visit, &case_open_command, &open, &opened, &error), ERROR_SYSTEM);
    assert_non_null(strstr(error.what, "the service is stopping"));
    home_reopen(&home);
    home_verify(home.gate, home.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_fails), cmocka_unit_test(test_in_vain),  cmocka_unit_test(test_many),
        cmocka_unit_test(test_apart), cmocka_unit_test(test_signed_by_another_keyholder),
        cmocka_unit_test(test_checkpoint_is_put_away), cmocka_unit_test(test_stops_when_all_are_answered),
        cmocka_unit_test(test_too_late),
    };
    return cmocka_run_group_tests(tests, make, home_end);
}
