/*
 * A turn of the epoch of which every call to SQLite, and every word of the keyholder, fails in turn. What is called final is
 * gone: keys, names, documents. What is not is told, and goes with the next turn, by itself.
 */
#include "forget_home.h"

#include "inside.h"
#include "support/fault.h"
#include "support/wait.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

enum { PLACES_MOST = 100000, DOCUMENT = 1000 };

static struct forget_home home;

/* ---- the keyholder fails: the linker sends its calls here ---- */

static _Thread_local long until; /* calls of this thread; 0: none fails */
static _Thread_local int failure;
static _Thread_local long failed;

static _Atomic int nobody_describes; /* whoever asks where the keyholder stands is told this */
static _Atomic int asked;            /* so often since */
static _Thread_local bool for_good;  /* once it has failed: the thread that tries again may be waiting for this turn to end */

static bool fails(struct error *error)
{
    if (until == 0 || --until > 0)
        return false;
    failed++;
    if (for_good)
        atomic_store(&nobody_describes, failure);
    error_set(error, failure, "keyholder", "Try again.", "the keyholder fails as it was told to");
    return true;
}

#define FAILING(name, takes, gives)                                                                            \
    int __real_##name takes;                                                                                   \
    int __wrap_##name takes;                                                                                   \
    int __wrap_##name takes                                                                                    \
    {                                                                                                          \
        return fails(error) ? failure : __real_##name gives;                                                   \
    }

int __real_keyholder_describe(struct keyholder *keyholder, struct keyholder_description *description, struct error *error);
int __wrap_keyholder_describe(struct keyholder *keyholder, struct keyholder_description *description, struct error *error);
int __wrap_keyholder_describe(struct keyholder *keyholder, struct keyholder_description *description, struct error *error)
{
    int code = atomic_load(&nobody_describes);
    if (code) {
        atomic_fetch_add(&asked, 1);
        return error_set(error, code, "keyholder", "Try again.", "the keyholder says nothing");
    }
    return fails(error) ? failure : __real_keyholder_describe(keyholder, description, error);
}

/* What is disposed of beside the beginning of an epoch waits for its end: so it is told here before there is a key of it. */
static _Thread_local bool watched; /* this thread's turns */
static int told_late;

int __real_keyholder_turn(struct keyholder *keyholder, uint32_t *epoch, struct error *error);
int __wrap_keyholder_turn(struct keyholder *keyholder, uint32_t *epoch, struct error *error);
int __wrap_keyholder_turn(struct keyholder *keyholder, uint32_t *epoch, struct error *error)
{
    if (fails(error))
        return failure;
    int64_t told = watched ? atomic_load(&home.home.gate->epoch.newest) : INT64_MAX;
    int result = __real_keyholder_turn(keyholder, epoch, error);
    if (!result && told < *epoch)
        told_late++;
    return result;
}
FAILING(keyholder_rewrap,
        (struct keyholder * keyholder, const struct wrapped_key *old, size_t n, struct rewrapped_key *out, struct error *error),
        (keyholder, old, n, out, error))
FAILING(keyholder_retire, (struct keyholder * keyholder, uint32_t epoch, struct error *error), (keyholder, epoch, error))
FAILING(keyholder_key_take, (struct keyholder * keyholder, struct data_key *key, struct error *error), (keyholder, key, error))

/* ---- somebody who goes ---- */

static struct gone {
    struct id disposal, payload;
} gone;

static int64_t number(const char *what, const struct id *id)
{
    struct error error;
    struct store_rows *rows = NULL;
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    must(store_reader(home.home.gate->store, &session, &error), &error, "store_reader");
    must(store_one_text(session, what, STORE_BIND(STORE_TEXT(id_text(id))), &rows, &error), &error, what);
    int64_t n = store_int(rows, 0);
    store_done(&rows);
    return n;
}

/* In the index of names, of everybody who stays. */
static int64_t pieces;

static int64_t count_pieces(void)
{
    return number("SELECT count(*) FROM (SELECT subject_id FROM subject_trigram UNION ALL SELECT subject_id FROM subject_trigram_2) AS all_of_them"
                  " WHERE subject_id <> $1", &gone.disposal);
}

static void open_one_who_stays(void)
{
    struct error error;
    struct case_open open = {.name = TEXT("Bartholomew Fitzwilliam Featherstonehaugh of Nowhere")}; /* more than one statement takes */
    struct case_opened opened;
    must(visit_act_wait(home.teacher, &case_open_command, &open, &opened, &error), &error, "case.open");
}

static void dispose(void)
{
    struct error error;
    struct case_open open = {.name = TEXT("Ottoline Oncehere")};
    struct case_opened opened;
    must(visit_act_wait(home.teacher, &case_open_command, &open, &opened, &error), &error, "case.open");
    struct id document = forget_attach(&home, home.teacher, &opened.case_id, "MARK", DOCUMENT);
    struct store_rows *rows = NULL;
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    must(store_reader(home.home.gate->store, &session, &error), &error, "store_reader");
    must(store_one(session, "SELECT payload FROM document WHERE id = $1", STORE_BIND(STORE_TEXT(id_text(&document))), &rows, &error),
         &error, "payload");
    assert_true(id_parse(store_text(rows, 0), &gone.payload));
    store_done(&rows);
    gone.disposal = forget_dispose(&home, &(struct disposal_propose){.case_id = opened.case_id, FORGET_BY_RULE});
}

static bool payload_is_there(void)
{
    struct error error;
    struct store_blob blob;
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    must(store_reader(home.home.gate->documents, &session, &error), &error, "store_reader");
    int result = store_blob_look(session, id_text(&gone.payload), &blob, &error);
    assert_true(result == 0 || result == ERROR_MISSING);
    return result == 0;
}

static bool is_final(void)
{
    return number("SELECT count(*) FROM disposal WHERE id = $1 AND state = 'final'", &gone.disposal) == 1;
}

static void check_final(const char *after)
{
    struct error error;
    struct keyholder_description known;
    must(__real_keyholder_describe(home.home.gate->keyholder, &known, &error), &error, "keyholder_describe");
    if (known.oldest_epoch != known.epoch || payload_is_there() ||
        number("SELECT count(*) FROM payload_due WHERE payload = $1", &gone.payload) != 0)
        fail_msg("%s: it is called final and is not gone", after);
}

/* The home as it was when somebody had been disposed of. */
static void put_back(void)
{
    gate_close(&home.home.gate);
    shell("rm -r %s && cp -a %s-kept %s", home.home.folder, home.home.folder, home.home.folder);
    home_reopen(&home.home);
}

static long every(void)
{
    const char *wish = getenv("FAULT_EVERY");
    return wish && atol(wish) > 0 ? atol(wish) : 1;
}

/* ---- tests ---- */

/* Once more, by a service that was started anew where it has stopped. */
static void turn_again(void)
{
    struct error error;
    int result = gate_is_well(home.home.gate, NULL) ? gate_turn_keys(home.home.gate, &error) : ERROR_SYSTEM;
    if (!gate_is_well(home.home.gate, NULL)) {
        home_reopen(&home.home);
        result = gate_turn_keys(home.home.gate, &error);
    }
    must(result, &error, "a second turn");
    assert_true(is_final());
    check_final("a second turn");
    assert_int_equal(count_pieces(), pieces); /* who stays is found still */
    forget_verify(&home);
}

static void check(int result, const struct error *told, const char *what, long nth)
{
    assert_int_equal(told_late, 0);
    if (result && (!told->what[0] || told->code != result))
        fail_msg("%s, call %ld: %d is told as %d %s", what, nth, result, told->code, told->what);
    if (is_final())
        check_final(what);
    else if (!result)
        fail_msg("%s, call %ld: the turn has ended, and it is not final", what, nth);
    turn_again();
}

static void test_engine(void **state)
{
    (void)state;
    bool struck = true;
    long tried = 0, refused = 0;
    for (long nth = 1; struck; nth += every(), tried++) {
        struct error error = {0};
        const char *name;
        assert_true(nth < PLACES_MOST);
        put_back();
        fault_arm(FAULT_ENGINE, nth, false);
        int result = gate_turn_keys(home.home.gate, &error);
        struck = fault_disarm(&name) > 0;
        check(result, &error, name ? name : "SQLite", nth);
        refused += result != 0;
    }
    print_message("a turn, SQLite: %ld tries, %ld refused\n", tried, refused);
    assert_true(refused > 0);
}

/* A keyholder that has gone is begun again; an answer that says no ends the turn. */
static void keyholder_fails(int how)
{
    for (long nth = 1, struck = 1; struck; nth++) {
        struct error error = {0};
        put_back();
        failure = how;
        failed = 0;
        until = nth;
        int result = gate_turn_keys(home.home.gate, &error);
        until = 0;
        struck = failed;
        assert_true(result == (struck ? how : 0) || (how == ERROR_SYSTEM && result == 0));
        check(result, &error, "the keyholder", nth);
    }
}

static void test_keyholder_says_no(void **state)
{
    (void)state;
    keyholder_fails(ERROR_CHECK);
}

static void test_keyholder_goes(void **state)
{
    (void)state;
    keyholder_fails(ERROR_SYSTEM);
}

/* A turn that is asked for takes what was disposed of until then, also where the last one had only its end before it still. */
static void test_one_more_meanwhile(void **state)
{
    (void)state;
    struct error error;
    put_back();
    until = PLACES_MOST;
    must(gate_turn_keys(home.home.gate, &error), &error, "gate_turn_keys");
    const long calls = PLACES_MOST - until;
    put_back();
    failure = ERROR_CHECK;
    until = calls; /* the last: to say that it is final */
    for_good = true; /* nor does it end by itself */
    assert_int_equal(gate_turn_keys(home.home.gate, &error), ERROR_CHECK);
    until = 0;
    for_good = false;
    assert_false(is_final());
    forget_home_sign_in(&home);
    int before = atomic_load(&asked);
    dispose();
    assert_false(is_final());
    WAIT_FOR(atomic_load(&asked) > before && !gate_forget_progress(home.home.gate).turning); /* it rests now, for a while */
    atomic_store(&nobody_describes, 0);
    must(gate_turn_keys(home.home.gate, &error), &error, "gate_turn_keys");
    assert_true(is_final());
    check_final("a turn that was asked for");
    forget_verify(&home);
}

static int make(void **state)
{
    (void)state;
    forget_home_make(&home, NULL);
    open_one_who_stays();
    dispose();
    pieces = count_pieces();
    assert_true(pieces > 30);
    gate_close(&home.home.gate);
    shell("cp -a %s %s-kept", home.home.folder, home.home.folder);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    shell("rm -r %s-kept", home.home.folder);
    home_drop(&home.home);
    return 0;
}

int main(void)
{
    fault_libraries();
    watched = true;
    log_threshold((enum log_level)(LOG_LEVEL_ERROR + 1));
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_keyholder_says_no), cmocka_unit_test(test_keyholder_goes),
                                       cmocka_unit_test(test_engine), cmocka_unit_test(test_one_more_meanwhile)};
    return cmocka_run_group_tests(tests, make, drop);
}
