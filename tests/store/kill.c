#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/log.h"
#include "good.h"
#include "store.h"
#include "support/folder.h"
#include "support/postgres.h"

/* A writer is killed at any moment: what it was told is kept is there, and no half batch is. */

enum { LINES = 3, ROUNDS = 20, CRASHES = 3 };

static const struct store_migration migration[] = {
    {1, "rows", "CREATE TABLE line (id BIGINT PRIMARY KEY, note TEXT NOT NULL) STRICT", NULL}};

#define GOOD(call) GOOD_WITH(call, &error)

static void open_store(const char *address, struct store **store)
{
    struct error error;
    struct store_settings settings = {.database = address, .may_write = true};
    GOOD(store_open(&settings, store, &error));
    GOOD(store_migrate(*store, migration, 1, &error));
}

/* Writes batches for ever; after each commit tells the number of the next batch. */
static void write_for_ever(const char *address, int tell)
{
    struct error error;
    struct store *store = NULL;
    struct store_session *writer = NULL;
    open_store(address, &store);
    GOOD(store_writer(store, &writer, &error));
    for (;;) {
        int64_t next = 0;
        int result = store_begin(writer, STORE_WRITE, &error);
        if (!result)
            result = store_one_int(writer, "SELECT COALESCE(MAX(id) + 1, 0) FROM line", STORE_BIND(), &next,
                                   &error);
        for (int i = 0; !result && i < LINES; i++) {
            result = store_savepoint(writer, &error);
            if (!result)
                result =
                    store_run(writer, "INSERT INTO line (id, note) VALUES ($1, $2)",
                              STORE_BIND(STORE_INT(next + i), STORE_STRING("what was said")), NULL, &error);
            if (!result)
                result = store_release(writer, &error);
        }
        if (result)
            store_rollback(writer);
        else
            result = store_commit(writer, &error);
        /* The server may be busy still with the last words of the writer that was killed before. */
        if (result == ERROR_CONFLICT)
            continue;
        if (result)
            _exit(3);
        int64_t told = next + LINES;
        if (write(tell, &told, sizeof(told)) != sizeof(told))
            _exit(4);
    }
}

static int64_t check(const char *address, int64_t told)
{
    struct error error;
    STORE_SCOPE struct store *store = NULL;
    STORE_SESSION_SCOPE struct store_session *writer = NULL;
    open_store(address, &store);
    GOOD(store_writer(store, &writer, &error));
    int64_t count = 0, next = 0;
    /* One look: the server may be busy still with the last words of the killed writer. */
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    GOOD(store_one(writer, "SELECT COUNT(*), COALESCE(MAX(id) + 1, 0) FROM line", STORE_BIND(), &rows,
                   &error));
    count = store_int(rows, 0);
    next = store_int(rows, 1);
    store_done(&rows);
    assert_int_equal(count, next);
    assert_int_equal(0, count % LINES);
    assert_true(next >= told);
    return next;
}

/* One round: a writer, killed (or its server crashed) a random time after its first word. */
static int64_t one_round(const char *address, struct test_postgres *crash)
{
    int channel[2];
    assert_int_equal(0, pipe(channel));
    pid_t child = fork();
    if (child == 0) {
        close(channel[0]);
        write_for_ever(address, channel[1]);
    }
    close(channel[1]);
    int64_t told = 0, word = 0;
    assert_int_equal(sizeof(told), read(channel[0], &told, sizeof(told)));
    unsigned char random[2];
    bytes_random(random, sizeof(random));
    nanosleep(&(struct timespec){.tv_nsec = (random[0] * 256 + random[1]) * 600L}, NULL); /* up to 39 ms */
    if (crash)
        test_postgres_crash(crash);
    kill(child, SIGKILL);
    while (read(channel[0], &word, sizeof(word)) == sizeof(word))
        told = word;
    close(channel[0]);
    waitpid(child, NULL, 0);
    return told;
}

static void run_rounds(const char *name, const char *address, struct test_postgres *postgres)
{
    struct store *store = NULL;
    open_store(address, &store);
    store_close(&store);
    int64_t before = 0;
    for (int i = 0; i < ROUNDS; i++) {
        int64_t told = one_round(address, NULL);
        assert_true(told > before);
        before = check(address, told);
    }
    for (int i = 0; postgres && i < CRASHES; i++) {
        int64_t told = one_round(address, postgres);
        assert_true(told > before);
        before = check(address, told);
    }
    print_message("%s: %d rounds, %lld batches, none acknowledged was lost\n", name,
                  ROUNDS + (postgres ? CRASHES : 0), (long long)before / LINES);
}

static void test_sqlite(void **state)
{
    (void)state;
    char folder[TEST_FOLDER_SIZE], path[TEST_FOLDER_SIZE + 16];
    assert_int_equal(0, test_folder_make("kill", folder));
    snprintf(path, sizeof(path), "%s/kill.db", folder);
    run_rounds("sqlite", path, NULL);
    assert_int_equal(0, test_folder_remove(folder));
}

#define WRITE(id)                                                                                            \
    store_run(writer, "INSERT INTO line (id, note) VALUES ($1, 'x')", STORE_BIND(STORE_INT(id)), NULL, &error)

/* The server goes away under a store that stays open. */
static void test_server_lost(void **state)
{
    (void)state;
    char address[256];
    struct error error;
    struct test_postgres *postgres = test_postgres_start();
    test_postgres_database(postgres, "lost", address, sizeof(address));
    struct store *store = NULL;
    struct store_session *writer = NULL, *reader = NULL;
    int64_t count = 0;
    open_store(address, &store);

    /* Idle connections: nobody notices. */
    GOOD(store_writer(store, &writer, &error));
    GOOD(WRITE(1));
    GOOD(store_reader(store, &reader, &error));
    store_give_back(&reader);
    store_give_back(&writer);
    test_postgres_crash(postgres);
    GOOD(store_writer(store, &writer, &error));
    GOOD(store_reader(store, &reader, &error));
    GOOD(store_one_int(reader, "SELECT COUNT(*) FROM line", STORE_BIND(), &count, &error));
    assert_int_equal(1, count);

    /* Within a transaction: it is lost whole, and can be begun again. */
    GOOD(store_begin(writer, STORE_WRITE, &error));
    GOOD(WRITE(2));
    test_postgres_crash(postgres);
    assert_int_equal(ERROR_SYSTEM, WRITE(3));
    assert_non_null(strstr(error.what, "connection"));
    assert_int_equal(ERROR_CONFLICT, WRITE(3));
    store_rollback(writer);
    store_give_back(&writer);
    assert_int_equal(ERROR_SYSTEM,
                     store_one_int(reader, "SELECT COUNT(*) FROM line", STORE_BIND(), &count, &error));
    store_give_back(&reader);
    assert_false(store_poisoned(store));
    GOOD(store_writer(store, &writer, &error));
    GOOD(store_begin(writer, STORE_WRITE, &error));
    GOOD(WRITE(2));
    GOOD(store_commit(writer, &error));

    /* While committing: it may be kept or not, so the store stops writing. Readers go on. */
    GOOD(store_begin(writer, STORE_WRITE, &error));
    GOOD(WRITE(3));
    test_postgres_crash(postgres);
    assert_int_equal(ERROR_SYSTEM, store_commit(writer, &error));
    assert_true(store_poisoned(store));
    assert_int_equal(ERROR_SYSTEM, WRITE(4));
    store_give_back(&writer);
    assert_int_equal(ERROR_SYSTEM, store_writer(store, &writer, &error));
    GOOD(store_reader(store, &reader, &error));
    GOOD(store_one_int(reader, "SELECT COUNT(*) FROM line", STORE_BIND(), &count, &error));
    assert_int_equal(2, count);
    store_give_back(&reader);
    store_close(&store);
    test_postgres_stop(&postgres);
}

/* The server's disk fills up. It may refuse, or end; the store says so and keeps what it acknowledged. */
static void test_server_disk_full(void **state)
{
    (void)state;
    if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
        mount("none", "/tmp", "tmpfs", 0, "size=90m,mode=1777")) {
        print_message("left out: a file system cannot be mounted here\n");
        return;
    }
    char address[256], *big = test_malloc(100000);
    struct error error;
    struct test_postgres *postgres = test_postgres_start();
    test_postgres_database(postgres, "full", address, sizeof(address));
    struct store *store = NULL;
    struct store_session *writer = NULL;
    open_store(address, &store);
    GOOD(store_writer(store, &writer, &error));
    bytes_random(big, 100000); /* so that it cannot be compressed */
    for (int i = 0; i < 100000; i++)
        big[i] = (char)('!' + (unsigned char)big[i] % 90);
    int64_t acknowledged = 0, count = 0;
    int result = 0;
    while (acknowledged < 5000 && !result) {
        result = store_run(writer, "INSERT INTO line (id, note) VALUES ($1, $2)",
                           STORE_BIND(STORE_INT(acknowledged), STORE_TEXT((struct text){big, 100000})), NULL,
                           &error);
        acknowledged += result == 0;
    }
    assert_int_equal(ERROR_SYSTEM, result);
    assert_true(acknowledged > 10);
    print_message("%lld rows, then: %s\n", (long long)acknowledged, error.what);
    store_give_back(&writer);
    store_close(&store);
    test_free(big);
    assert_int_equal(0, mount(NULL, "/tmp", NULL, MS_REMOUNT, "size=400m"));
    test_postgres_crash(postgres);
    open_store(address, &store);
    GOOD(store_writer(store, &writer, &error));
    GOOD(store_one_int(writer, "SELECT COUNT(*) FROM line", STORE_BIND(), &count, &error));
    assert_true(count >= acknowledged && count <= acknowledged + 1);
    GOOD(WRITE(100000));
    store_give_back(&writer);
    store_close(&store);
    test_postgres_stop(&postgres);
    umount2("/tmp", MNT_DETACH);
}

static void test_postgres(void **state)
{
    (void)state;
    char address[256];
    struct test_postgres *postgres = test_postgres_start();
    test_postgres_database(postgres, "kill", address, sizeof(address));
    run_rounds("postgresql", address, postgres);
    test_postgres_stop(&postgres);
}

int main(void)
{
    log_threshold((enum log_level)(LOG_LEVEL_ERROR + 1));
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sqlite), cmocka_unit_test(test_postgres),
                                       cmocka_unit_test(test_server_lost),
                                       cmocka_unit_test(test_server_disk_full)};
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
