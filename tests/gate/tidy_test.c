/* What the writer does in a quiet moment, and where the disk is full: what is told, what is kept for that day, and that it goes on by itself. */
#include "raw.h"
#include "writer/writer_inside.h"

#include "store.h"
#include "support/wait.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static struct test_home home;
static struct visit *teacher;
static struct id case_id;

static int open_case(struct error *error)
{
    struct case_open open = {.name = TEXT("Kit Example")};
    struct case_opened opened;
    int result = visit_act_wait(teacher, &case_open_command, &open, &opened, error);
    if (!result)
        case_id = opened.case_id;
    return result;
}

static int make(void **state)
{
    *state = &home;
    struct error error;
    home_make(&home);
    teacher = home_visit(&home, "teacher");
    must(open_case(&error), &error, "case.open");
    return 0;
}

/* Received, and never attached. */
static void upload(void)
{
    struct error error;
    struct document_receiver *receiver;
    struct document_attach attach;
    must(document_receive(teacher, &case_id, TEXT("a.txt"), TEXT("text/plain"), &receiver, &error), &error, "receive");
    must(document_piece(receiver, "words", 5, &error), &error, "piece");
    must(document_received(receiver, home.arena, &attach, &error), &error, "received");
    document_receive_end(&receiver);
}

/* In the writer's own thread. */
static int pass_an_hour(struct store_session *session, void *context, struct error *error)
{
    struct gate *gate = context;
    (void)session, (void)error;
    gate->writer->swept -= 3600 * CLOCK_SECOND;
    gate->writer->untidy = true;
    return 0;
}

static _Atomic unsigned quiet_moments;

void __real_reserve_keep(struct reserve *reserve);
void __wrap_reserve_keep(struct reserve *reserve);
void __wrap_reserve_keep(struct reserve *reserve)
{
    atomic_fetch_add(&quiet_moments, 1);
    __real_reserve_keep(reserve);
}

static int wish_for_quiet(struct store_session *session, void *context, struct error *error)
{
    (void)session, (void)context, (void)error;
    home.gate->writer->untidy = true;
    return 0;
}

/* A server runs for months: it looks every hour, and does not leave the many for the next. */
static void test_uploads_go_while_it_runs(void **state)
{
    (void)state;
    enum { MANY = 40 };
    struct error error;
    unsigned before = atomic_load(&quiet_moments);
    must(writer_do(home.gate, wish_for_quiet, NULL, true, &error), &error, "writer_do");
    WAIT_FOR(atomic_load(&quiet_moments) > before);
    for (int again = 0; again < 2; again++) {
        for (int i = 0; i < MANY; i++)
            upload();
        raw_change(&home, "documents", "UPDATE upload SET at = 1");
        assert_int_equal(raw_ask(&home, "documents", "SELECT count(*) FROM store_blob"), MANY);
        must(writer_do(home.gate, pass_an_hour, home.gate, false, &error), &error, "writer_do");
        WAIT_FOR(raw_ask(&home, "documents", "SELECT count(*) FROM store_blob") == 0);
    }
}

/* ---- a disk without room ---- */

static int is_untidy(struct store_session *session, void *context, struct error *error)
{
    (void)session, (void)error;
    *(bool *)context = home.gate->writer->untidy;
    return 0;
}

/* One more is kept, and a quiet moment has come after it. */
static void come_to_rest(void)
{
    struct error error;
    bool untidy = true;
    unsigned before = atomic_load(&quiet_moments);
    must(open_case(&error), &error, "case.open");
    WAIT_FOR(atomic_load(&quiet_moments) > before);
    must(writer_do(home.gate, is_untidy, &untidy, false, &error), &error, "writer_do");
    assert_false(untidy);
}

static bool in_database(struct text note)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    struct error error;
    int64_t same = 0;
    must(store_reader(home.gate->store, &session, &error), &error, "reader");
    must(store_one_int(session, "SELECT count(*) FROM log_head WHERE note = $1", STORE_BIND(STORE_TEXT(note)), &same, &error), &error,
         "log_head");
    return same == 1;
}

/* After each: the newest checkpoint is in the database, for who reads it beside us. */
static void test_put_away(void **state)
{
    (void)state;
    for (int again = 0; again < 3; again++) {
        struct error error;
        struct text note;
        come_to_rest();
        must(gate_checkpoint(home.gate, home.arena, &note, &error), &error, "checkpoint");
        assert_true(in_database(note));
    }
}

/* No file of this process may be written beyond its first page. */
static void fill_disk(bool full)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = full ? 4096 : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static bool reserve_makes_room;

bool __real_reserve_release(struct reserve *reserve);
bool __wrap_reserve_release(struct reserve *reserve);
bool __wrap_reserve_release(struct reserve *reserve)
{
    bool given = __real_reserve_release(reserve);
    if (given && reserve_makes_room)
        fill_disk(false);
    return given;
}

static int do_nothing(struct store_session *session, void *context, struct error *error)
{
    (void)session, (void)context, (void)error;
    return 0;
}

/* Holds the writer up until somebody waits behind: what comes then is its next batch, whole. */
static int hold_up(struct store_session *session, void *context, struct error *error)
{
    struct gate *gate = context;
    (void)session, (void)error;
    for (bool waits = false; !waits; wait_a_little()) {
        pthread_mutex_lock(&gate->writer->lock);
        waits = gate->writer->first && gate->writer->first->next;
        pthread_mutex_unlock(&gate->writer->lock);
    }
    return 0;
}

static bool queue_is_empty(void)
{
    pthread_mutex_lock(&home.gate->writer->lock);
    bool empty = !home.gate->writer->first;
    pthread_mutex_unlock(&home.gate->writer->lock);
    return empty;
}

static int fill_from_here(struct store_session *session, void *context, struct error *error)
{
    (void)session, (void)context, (void)error;
    fill_disk(true);
    return 0;
}

static void tell(void *context, int result, const struct error *error)
{
    (void)error;
    atomic_store((_Atomic int *)context, result);
}

/* The last that is kept has a checkpoint which has not been put away when there is room no more. */
static void fill_disk_after_one(void)
{
    struct error error;
    _Atomic int told[3] = {1, 1, 1};
    struct job first = {.chore = hold_up, .context = home.gate, .apart = true, .done = {tell, &told[0]}},
               last = {.chore = fill_from_here, .apart = true, .done = {tell, &told[2]}};
    struct case_open open = {.name = TEXT("Kit Example")};
    struct case_opened opened;
    assert_true(writer_put(home.gate, &first, &error));
    WAIT_FOR(queue_is_empty());
    visit_act(teacher, &case_open_command, &open, &opened, (struct visit_done){tell, &told[1]});
    assert_true(writer_put(home.gate, &last, &error));
    for (size_t i = 0; i < 3; i++) {
        WAIT_FOR(atomic_load(&told[i]) != 1);
        assert_int_equal(told[i], 0);
    }
}

static void check_refused(void)
{
    struct error error;
    uint64_t before = gate_count(home.gate).log_size;
    assert_int_equal(open_case(&error), ERROR_SYSTEM);
    assert_true(gate_told_full(&error));
    assert_true(gate_is_full(home.gate) && gate_is_well(home.gate, NULL));
    assert_int_equal(gate_count(home.gate).log_size, before);
}

/* It is said for as long as it is so, and no longer; nobody has to try in vain to find that out. */
static void test_room_again(void **state)
{
    (void)state;
    struct error error;
    fill_disk_after_one();
    check_refused();
    unsigned before = atomic_load(&quiet_moments);
    WAIT_FOR(atomic_load(&quiet_moments) >= before + 2);
    assert_true(gate_is_full(home.gate));
    fill_disk(false);
    WAIT_FOR(!gate_is_full(home.gate));
    must(open_case(&error), &error, "case.open");
    /* who comes before the quiet moment finds out too */
    fill_disk(true);
    check_refused();
    fill_disk(false);
    must(open_case(&error), &error, "case.open");
    assert_false(gate_is_full(home.gate));
    home_verify(home.gate, home.arena);
}

/* Also where nothing waited to be put away when the room ended. */
static void test_room_again_after_quiet(void **state)
{
    (void)state;
    struct error error;
    come_to_rest();
    fill_disk(true);
    assert_int_equal(open_case(&error), ERROR_SYSTEM);
    assert_true(gate_told_full(&error));
    /* as long as there is none it stays told, also where nothing new is to be put away */
    unsigned before = atomic_load(&quiet_moments);
    WAIT_FOR(atomic_load(&quiet_moments) > before + 1);
    assert_true(gate_is_full(home.gate));
    fill_disk(false);
    WAIT_FOR(!gate_is_full(home.gate));
}

/* ---- room that is kept for that day ---- */

static bool is_there(long *size)
{
    struct stat status;
    bool there = stat(home.gate->writer->reserve.path, &status) == 0;
    *size = there ? (long)status.st_size : 0;
    return there;
}

/* In the writer's own thread: what it keeps is gone, and it may look for it again. */
static int forget_reserve(struct store_session *session, void *context, struct error *error)
{
    struct gate *gate = context;
    (void)session, (void)error;
    unlink(gate->writer->reserve.path);
    gate->writer->reserve.there = false;
    gate->writer->reserve.asked = 0;
    gate->writer->untidy = true;
    return 0;
}

/* It is kept whole or not at all: a part of it would be taken for it. */
static void test_reserve_is_whole(void **state)
{
    (void)state;
    struct error error;
    long size;
    unsigned before = atomic_load(&quiet_moments);
    fill_disk(true);
    must(writer_do(home.gate, forget_reserve, home.gate, true, &error), &error, "writer_do");
    WAIT_FOR(atomic_load(&quiet_moments) > before);
    must(writer_do(home.gate, do_nothing, NULL, true, &error), &error, "writer_do"); /* it has ended */
    assert_false(is_there(&size));
    fill_disk(false);
    must(writer_do(home.gate, forget_reserve, home.gate, true, &error), &error, "writer_do");
    WAIT_FOR(is_there(&size) && size == 16 << 20);
}

/* With the room that it gives back, what met the full disk is kept all the same. */
static void test_reserve_is_given(void **state)
{
    (void)state;
    struct error error;
    long size;
    must(writer_do(home.gate, forget_reserve, home.gate, true, &error), &error, "writer_do");
    WAIT_FOR(is_there(&size) && size == 16 << 20);
    come_to_rest();
    fill_disk(true);
    reserve_makes_room = true;
    must(open_case(&error), &error, "case.open");
    reserve_makes_room = false;
    assert_false(is_there(&size) || gate_is_full(home.gate));
}

/* A look that has no room on record shows nothing, then or when it is asked for once more. */
static void test_no_look_without_record(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct case_of of = {case_id};
    must(visit_look(teacher, &case_read_view, &of, &rows, &error), &error, "case.read");
    fill_disk(true);
    _Atomic int told = 1;
    assert_false(visit_settle(teacher, (struct visit_done){tell, &told}));
    WAIT_FOR(atomic_load(&told) != 1);
    assert_int_equal(told, ERROR_SYSTEM);
    fill_disk(false);
    told = 1;
    assert_false(visit_settle(teacher, (struct visit_done){tell, &told}));
    assert_int_equal(told, ERROR_SYSTEM);
    teacher = home_visit(&home, "teacher");
}

/* After a crash the database has the checkpoint of a batch before: the one that was signed at the start takes its place. */
static void test_put_away_at_the_start(void **state)
{
    (void)state;
    struct error error;
    struct text note;
    must(gate_checkpoint(home.gate, home.arena, &note, &error), &error, "checkpoint");
    must(open_case(&error), &error, "case.open");
    gate_close(&home.gate);
    raw_change(&home, "proviso", "UPDATE log_head SET note = '%.*s'", TEXT_ARGS(note));
    home_reopen(&home);
    must(gate_checkpoint(home.gate, home.arena, &note, &error), &error, "checkpoint");
    WAIT_FOR(in_database(note));
    teacher = home_visit(&home, "teacher");
}

/* More than the database holds in memory before it writes. */
static int write_much(struct store_session *session, void *context, struct error *error)
{
    const struct text *much = context;
    return store_run(session, "INSERT INTO log_piece (level, idx, content) VALUES (60, 0, $1)", STORE_BIND(STORE_BYTES(much->p, much->n)),
                     NULL, error);
}

/* Where the room ends before the commit, who asked is told the same, not the database's own words. */
static void test_room_ends_early(void **state)
{
    (void)state;
    struct error error = {0};
    struct text much = {calloc(1, 64 << 20), 64 << 20};
    assert_non_null(much.p);
    fill_disk(true);
    assert_int_equal(writer_do(home.gate, write_much, &much, false, &error), ERROR_SYSTEM);
    assert_true(gate_told_full(&error));
    assert_null(strstr(error.what, home.folder));
    fill_disk(false);
    free((void *)(uintptr_t)much.p);
    must(open_case(&error), &error, "case.open");
    home_verify(home.gate, home.arena);
}

int main(void)
{
    signal(SIGXFSZ, SIG_IGN);
    log_threshold((enum log_level)(LOG_LEVEL_ERROR + 1));
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_uploads_go_while_it_runs), cmocka_unit_test(test_put_away),
                                       cmocka_unit_test(test_room_again),
                                       cmocka_unit_test(test_room_again_after_quiet), cmocka_unit_test(test_room_ends_early),
                                       cmocka_unit_test(test_reserve_is_whole), cmocka_unit_test(test_reserve_is_given),
                                       cmocka_unit_test(test_no_look_without_record),
                                       cmocka_unit_test(test_put_away_at_the_start)};
    return cmocka_run_group_tests(tests, make, home_end);
}
