/* A record that went back, before witnesses: they raise an alarm, which stands until they sign again. */
#include "witnesses_home.h"

#include "witnesses/alarms.h"
#include "writer/writer_inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "support/wait.h"

/* Rows in the database: alarms of this witness. */
static int64_t alarms_kept_of(size_t i)
{
    int64_t n = -1;
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    must(store_reader(home.gate->store, &session, &error), &error, "store_reader");
    must(store_one_int(session, "SELECT count(*) FROM witness_alarm WHERE witness = $1",
                       STORE_BIND(STORE_TEXT(ledger_key_text(home.arena, &policy.witness[i].key))), &n, &error),
         &error, "witness_alarm");
    return n;
}

/* ---- an alarm that comes while nobody writes ---- */

static _Atomic bool hold, held; /* what a witness has said is to wait before it is handed over; it does */

void __real_alarms_take(struct alarms *alarms, size_t witness, int64_t at, const char *problem);
void __wrap_alarms_take(struct alarms *alarms, size_t witness, int64_t at, const char *problem);
void __wrap_alarms_take(struct alarms *alarms, size_t witness, int64_t at, const char *problem)
{
    for (int looks = 0; atomic_load(&hold) && looks < WAIT_LOOKS; looks++) {
        atomic_store(&held, true);
        wait_a_little();
    }
    __real_alarms_take(alarms, witness, at, problem);
}

static _Atomic unsigned quiet_moments;

void __real_alarms_kept(struct alarms *alarms);
void __wrap_alarms_kept(struct alarms *alarms);
void __wrap_alarms_kept(struct alarms *alarms)
{
    __real_alarms_kept(alarms);
    atomic_fetch_add(&quiet_moments, 1);
}

/* Both in the writer's own thread. */
static int wish_for_quiet(struct store_session *session, void *context, struct error *why)
{
    (void)session, (void)context, (void)why;
    home.gate->writer->untidy = true;
    return 0;
}

static int see_untidy(struct store_session *session, void *context, struct error *why)
{
    (void)session, (void)why;
    *(bool *)context = home.gate->writer->untidy;
    return 0;
}

/* From here on the writer sleeps until it is given something to do. */
static void put_writer_to_sleep(void)
{
    bool untidy = true;
    unsigned before = atomic_load(&quiet_moments);
    must(writer_do(home.gate, wish_for_quiet, NULL, true, &error), &error, "writer_do");
    WAIT_FOR(atomic_load(&quiet_moments) > before);
    must(writer_do(home.gate, see_untidy, &untidy, true, &error), &error, "writer_do");
    assert_false(untidy);
}

/* It is kept at once, and not only with whatever is done next: that may be tomorrow, and the machine put back again before. */
static void wakes_the_writer(void **state)
{
    (void)state;
    write_policy("quorum leeds\n");
    gate_close(&home.gate);
    shell("cp -a %s %s", home.folder, kept);
    home.witnesses = policy_path;
    home_reopen(&home);
    (void)work();
    WAIT_FOR(look().met);
    gate_close(&home.gate);
    shell("rm -r %s && cp -a %s %s", home.folder, kept, home.folder);
    close_agency(1);
    close_agency(2);
    atomic_store(&hold, true);
    home_reopen(&home);
    WAIT_FOR(atomic_load(&held));
    put_writer_to_sleep();
    assert_int_equal(alarms_kept_of(0), 0);
    atomic_store(&hold, false);
    WAIT_FOR(alarms_kept_of(0) == 1);
    open_agency(1);
    open_agency(2);
}

/* The whole machine is put back to an earlier day, keyholder and all. Nothing inside can notice; the witnesses do. */
static void put_back(void **state)
{
    (void)state;
    write_policy("group two 2 leeds york hull\nquorum two\n");
    close_agency(0);
    shell("cp -a %s/leeds %s/leeds-before", folder, folder);
    open_agency(0);
    gate_close(&home.gate);
    shell("cp -a %s %s", home.folder, kept);
    home.witnesses = policy_path;
    home_reopen(&home);
    (void)work();
    WAIT_FOR(look().met && look().witness[2].behind == 0 && look().witness[0].behind == 0 && look().witness[1].behind == 0);
    uint64_t seen = size_now();
    gate_close(&home.gate);
    shell("rm -r %s && cp -a %s %s", home.folder, kept, home.folder);
    home_reopen(&home);
    assert_true(size_now() < seen);
    for (size_t i = 0; i < AGENCIES; i++)
        WAIT_FOR(look().witness[i].alarm);
    assert_non_null(strstr(arena_string(home.arena, look().witness[0].problem), "an older copy was put back"));
    assert_true(!look().met && look().size == 0);
    struct witness_sight sights[WITNESS_POLICY_MOST];
    struct text note;
    uint64_t largest;
    must(gate_checkpoint(home.gate, home.arena, &note, &error), &error, "the checkpoint");
    must(witness_seen(home.arena, &policy, note, NULL, sights, &largest, NULL, &error), &error, "witness_seen");
    assert_true(largest == seen);
    /* a restart takes no alarm back, whether the witness can be reached or not */
    int64_t at = look().witness[0].alarm_at;
    close_agency(0);
    WAIT_FOR(alarms_kept_of(0) == 1 && alarms_kept_of(1) == 1 && alarms_kept_of(2) == 1);
    home_reopen(&home);
    WAIT_FOR(look().witness[0].failures > 0);
    assert_true(look().witness[0].alarm && look().witness[0].alarm_at == at && at > 0);
    assert_non_null(strstr(arena_string(home.arena, look().witness[0].problem), "an older copy was put back"));
    /* one that was put back itself signs, and that ends it */
    shell("rm -r %s/leeds && cp -a %s/leeds-before %s/leeds", folder, folder, folder);
    open_agency(0);
    home_reopen(&home);
    WAIT_FOR(!look().witness[0].alarm && look().witness[0].signed_at && alarms_kept_of(0) == 0);
    assert_true(look().witness[1].alarm && look().witness[2].alarm);
    home_reopen(&home);
    assert_true(!look().witness[0].alarm && look().witness[0].alarm_at == 0 && look().witness[1].alarm);
    home_verify(home.gate, home.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(wakes_the_writer, setup, teardown),
                                       cmocka_unit_test_setup_teardown(put_back, setup, teardown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
