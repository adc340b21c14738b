#include <errno.h>
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
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/log.h"
#include "fault_vfs.h"
#include "good.h"
#include "store.h"
#include "support/folder.h"

/* Disks that fill up and fail: nothing acknowledged is lost, nothing half done is kept, nobody guesses. */

static char folder[TEST_FOLDER_SIZE];
static int made;

static const struct store_migration migration[] = {
    {1, "rows", "CREATE TABLE line (id BIGINT PRIMARY KEY, batch BIGINT NOT NULL, note TEXT NOT NULL) STRICT",
     NULL}};

#define GOOD(call) GOOD_WITH(call, &error)

static void new_path(char path[128])
{
    snprintf(path, 128, "%s/fault%d.db", folder, ++made);
}

static void open_store(const char *path, const char *vfs, unsigned cache_kib, struct store **store)
{
    struct error error;
    struct store_settings settings = {
        .database = path, .may_write = true, .sqlite_vfs = vfs, .cache_kib = cache_kib};
    GOOD(store_open(&settings, store, &error));
    GOOD(store_migrate(*store, migration, 1, &error));
}

enum { LINES = 3 };

/* One batch of LINES rows. *committing: whether it came to the commit. */
static int write_batch(struct store_session *writer, int batch, bool *committing, struct error *error)
{
    static const char note[] =
        "a note long enough that some batches need another page of the file: 0123456789"
        "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234";
    *committing = false;
    int result = store_begin(writer, STORE_WRITE, error);
    for (int i = 0; !result && i < LINES; i++)
        result = store_run(writer, "INSERT INTO line (id, batch, note) VALUES ($1, $2, $3)",
                           STORE_BIND(STORE_INT(batch * LINES + i), STORE_INT(batch), STORE_STRING(note)),
                           NULL, error);
    if (result) {
        store_rollback(writer);
        return result;
    }
    *committing = true;
    return store_commit(writer, error);
}

/* All of batches 0 to acknowledged - 1 are there; one more may be, but only whole. */
static void check_kept(const char *path, int acknowledged, bool one_more_possible)
{
    struct error error;
    STORE_SCOPE struct store *store = NULL;
    STORE_SESSION_SCOPE struct store_session *reader = NULL;
    open_store(path, NULL, 0, &store);
    GOOD(store_reader(store, &reader, &error));
    int64_t count = 0, next = 0;
    GOOD(store_one_int(reader, "SELECT COUNT(*) FROM line", STORE_BIND(), &count, &error));
    GOOD(store_one_int(reader, "SELECT COALESCE(MAX(id) + 1, 0) FROM line", STORE_BIND(), &next, &error));
    assert_int_equal(count, next);
    assert_int_equal(0, count % LINES);
    assert_true(count / LINES >= acknowledged);
    assert_true(count / LINES <= acknowledged + (one_more_possible ? 1 : 0));
}

/* Nothing was kept, and with room again it goes on. */
static void expect_going_on(struct store *store, struct store_session *writer, int acknowledged)
{
    struct error error;
    bool committing;
    int64_t count = 0;
    assert_false(store_poisoned(store));
    assert_true(store_full(writer));
    GOOD(store_one_int(writer, "SELECT COUNT(*) FROM line", STORE_BIND(), &count, &error));
    assert_int_equal(acknowledged * LINES, count);
    GOOD(write_batch(writer, acknowledged, &committing, &error));
    assert_false(store_full(writer));
}

static void expect_stopped(struct store *store, struct store_session *writer)
{
    struct error error;
    bool committing;
    assert_true(store_poisoned(store));
    assert_int_equal(ERROR_SYSTEM, write_batch(writer, 1000, &committing, &error));
    assert_false(committing);
    assert_int_equal(ERROR_SYSTEM, store_run(writer, "DELETE FROM line", STORE_BIND(), NULL, &error));
    int64_t n;
    assert_int_equal(ERROR_SYSTEM, store_one_int(writer, "SELECT 1", STORE_BIND(), &n, &error));
    assert_int_equal(ERROR_SYSTEM, store_scrub(writer, &error));
    struct store_session *again = writer;
    store_give_back(&again);
    assert_int_equal(ERROR_SYSTEM, store_writer(store, &again, &error));
    assert_null(again);
    assert_non_null(strstr(error.fix, "start the program again"));
}

/* Fails the nth operation, for every n that happens in the work. */
static void sweep(enum fault_kind kind, bool for_good)
{
    enum { BATCHES = 25 };
    int failed_batches = 0, n;
    for (n = 1; n < 1000; n++) {
        char path[128];
        struct error error;
        struct store *store = NULL;
        struct store_session *writer = NULL;
        new_path(path);
        open_store(path, "fault", 0, &store);
        GOOD(store_writer(store, &writer, &error));
        int acknowledged = 0, result = 0;
        bool committing = false;
        fault_arm(kind, n, for_good);
        while (acknowledged < BATCHES && !(result = write_batch(writer, acknowledged, &committing, &error)))
            acknowledged++;
        long struck = fault_disarm(NULL);
        if (result) {
            failed_batches++;
            assert_int_equal(ERROR_SYSTEM, result);
            assert_true(struck > 0);
            assert_non_null(strstr(error.what, kind == FAULT_FULL ? "disk is full" : "failed"));
            assert_non_null(strstr(error.what, path));
            assert_non_null(strstr(error.fix, kind == FAULT_FULL ? "Free some space" : "Check the disk"));
            assert_true(committing); /* the batches fit the cache: only the commit writes */
            if (kind == FAULT_FULL) {
                expect_going_on(store, writer, acknowledged++);
                store_give_back(&writer);
            } else {
                expect_stopped(store, writer);
            }
        } else {
            store_give_back(&writer);
        }
        store_close(&store);
        check_kept(path, acknowledged, result != 0 && kind != FAULT_FULL);
        if (!struck)
            break;
    }
    assert_true(n > 25); /* the sweep saw at least one operation a batch */
    assert_true(failed_batches >= n / 2);
    print_message("%d places to fail, %d of them failed a batch\n", n - 1, failed_batches);
}

static void test_write_errors(void **state)
{
    (void)state;
    sweep(FAULT_WRITE, true);
    sweep(FAULT_WRITE, false);
}

static void test_sync_errors(void **state)
{
    (void)state;
    sweep(FAULT_SYNC, true);
    sweep(FAULT_SYNC, false);
}

static void test_no_space(void **state)
{
    (void)state;
    sweep(FAULT_FULL, true);
    sweep(FAULT_FULL, false);
}

/* Moving the log into the file fails at every place it can: the log keeps what was acknowledged, and it is moved later. */
static void test_checkpoint_errors(void **state)
{
    (void)state;
    static const enum fault_kind kind[] = {FAULT_WRITE, FAULT_SYNC, FAULT_FULL};
    int failures = 0;
    for (size_t k = 0; k < 3; k++) {
        bool struck = true;
        for (int n = 1; struck; n++) {
            char path[128];
            struct error error;
            struct store *store = NULL;
            struct store_session *writer = NULL;
            bool committing;
            new_path(path);
            open_store(path, "fault", 0, &store);
            GOOD(store_writer(store, &writer, &error));
            for (int i = 0; i < 5; i++)
                GOOD(write_batch(writer, i, &committing, &error));
            fault_arm(kind[k], n, false);
            int result = store_scrub(writer, &error);
            struck = fault_disarm(NULL) > 0;
            assert_int_equal(struck ? ERROR_SYSTEM : 0, result);
            failures += struck;
            assert_false(store_poisoned(store));
            GOOD(write_batch(writer, 5, &committing, &error));
            if (n % 2)
                GOOD(store_scrub(writer, &error));
            store_give_back(&writer);
            store_close(&store);
            check_kept(path, 6, false);
        }
    }
    assert_true(failures > 5);
    print_message("%d failed checkpoints, nothing lost\n", failures);
}

/* A disk that is full before the commit: nothing was promised, and the service goes on once there is space. */
static void test_no_space_before_commit(void **state)
{
    (void)state;
    char path[128];
    struct error error;
    new_path(path);
    STORE_SCOPE struct store *store = NULL;
    STORE_SESSION_SCOPE struct store_session *writer = NULL;
    open_store(path, "fault", 16, &store); /* a cache so small that pages are written early */
    GOOD(store_writer(store, &writer, &error));
    bool committing;
    GOOD(write_batch(writer, 0, &committing, &error));
    GOOD(store_begin(writer, STORE_WRITE, &error));
    GOOD(store_savepoint(writer, &error));
    fault_arm(FAULT_FULL, 20, true);
    int result = 0;
    for (int i = 100; i < 5000 && !result; i++)
        result = store_run(
            writer, "INSERT INTO line (id, batch, note) VALUES ($1, 9, $2)",
            STORE_BIND(STORE_INT(i), STORE_STRING("a note that fills pages, more and more of them")), NULL,
            &error);
    assert_int_equal(ERROR_SYSTEM, result);
    assert_non_null(strstr(error.fix, "Free some space"));
    assert_true(fault_disarm(NULL) > 0);
    assert_false(store_poisoned(store));
    assert_true(store_in_transaction(writer));
    assert_int_equal(ERROR_CONFLICT, store_run(writer, "DELETE FROM line", STORE_BIND(), NULL, &error));
    if (store_undo(writer, &error)) /* the engine may have given up the whole transaction */
        assert_int_equal(ERROR_SYSTEM, error.code);
    store_rollback(writer);
    GOOD(write_batch(writer, 1, &committing, &error));
    store_give_back(&writer);
    store_close(&store);
    check_kept(path, 2, false);
}

/* Fills what there is room for; returns how many batches were acknowledged. */
static int fill_up(const char *path, struct error *error)
{
    struct store *store = NULL;
    struct store_session *writer = NULL;
    open_store(path, NULL, 0, &store);
    assert_int_equal(0, store_writer(store, &writer, error));
    int acknowledged = 0, result = 0;
    bool committing;
    while (acknowledged < 100000 && !(result = write_batch(writer, acknowledged, &committing, error)))
        acknowledged++;
    assert_int_equal(ERROR_SYSTEM, result);
    /* what was there can be read as before, and nobody guesses what is */
    int64_t count = 0;
    struct error words;
    assert_true(store_full(writer) && !store_poisoned(store));
    GOOD_WITH(store_one_int(writer, "SELECT COUNT(*) FROM line", STORE_BIND(), &count, &words), &words);
    assert_int_equal(acknowledged * LINES, count);
    store_give_back(&writer);
    store_close(&store);
    return acknowledged;
}

static void test_full_disk(void **state)
{
    (void)state;
    char at[100], path[128];
    snprintf(at, sizeof(at), "%s/small", folder);
    assert_int_equal(0, mkdir(at, 0700));
    if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
        mount("none", at, "tmpfs", 0, "size=1m")) {
        print_message("left out: a file system cannot be mounted here; the size limit below stands for it\n");
        return;
    }
    struct error error;
    snprintf(path, sizeof(path), "%s/full.db", at);
    int acknowledged = fill_up(path, &error);
    assert_true(acknowledged > 10);
    assert_non_null(strstr(error.what, "disk is full"));
    assert_non_null(strstr(error.fix, "Free some space"));
    print_message("%d batches until a disk of 1 MiB was full\n", acknowledged);
    assert_int_equal(0, mount(NULL, at, NULL, MS_REMOUNT, "size=8m"));
    check_kept(path, acknowledged, false);
    umount2(at, MNT_DETACH);
}

static void test_size_limit(void **state)
{
    (void)state;
    char path[128];
    struct error error;
    struct rlimit before, small;
    new_path(path);
    struct store *store = NULL;
    open_store(path, NULL, 0, &store);
    store_close(&store);
    assert_int_equal(0, getrlimit(RLIMIT_FSIZE, &before));
    small = before;
    small.rlim_cur = 400000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(0, setrlimit(RLIMIT_FSIZE, &small));
    int acknowledged = fill_up(path, &error);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_non_null(strstr(error.fix, "Free some space"));
    assert_true(acknowledged > 10);
    check_kept(path, acknowledged, false);
}

static int start(void **state)
{
    (void)state;
    log_threshold((enum log_level)(LOG_LEVEL_ERROR + 1));
    fault_vfs_install();
    return test_folder_make("fault", folder);
}

static int end(void **state)
{
    (void)state;
    return test_folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write_errors),      cmocka_unit_test(test_sync_errors),
        cmocka_unit_test(test_no_space),          cmocka_unit_test(test_no_space_before_commit),
        cmocka_unit_test(test_checkpoint_errors), cmocka_unit_test(test_size_limit),
        cmocka_unit_test(test_full_disk),
    };
    return cmocka_run_group_tests(tests, start, end) != 0;
}
