/* Alarms of witnesses in the database: what was told is written once, and again until it is kept. */
#include "both.h"
#include "home.h"
#include "schema.h"
#include "witnesses/alarms.h"

#include "ledger.h"
#include "store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "signer.h"
#include "support/folder.h"

enum { WITNESSES = 2 };

static char folder[TEST_FOLDER_SIZE];
static struct store *store;
static struct arena *arena;
static struct alarms alarms;
static struct test_signer signer[WITNESSES];
static struct witness_policy_member member[WITNESSES];
static const struct witness_policy policy = {.witness = member, .witness_count = WITNESSES};
static struct error error;

#define GOOD(call) must(call, &error, #call)

static int setup(void **state)
{
    (void)state;
    arena = arena_new(1 << 20, ARENA_PLAIN);
    assert_non_null(arena);
    assert_int_equal(test_folder_make("alarms", folder), 0);
    const char *database = both_database();
    if (!database)
        database = arena_format(arena, "%s/proviso.db", folder).p;
    GOOD(store_open(&(struct store_settings){.database = database, .may_write = true}, &store, &error));
    GOOD(store_migrate(store, gate_migrations, gate_migrations_n, &error));
    for (size_t i = 0; i < WITNESSES; i++) {
        test_signer_make(&signer[i], LEDGER_KEY_WITNESS, i ? "york.example" : "leeds.example", (uint8_t)(1 + i));
        member[i] = (struct witness_policy_member){.name = text_of(i ? "york" : "leeds"), .key = signer[i].signer.key};
    }
    alarms = (struct alarms){0};
    alarms_begin(&alarms);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    alarms_end(&alarms);
    store_close(&store);
    arena_free(&arena);
    return test_folder_remove(folder);
}

/* A transaction of the writer, which is kept or lost; `meanwhile`: told to the rounds before it is committed. */
static void write_all(bool kept, const char *meanwhile)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    GOOD(store_writer(store, &session, &error));
    GOOD(store_begin(session, STORE_WRITE, &error));
    GOOD(alarms_keep(&alarms, &policy, session, &error));
    if (meanwhile)
        alarms_take(&alarms, 0, 20, meanwhile);
    if (!kept) {
        store_rollback(session);
        return;
    }
    GOOD(store_commit(session, &error));
    alarms_kept(&alarms);
}

static const struct witness_alarm *recall(const struct witness_policy *by)
{
    const struct witness_alarm *out = NULL;
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    GOOD(store_reader(store, &session, &error));
    GOOD(alarms_recall(arena, by, session, &out, &error));
    return out;
}

static bool stands(size_t witness, int64_t at, const char *problem)
{
    const struct witness_alarm *alarm = &recall(&policy)[witness];
    return alarm->at == at && (at == 0 || text_equal(alarm->problem, text_of(problem)));
}

static void forget_by_hand(void)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    GOOD(store_writer(store, &session, &error));
    GOOD(store_run(session, "DELETE FROM witness_alarm", STORE_BIND(), NULL, &error));
}

static void test_until_it_is_kept(void **state)
{
    (void)state;
    alarms_take(&alarms, 0, 10, "first");
    write_all(false, NULL);
    assert_true(stands(0, 0, ""));
    write_all(true, NULL);
    assert_true(stands(0, 10, "first") && stands(1, 0, ""));
    forget_by_hand();
    write_all(true, NULL); /* not once more */
    assert_true(stands(0, 0, ""));
}

static void test_told_anew(void **state)
{
    (void)state;
    alarms_take(&alarms, 0, 10, "first");
    alarms_take(&alarms, 1, 11, "other");
    write_all(true, "second");
    assert_true(stands(0, 10, "first") && stands(1, 11, "other"));
    write_all(true, NULL);
    assert_true(stands(0, 20, "second") && stands(1, 11, "other"));
    alarms_take(&alarms, 0, 0, "");
    write_all(true, NULL);
    assert_true(stands(0, 0, "") && stands(1, 11, "other"));
}

/* Whoever has its name or its place in a later policy has said nothing. */
static void test_of_its_key(void **state)
{
    (void)state;
    alarms_take(&alarms, 0, 10, "first");
    write_all(true, NULL);
    struct witness_policy_member turned[WITNESSES] = {member[1], member[0]};
    const struct witness_alarm *alarm = recall(&(struct witness_policy){.witness = turned, .witness_count = WITNESSES});
    assert_true(alarm[0].at == 0 && alarm[1].at == 10);
    test_signer_make(&signer[0], LEDGER_KEY_WITNESS, "leeds.example", 9);
    turned[1].key = signer[0].signer.key;
    assert_true(recall(&(struct witness_policy){.witness = turned, .witness_count = WITNESSES})[1].at == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_until_it_is_kept, setup, teardown),
                                       cmocka_unit_test_setup_teardown(test_told_anew, setup, teardown),
                                       cmocka_unit_test_setup_teardown(test_of_its_key, setup, teardown)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    both_end();
    return failed;
}
