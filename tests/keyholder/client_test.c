/* What the server does with its keyholder: keys, signatures, epochs, threads, a process that dies. */
#include "process.h"

#include "client/inside.h"

#include <pthread.h>
#include <signal.h>
#include <sodium.h>

static void it_starts_describes_itself_and_stops(void **state)
{
    struct keyholder *keyholder = started(*state);
    struct keyholder_description d, again;
    struct error error;
    assert_int_equal(keyholder_describe(keyholder, &d, &error), 0);
    assert_string_equal(d.origin, ORIGIN);
    assert_int_equal(d.epoch, 1);
    pid_t process = keyholder_process(keyholder);
    assert_int_equal(kill(process, 0), 0);
    keyholder_stop(&keyholder);
    assert_null(keyholder);
    assert_int_equal(kill(process, 0), -1);
    keyholder = started(*state);
    assert_int_equal(keyholder_describe(keyholder, &again, &error), 0);
    assert_memory_equal(again.public_key, d.public_key, sizeof d.public_key);
    keyholder_stop(&keyholder);
}

static void it_signs_and_remembers(void **state)
{
    struct keyholder *keyholder = started(*state);
    struct keyholder_description d;
    struct error error;
    uint8_t signature[LEDGER_SIGNATURE_SIZE], again[LEDGER_SIGNATURE_SIZE];
    struct ledger_growth growth = log_growth(0, 10, 0);
    assert_int_equal(keyholder_sign(keyholder, &growth, signature, &error), 0);
    keyholder_stop(&keyholder);
    keyholder = started(*state);
    assert_int_equal(keyholder_describe(keyholder, &d, &error), 0);
    assert_int_equal(d.signed_tree.size, 10);
    assert_true(ledger_hash_equal(&d.signed_tree.root, &growth.to.root));
    assert_int_equal(keyholder_sign(keyholder, &growth, again, &error), 0);
    assert_memory_equal(signature, again, sizeof signature);
    growth = log_growth(0, 9, 0);
    assert_int_equal(keyholder_sign(keyholder, &growth, again, &error), ERROR_CHECK);
    growth = log_growth(10, 11, 1);
    assert_int_equal(keyholder_sign(keyholder, &growth, again, &error), ERROR_CHECK);
    assert_non_null(strstr(error.what, "does not begin with"));
    growth = log_growth(9, 12, 0);
    assert_int_equal(keyholder_sign(keyholder, &growth, again, &error), ERROR_CONFLICT);
    growth = log_growth(10, 12, 0);
    assert_int_equal(keyholder_sign(keyholder, &growth, again, &error), 0);
    keyholder_stop(&keyholder);
}

static bool all_zero(const void *bytes, size_t n)
{
    const uint8_t *byte = bytes;
    for (size_t i = 0; i < n; i++)
        if (byte[i])
            return false;
    return true;
}

static void check_wiped(const struct keyholder *keyholder)
{
    const struct keyholder_buffers *buffers = keyholder->buffers;
    assert_true(all_zero(&buffers->request, sizeof buffers->request));
    assert_true(all_zero(&buffers->reply, sizeof buffers->reply));
    assert_true(all_zero(buffers->pool + buffers->pool_n, (POOL_MAX - buffers->pool_n) * sizeof *buffers->pool));
}

/* Whatever was asked, of the keys that were on their way nothing stays but those of the pool. */
static void nothing_stays_of_an_exchange(void **state)
{
    struct keyholder *keyholder = started(*state);
    struct wrapped_key wrapped[KEYHOLDER_BATCH];
    struct unwrapped_key plain[KEYHOLDER_BATCH];
    struct rewrapped_key fresh[KEYHOLDER_BATCH];
    struct data_key key;
    struct error error;
    for (size_t i = 0; i < KEYHOLDER_BATCH; i++) {
        assert_int_equal(keyholder_key_take(keyholder, &key, &error), 0);
        wrapped[i] = key.wrapped;
        check_wiped(keyholder);
    }
    const size_t counts[] = {1, 3, KEYHOLDER_BATCH, 2};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        assert_int_equal(keyholder_unwrap(keyholder, wrapped, counts[i], plain, &error), 0);
        assert_int_equal(plain[counts[i] - 1].verdict, WRAPPED_GOOD);
        check_wiped(keyholder);
        assert_int_equal(keyholder_rewrap(keyholder, wrapped, counts[i], fresh, &error), 0);
        assert_int_equal(fresh[counts[i] - 1].verdict, WRAPPED_GOOD);
        check_wiped(keyholder);
    }
    assert_int_equal(keyholder_retire(keyholder, 9, &error), ERROR_INVALID);
    check_wiped(keyholder);
    kill(keyholder_process(keyholder), SIGKILL);
    assert_int_equal(keyholder_unwrap(keyholder, wrapped, 5, plain, &error), ERROR_SYSTEM);
    check_wiped(keyholder);
    assert_int_equal(keyholder_unwrap(keyholder, wrapped, 5, plain, &error), ERROR_SYSTEM);
    check_wiped(keyholder);
    keyholder_stop(&keyholder);
}

/* One that only reads stands beside the one that has the folder, sees what that one does, and does nothing itself. */
static void a_reader_beside_the_writer(void **state)
{
    struct place *place = *state;
    struct keyholder *writer = started(place), *reader = NULL;
    struct error error;
    struct keyholder_description d;
    struct data_key key, fresh;
    struct unwrapped_key plain;
    struct rewrapped_key rewrapped;
    uint8_t signature[LEDGER_SIGNATURE_SIZE];
    uint32_t epoch;
    struct keyholder_options options = {.program = KEYHOLDER_PROCESS, .home = place->home, .read_only = true};
    struct ledger_growth growth = log_growth(0, 10, 0);
    assert_int_equal(keyholder_sign(writer, &growth, signature, &error), 0);
    assert_int_equal(keyholder_key_take(writer, &key, &error), 0);
    assert_int_equal(keyholder_start(&options, &reader, &error), 0);
    growth = log_growth(10, 12, 0);
    assert_int_equal(keyholder_sign(writer, &growth, signature, &error), 0);
    assert_int_equal(keyholder_describe(reader, &d, &error), 0);
    assert_int_equal(d.signed_tree.size, 12);

    assert_int_equal(keyholder_unwrap(reader, &key.wrapped, 1, &plain, &error), 0);
    assert_int_equal(plain.verdict, WRAPPED_GOOD);
    assert_memory_equal(plain.key, key.key, sizeof key.key);

    growth = log_growth(12, 13, 0);
    assert_int_equal(keyholder_sign(reader, &growth, signature, &error), ERROR_FORBIDDEN);
    assert_int_equal(keyholder_key_take(reader, &fresh, &error), ERROR_FORBIDDEN);
    assert_int_equal(keyholder_turn(reader, &epoch, &error), ERROR_FORBIDDEN);
    assert_int_equal(keyholder_rewrap(reader, &key.wrapped, 1, &rewrapped, &error), ERROR_FORBIDDEN);
    assert_int_equal(keyholder_retire(reader, 1, &error), ERROR_FORBIDDEN);

    /* an epoch that turns meanwhile: keys of both are read, also of one that is retired */
    assert_int_equal(keyholder_turn(writer, &epoch, &error), 0);
    assert_int_equal(keyholder_key_take(writer, &fresh, &error), 0);
    assert_int_equal(keyholder_retire(writer, 1, &error), 0);
    assert_int_equal(keyholder_unwrap(reader, &fresh.wrapped, 1, &plain, &error), 0);
    assert_int_equal(plain.verdict, WRAPPED_GOOD);
    assert_int_equal(keyholder_unwrap(reader, &key.wrapped, 1, &plain, &error), 0);
    assert_int_equal(plain.verdict, WRAPPED_GOOD);
    keyholder_stop(&reader);
    assert_int_equal(keyholder_describe(writer, &d, &error), 0);
    assert_int_equal(d.signed_tree.size, 12);
    keyholder_stop(&writer);

    /* where there are no keys it makes none */
    char path[200];
    snprintf(path, sizeof path, "%s-nowhere", place->home);
    options.home = path;
    assert_int_equal(keyholder_start(&options, &reader, &error), ERROR_MISSING);
    assert_int_equal(access(path, F_OK), -1);
}

static void keys_come_from_the_pool(void **state)
{
    enum { TAKEN = 1000 };
    static struct data_key key[TAKEN];
    struct keyholder *keyholder = started(*state);
    struct unwrapped_key plain[KEYHOLDER_BATCH];
    struct wrapped_key wrapped[KEYHOLDER_BATCH + 1];
    struct error error;
    assert_int_equal(keyholder_pool_fill(keyholder, &error), 0);
    assert_int_equal(keyholder->buffers->pool_n, POOL_MAX);
    uint64_t messages = keyholder->sequence;
    for (size_t i = 0; i < POOL_MAX; i++)
        assert_int_equal(keyholder_key_take(keyholder, &key[i], &error), 0);
    assert_int_equal(keyholder->sequence, messages);
    for (size_t i = POOL_MAX; i < TAKEN; i++)
        assert_int_equal(keyholder_key_take(keyholder, &key[i], &error), 0);
    assert_int_equal(keyholder->sequence - messages,
                     (TAKEN - POOL_MAX + KEYHOLDER_BATCH - 1) / KEYHOLDER_BATCH);
    for (size_t i = 0; i < TAKEN; i++)
        for (size_t j = 0; j < i; j++)
            if (memcmp(key[i].key, key[j].key, DATA_KEY_SIZE) == 0)
                fail_msg("keys %zu and %zu are the same", i, j);
    for (size_t from = 0; from < TAKEN; from += KEYHOLDER_BATCH) {
        size_t n = TAKEN - from < KEYHOLDER_BATCH ? TAKEN - from : KEYHOLDER_BATCH;
        for (size_t i = 0; i < n; i++)
            wrapped[i] = key[from + i].wrapped;
        assert_int_equal(keyholder_unwrap(keyholder, wrapped, n, plain, &error), 0);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(plain[i].verdict, WRAPPED_GOOD);
            assert_memory_equal(plain[i].key, key[from + i].key, DATA_KEY_SIZE);
        }
    }
    assert_int_equal(keyholder_unwrap(keyholder, wrapped, KEYHOLDER_BATCH + 1, plain, &error),
                     ERROR_TOO_LARGE);
    keyholder_stop(&keyholder);
}

static void turning_the_epoch_empties_the_pool(void **state)
{
    struct keyholder *keyholder = started(*state);
    struct data_key before, after;
    struct rewrapped_key fresh;
    struct unwrapped_key plain[3];
    struct error error;
    uint32_t epoch = 0;
    assert_int_equal(keyholder_pool_fill(keyholder, &error), 0);
    assert_int_equal(keyholder_key_take(keyholder, &before, &error), 0);
    assert_int_equal(keyholder_turn(keyholder, &epoch, &error), 0);
    assert_int_equal(epoch, 2);
    assert_int_equal(keyholder_turn(keyholder, &epoch, &error), ERROR_CONFLICT);
    assert_int_equal(keyholder_key_take(keyholder, &after, &error), 0);
    assert_int_equal(wrapped_key_epoch(&before.wrapped), 1);
    assert_int_equal(wrapped_key_epoch(&after.wrapped), 2);
    assert_int_equal(keyholder_rewrap(keyholder, &before.wrapped, 1, &fresh, &error), 0);
    assert_int_equal(fresh.verdict, WRAPPED_GOOD);
    assert_int_equal(keyholder_retire(keyholder, 2, &error), ERROR_INVALID);
    assert_int_equal(keyholder_retire(keyholder, 1, &error), 0);
    const struct wrapped_key all[] = {before.wrapped, fresh.wrapped, after.wrapped};
    assert_int_equal(keyholder_unwrap(keyholder, all, 3, plain, &error), 0);
    assert_int_equal(plain[0].verdict, WRAPPED_UNKNOWN_EPOCH);
    assert_int_equal(plain[1].verdict, WRAPPED_GOOD);
    assert_memory_equal(plain[1].key, before.key, DATA_KEY_SIZE);
    assert_int_equal(plain[2].verdict, WRAPPED_GOOD);
    keyholder_stop(&keyholder);
}

/* Killed at any moment, it comes back with all that it had answered. */
static void a_killed_process_is_reported_and_can_be_restarted(void **state)
{
    struct keyholder *keyholder = started(*state);
    struct keyholder_description d;
    struct data_key key;
    struct error error = {0};
    uint8_t signature[LEDGER_SIGNATURE_SIZE];
    for (size_t round = 0; round < 10; round++) {
        struct ledger_growth growth = log_growth(round, round + 1, 0);
        assert_int_equal(keyholder_sign(keyholder, &growth, signature, &error), 0);
        kill(keyholder_process(keyholder), SIGKILL);
        growth = log_growth(round + 1, round + 2, 0);
        assert_int_equal(keyholder_sign(keyholder, &growth, signature, &error), ERROR_SYSTEM);
        assert_non_null(strstr(error.what, "signal 9"));
        assert_int_equal(keyholder_sign(keyholder, &growth, signature, &error), ERROR_SYSTEM);
        assert_int_equal(keyholder_key_take(keyholder, &key, &error), ERROR_SYSTEM);
        assert_int_equal(keyholder_process(keyholder), -1);
        assert_int_equal(keyholder_restart(keyholder, &error), 0);
        assert_int_equal(keyholder_describe(keyholder, &d, &error), 0);
        assert_int_equal(d.signed_tree.size, round + 1);
    }
    keyholder_stop(&keyholder);
}

static void other_keys_after_a_restart_are_refused(void **state)
{
    const struct place *place = *state;
    struct keyholder *keyholder = started(place);
    struct error error;
    char aside[100];
    snprintf(aside, sizeof aside, "%s/aside", place->base);
    assert_int_equal(rename(place->home, aside), 0);
    assert_int_equal(keyholder_restart(keyholder, &error), ERROR_CHECK);
    assert_int_equal(keyholder_process(keyholder), -1);
    keyholder_stop(&keyholder);
}

static void a_refusal_to_start_reaches_the_server(void **state)
{
    const struct place *place = *state;
    struct keyholder *keyholder = started(place), *second = NULL;
    struct error error = {0};
    assert_int_equal(start(place, &second, &error), ERROR_CONFLICT);
    assert_null(second);
    assert_string_equal(error.where, place->home);
    keyholder_stop(&keyholder);
    assert_int_equal(chmod(place->home, 0750), 0);
    assert_int_equal(start(place, &second, &error), ERROR_INVALID);
    assert_non_null(strstr(error.what, "750"));
    assert_int_equal(chmod(place->home, 0700), 0);
    const struct keyholder_options renamed = {
        .program = KEYHOLDER_PROCESS, .home = place->home, .origin = "another"};
    assert_int_equal(keyholder_start(&renamed, &second, &error), ERROR_INVALID);
    assert_non_null(strstr(error.what, ORIGIN));
    const struct keyholder_options nowhere = {
        .program = KEYHOLDER_PROCESS, .home = "/nowhere/at/all", .origin = ORIGIN};
    assert_int_equal(keyholder_start(&nowhere, &second, &error), ERROR_SYSTEM);
    const struct keyholder_options nothing = {
        .program = "/nowhere/program", .home = place->home, .origin = ORIGIN};
    assert_int_equal(keyholder_start(&nothing, &second, &error), ERROR_SYSTEM);
    assert_string_equal(error.where, "/nowhere/program");
    const struct keyholder_options dead = {.program = "/bin/false", .home = place->home, .origin = ORIGIN};
    assert_int_equal(keyholder_start(&dead, &second, &error), ERROR_SYSTEM);
    assert_non_null(strstr(error.what, "exit code 1"));
    keyholder = started(place);
    keyholder_stop(&keyholder);
}

enum { THREADS = 4, TURNS = 300 };

struct worker {
    struct keyholder *keyholder;
    struct data_key key[TURNS];
    int failures;
};

static void *work(void *argument)
{
    struct worker *worker = argument;
    struct unwrapped_key plain;
    struct error error;
    for (size_t i = 0; i < TURNS; i++) {
        worker->failures += keyholder_key_take(worker->keyholder, &worker->key[i], &error) != 0;
        if (i % 8 == 0) {
            worker->failures +=
                keyholder_unwrap(worker->keyholder, &worker->key[i].wrapped, 1, &plain, &error) != 0;
            worker->failures += memcmp(plain.key, worker->key[i].key, DATA_KEY_SIZE) != 0;
        }
        if (i % 50 == 0)
            worker->failures += keyholder_pool_fill(worker->keyholder, &error) != 0;
    }
    return NULL;
}

static int by_key(const void *a, const void *b)
{
    return memcmp(((const struct data_key *)a)->key, ((const struct data_key *)b)->key, DATA_KEY_SIZE);
}

static void threads_never_share_a_key(void **state)
{
    static struct worker worker[THREADS];
    static struct data_key all[THREADS * TURNS];
    struct keyholder *keyholder = started(*state);
    pthread_t thread[THREADS];
    struct error error;
    uint8_t signature[LEDGER_SIGNATURE_SIZE];
    for (size_t i = 0; i < THREADS; i++) {
        worker[i] = (struct worker){.keyholder = keyholder};
        assert_int_equal(pthread_create(&thread[i], NULL, work, &worker[i]), 0);
    }
    for (size_t i = 0; i < 50; i++) {
        struct ledger_growth growth = log_growth(i, i + 1, 0);
        assert_int_equal(keyholder_sign(keyholder, &growth, signature, &error), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
        assert_int_equal(worker[i].failures, 0);
        memcpy(all + i * TURNS, worker[i].key, sizeof worker[i].key);
    }
    qsort(all, THREADS * TURNS, sizeof *all, by_key);
    for (size_t i = 1; i < THREADS * TURNS; i++)
        assert_int_not_equal(by_key(&all[i - 1], &all[i]), 0);
    keyholder_stop(&keyholder);
}

#define IN_A_PLACE(test) cmocka_unit_test_setup_teardown(test, place_make, place_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_PLACE(it_starts_describes_itself_and_stops),
        IN_A_PLACE(it_signs_and_remembers),
        IN_A_PLACE(nothing_stays_of_an_exchange),
        IN_A_PLACE(a_reader_beside_the_writer),
        IN_A_PLACE(keys_come_from_the_pool),
        IN_A_PLACE(turning_the_epoch_empties_the_pool),
        IN_A_PLACE(a_killed_process_is_reported_and_can_be_restarted),
        IN_A_PLACE(other_keys_after_a_restart_are_refused),
        IN_A_PLACE(a_refusal_to_start_reaches_the_server),
        IN_A_PLACE(threads_never_share_a_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
