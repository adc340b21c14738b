/* The record before witnesses: what is shown to the public, how far each lags, what a restart does to it. */
#include "witnesses_home.h"

#include "witnesses/witnesses.h"
#include "writer/writer_inside.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <cmocka.h>

#include "support/wait.h"

/* The size of the public checkpoint. With a policy it must be met, unless it is the first time. */
static uint64_t shown(bool cosigned)
{
    struct text note;
    struct ledger_checkpoint checkpoint;
    bool met;
    must(gate_checkpoint_shown(home.gate, home.arena, &note, &error), &error, "the checkpoint");
    must(witness_policy_judge(home.arena, &policy, &log_key, note, &checkpoint, NULL, &met, &error), &error, "its signatures");
    assert_int_equal(met, cosigned);
    return checkpoint.head.size;
}

/* The size of the state that a decision's proof stands on if its witnesses are those that the policy asks for; else 0. */
static uint64_t proven(const struct id *decision)
{
    struct view_rows rows;
    struct decision_proof in = {.decision_id = *decision};
    struct ledger_evidence evidence;
    struct ledger_checkpoint checkpoint;
    bool met;
    must(visit_look(home_visit(&home, "teacher"), &decision_proof_view, &in, &rows, &error), &error, "decision.proof");
    must(ledger_evidence_parse(home.arena, VISIT_ROW(rows, struct decision_proof_row, 0)->proof, &evidence, &error), &error,
         "evidence");
    must(witness_policy_judge(home.arena, &policy, &log_key, evidence.checkpoint, &checkpoint, NULL, &met, &error), &error,
         "its checkpoint");
    return met ? checkpoint.head.size : 0;
}

static void without_a_policy(void **state)
{
    (void)state;
    write_policy("quorum leeds\n");
    assert_false(look().asked);
    assert_true(shown(false) == size_now());
}

/* A command beside the server, which knows no policy, takes what the server has kept; if it is this log's at all. */
static void beside(uint64_t index, bool cosigned)
{
    struct gate *gate = NULL;
    struct text note;
    struct ledger_checkpoint checkpoint;
    bool met;
    struct gate_settings settings = home_settings(&home);
    settings.read_only = true;
    settings.witnesses = NULL;
    gate_close(&home.gate);
    must(gate_open(&settings, &gate, &error), &error, "gate_open");
    must(gate_checkpoint_with(gate, home.arena, index, &note, &error), &error, "the checkpoint");
    must(witness_policy_judge(home.arena, &policy, &log_key, note, &checkpoint, NULL, &met, &error), &error, "its signatures");
    assert_int_equal(met, cosigned);
    gate_close(&gate);
    home_reopen(&home);
}

/* Whose signatures may be on it: the log's, and those of all witnesses. */
static void check_keys(void)
{
    struct text_list keys;
    must(gate_log_keys(home.gate, home.arena, &keys, &error), &error, "gate_log_keys");
    assert_int_equal(keys.n, 1 + AGENCIES);
    assert_true(text_equal(keys.item[0], gate_log_key(home.gate, home.arena)));
    for (size_t i = 0; i < AGENCIES; i++)
        assert_true(text_equal(keys.item[1 + i], witness_desk_key(agency[i].desk, home.arena)));
}

/* They are asked, and nobody waits for them. */
static void none_is_needed(void **state)
{
    (void)state;
    write_policy("quorum none\n");
    home.witnesses = policy_path;
    home_reopen(&home);
    check_keys();
    WAIT_FOR(look().witness[0].behind == 0 && look().witness[1].behind == 0 && look().witness[2].behind == 0);
    close_agency(0);
    close_agency(1);
    close_agency(2);
    (void)work();
    WAIT_FOR(look().witness[0].failures > 0);
    assert_true(shown(true) == size_now() && look().met && look().witness[0].behind > 0);
    for (size_t i = 0; i < AGENCIES; i++)
        open_agency(i);
}

/* What met the policy of before is not shown under one that asks for others. */
static void others_are_needed(void **state)
{
    (void)state;
    write_policy("quorum leeds\n");
    close_agency(2);
    home.witnesses = policy_path;
    home_reopen(&home);
    WAIT_FOR(look().met);
    open_agency(2);
    write_policy("group both all york hull\nquorum both\n");
    close_agency(2);
    home_reopen(&home);
    assert_int_equal(look().size, 0);
    WAIT_FOR(look().witness[2].failures > 0);
    assert_int_equal(shown(false), size_now());
    open_agency(2);
    WAIT_FOR(look().met);
    assert_true(shown(true) == size_now());
}

static void shown_once_signed(void **state)
{
    (void)state;
    write_policy("group two 2 leeds york hull\nquorum two\n");
    close_agency(0);
    close_agency(1);
    home.witnesses = policy_path;
    home_reopen(&home);
    WAIT_FOR(look().witness[0].failures > 0 && look().witness[1].failures > 0 && look().witness[2].size > 0);
    struct gate_witnesses all = look();
    assert_true(all.asked && all.needed && !all.met && all.size == 0 && all.behind == (int64_t)size_now());
    assert_true(text_equal(all.words, TEXT("2 of leeds, york, hull")));
    assert_int_equal(shown(false), size_now()); /* nobody has been shown less */
    open_agency(1);
    WAIT_FOR(look().met);
    assert_true(shown(true) == size_now() && look().size == (int64_t)size_now());
    struct decided first = work(), last;
    WAIT_FOR(look().met);
    for (int i = 0; i < 5; i++) {
        uint64_t before = shown(true);
        (void)work();
        assert_true(shown(true) >= before);
        WAIT_FOR(look().met);
        assert_true(shown(true) == size_now());
    }
    /* then one of the two is gone as well: what is shown stays behind, what is acknowledged goes on */
    uint64_t level = shown(true);
    close_agency(1);
    last = work();
    WAIT_FOR(look().witness[1].failures > 0);
    assert_true(shown(true) == level && size_now() > level);
    all = look();
    assert_true(!all.met && all.behind == (int64_t)(size_now() - level));
    assert_true(all.witness[1].problem.n && !all.witness[1].alarm && all.witness[1].behind > 0);
    WAIT_FOR(look().witness[1].behind_for > 0 && look().behind_for > 0);
    /* for evidence about a new entry there is the newest; about an old one, the cosigned */
    struct text note;
    struct ledger_checkpoint checkpoint;
    must(gate_checkpoint_with(home.gate, home.arena, level - 1, &note, &error), &error, "old");
    must(ledger_checkpoint_open(home.arena, note, log_key.name, &log_key, 1, &checkpoint, NULL, &error), &error, "old");
    assert_true(checkpoint.head.size == level);
    must(gate_checkpoint_with(home.gate, home.arena, level, &note, &error), &error, "new");
    must(ledger_checkpoint_open(home.arena, note, log_key.name, &log_key, 1, &checkpoint, NULL, &error), &error, "new");
    assert_true(checkpoint.head.size == size_now());
    /* so a decision's proof has the witnesses' signatures as soon as there are such */
    assert_true(proven(&first.decision_id) == level);
    assert_true(proven(&last.decision_id) == 0);
    /* across a restart nobody is shown less, or anything that is not cosigned */
    home_reopen(&home);
    assert_true(shown(true) == level);
    assert_true(look().witness[1].size == (int64_t)level); /* nor is it forgotten who had signed */
    beside(level - 1, true);
    beside(level, false);
    open_agency(1);
    open_agency(0);
    WAIT_FOR(look().met);
    assert_true(shown(true) == size_now());
    beside(0, true);
    /* what a partner holds verifies: the whole record with it */
    home_verify(home.gate, home.arena);
    gate_close(&home.gate);
    shell("sqlite3 %s/data/proviso.db \"UPDATE log_cosigned SET note = 'of another log'\"", home.folder);
    beside(0, false);
}

/* ---- shown when it is kept, and not before ---- */

static _Atomic bool full; /* the disk has no room for any commit */

int __real_store_commit(struct store_session *session, struct error *why);
int __wrap_store_commit(struct store_session *session, struct error *why);
int __wrap_store_commit(struct store_session *session, struct error *why)
{
    struct rlimit limit;
    if (!atomic_load(&full))
        return __real_store_commit(session, why);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = 4096;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    int result = __real_store_commit(session, why);
    limit.rlim_cur = limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    return result;
}

/* The writer stands still until there are signatures to keep, and somebody who waits behind. */
static int hold_up(struct store_session *session, void *context, struct error *why)
{
    struct gate *gate = context;
    (void)session, (void)why;
    for (bool waits = false; !waits; wait_a_little()) {
        pthread_mutex_lock(&gate->writer->lock);
        waits = gate->writer->first && gate->writer->woken;
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

struct seen {
    _Atomic bool done;
    int result;
    uint64_t size; /* of the public checkpoint when it was told */
};

/* In the writer's thread, right after its batch. */
static void see(void *context, int result, const struct error *why)
{
    struct seen *seen = context;
    struct text note;
    struct ledger_checkpoint checkpoint = {.origin = TEXT("")};
    struct error other;
    (void)why;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    if (gate_checkpoint_shown(home.gate, arena, &note, &other) == 0)
        (void)ledger_checkpoint_open(arena, note, log_key.name, &log_key, 1, &checkpoint, NULL, &other);
    seen->result = result;
    seen->size = checkpoint.head.size;
    atomic_store(&seen->done, true);
}

/* One batch that has signatures to keep, of a tree of this size; what was shown after it. */
static struct seen next_batch(bool fails, uint64_t *size)
{
    struct seen held = {0}, seen = {0};
    struct job job = {.chore = hold_up, .context = home.gate, .apart = true, .done = {see, &held}};
    struct case_open open = {.name = TEXT("Kit Example")};
    struct case_opened opened;
    struct visit *teacher = home_visit(&home, "teacher"); /* this is what they sign */
    *size = size_now();
    atomic_store(&full, fails);
    assert_true(writer_put(home.gate, &job, &error));
    WAIT_FOR(queue_is_empty());
    visit_act(teacher, &case_open_command, &open, &opened, (struct visit_done){see, &seen});
    open_agency(0);
    WAIT_FOR(atomic_load(&held.done) && atomic_load(&seen.done));
    atomic_store(&full, false);
    close_agency(0);
    return seen;
}

static void kept_before_it_is_shown(void **state)
{
    (void)state;
    uint64_t size;
    write_policy("quorum leeds\n");
    home.witnesses = policy_path;
    home_reopen(&home);
    WAIT_FOR(look().met);
    uint64_t level = size_now();
    assert_true(shown(true) == level);
    /* the batch that has it is not kept, and it is not shown */
    close_agency(0);
    struct seen seen = next_batch(true, &size);
    assert_int_equal(seen.result, ERROR_SYSTEM);
    assert_true(size > level && seen.size == level);
    WAIT_FOR(shown(true) == size); /* nor lost */
    /* a batch that is kept keeps it: it does not have to wait until everybody is quiet */
    seen = next_batch(false, &size);
    assert_int_equal(seen.result, 0);
    assert_true(seen.size == size);
    open_agency(0);
    home_verify(home.gate, home.arena);
}

static void policies_of_others(void **state)
{
    (void)state;
    struct gate *gate = NULL;
    uint8_t public_key[32] = {1};
    struct ledger_key other;
    struct gate_settings settings = home_settings(&home);
    settings.witnesses = policy_path;
    gate_close(&home.gate);
    must(ledger_key_make(LEDGER_KEY_LOG, TEXT("log.example/other"), public_key, &other, &error), &error, "key");
    struct text source = arena_format(home.arena, "log %.*s\nquorum none\n", TEXT_ARGS(ledger_key_text(home.arena, &other)));
    must(file_replace(policy_path, source, 0600, &error), &error, "the policy");
    assert_int_equal(gate_open(&settings, &gate, &error), ERROR_INPUT);
    must(ledger_key_make(LEDGER_KEY_LOG, TEXT("log.example/other"), log_key.public_key, &other, &error), &error, "key");
    source = arena_format(home.arena, "log %.*s\nquorum none\n", TEXT_ARGS(ledger_key_text(home.arena, &other)));
    must(file_replace(policy_path, source, 0600, &error), &error, "the policy");
    assert_int_equal(gate_open(&settings, &gate, &error), ERROR_INPUT); /* our key, and another name */
    must(file_replace(policy_path, TEXT("witness\n"), 0600, &error), &error, "the policy");
    assert_int_equal(gate_open(&settings, &gate, &error), ERROR_INPUT);
    assert_non_null(strstr(error.where, "line 1"));
    settings.witnesses = "/nowhere";
    assert_int_equal(gate_open(&settings, &gate, &error), ERROR_INPUT);
    home_reopen(&home);
}

int main(void)
{
    signal(SIGXFSZ, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_a_policy, setup, teardown),
        cmocka_unit_test_setup_teardown(shown_once_signed, setup, teardown),
        cmocka_unit_test_setup_teardown(kept_before_it_is_shown, setup, teardown),
        cmocka_unit_test_setup_teardown(none_is_needed, setup, teardown),
        cmocka_unit_test_setup_teardown(others_are_needed, setup, teardown),
        cmocka_unit_test_setup_teardown(policies_of_others, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
