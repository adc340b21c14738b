/* Whatever the store asks for is refused in turn: memory, reading, writing, syncing, SQLite itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "fault_vfs.h"
#include "good.h"
#include "store.h"
#include "support/folder.h"
#include "support/sweep.h"

enum { LINES = 3, BATCHES = 4, PIECE = 3000, PIECES = 2 };

static const struct store_migration migration[] = {
    {1, "rows", "CREATE TABLE line (id BIGINT PRIMARY KEY, batch BIGINT NOT NULL, note TEXT NOT NULL) STRICT", NULL},
    {2, "an index", "CREATE INDEX line_batch ON line (batch)", NULL}};

#define GOOD(call) GOOD_WITH(call, &error)

struct ground {
    char folder[TEST_FOLDER_SIZE], path[100], copy[100];
    const char *vfs;
    int64_t batches; /* acknowledged */
    bool blob, copied, by_rows;
    char piece[PIECE];
};

static int open_store(struct ground *ground, struct store **store, struct error *error)
{
    struct store_settings settings = {.database = ground->path, .may_write = true, .sqlite_vfs = ground->vfs};
    int result = store_open(&settings, store, error);
    return result ? result : store_migrate(*store, migration, 2, error);
}

static int write_batch(struct store_session *writer, int64_t batch, struct error *error)
{
    int result = store_begin(writer, STORE_WRITE, error);
    for (int i = 0; !result && i < LINES; i++) {
        result = store_savepoint(writer, error);
        if (!result)
            result = store_run(writer, "INSERT INTO line (id, batch, note) VALUES ($1, $2, $3)",
                               STORE_BIND(STORE_INT(batch * LINES + i), STORE_INT(batch), STORE_STRING("what was said")),
                               NULL, error);
        if (!result)
            result = store_release(writer, error);
    }
    if (result) {
        store_rollback(writer);
        return result;
    }
    return store_commit(writer, error);
}

static int write_blob(struct ground *ground, struct store_session *writer, struct error *error)
{
    struct text piece = {ground->piece, PIECE};
    int result = store_blob_begin(writer, TEXT("paper"), 7, error);
    for (int i = 0; !result && i < PIECES; i++)
        result = store_blob_append(writer, TEXT("paper"), (int64_t)i * PIECE, piece, error);
    if (!result)
        result = store_blob_finish(writer, TEXT("paper"), (int64_t)PIECES * PIECE, error);
    ground->blob = ground->blob || !result;
    return result;
}

static int count_lines(struct store_session *session, int64_t *count, struct error *error)
{
    int64_t n = 0;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(session, "SELECT batch, note FROM line ORDER BY id", STORE_BIND(), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        got = 0;
        n++;
    }
    *count = n;
    return got;
}

static int write_all(struct ground *ground, struct store *store, struct error *error)
{
    int64_t count;
    STORE_SESSION_SCOPE struct store_session *writer = NULL;
    int result = store_writer(store, &writer, error);
    while (!result && ground->batches < BATCHES) {
        result = write_batch(writer, ground->batches, error);
        ground->batches += !result;
    }
    if (!result)
        result = write_blob(ground, writer, error);
    if (!result)
        result = store_scrub(writer, error);
    STORE_SESSION_SCOPE struct store_session *reader = NULL;
    if (!result)
        result = store_reader(store, &reader, error);
    return result ? result : count_lines(reader, &count, error);
}

/* As a database of PostgreSQL is copied; here from SQLite, whose calls can be made to fail. */
static int copy_rows(struct store *store, const char *path, struct error *error)
{
    const struct store_copy_form form = {.migrations = migration, .count = 2, .tables = {NULL, 0, true}};
    struct store_copy *copy = NULL;
    int result = store_copy_begin(store, &copy, error);
    if (!result)
        result = store_copy_rows(copy, &form, path, NULL, error);
    store_copy_end(&copy);
    return result;
}

static int copy_somehow(const struct ground *ground, struct store *store, struct error *error)
{
    return ground->by_rows ? copy_rows(store, ground->copy, error) : copy_store(store, ground->copy, error);
}

static void note_wrong(void *self, struct text what)
{
    (void)what;
    ++*(size_t *)self;
}

static int check_all(struct store *store, struct error *error)
{
    size_t wrong = 0;
    const struct store_check_report report = {&wrong, note_wrong};
    int result = store_check(store, &report, error);
    return result || !wrong ? result : error_set(error, ERROR_CHECK, "", "", "%zu things are wrong", wrong);
}

static int work(void *context, struct error *error)
{
    struct ground *ground = context;
    STORE_SCOPE struct store *store = NULL;
    int result = open_store(ground, &store, error);
    if (!result)
        result = write_all(ground, store, error);
    if (!result)
        result = copy_somehow(ground, store, error);
    ground->copied = !result;
    char first[FAULT_PATH_SIZE];
    if (!result && fault_unsynced(ground->folder, first))
        fail_msg("%s: the copy was said to be there before this was synced", first);
    return result ? result : check_all(store, error);
}

/* ---- what must hold ---- */

static void check_blob(struct store_session *session, bool must_be)
{
    struct error error;
    struct store_blob blob;
    char got[PIECES * PIECE + 1];
    size_t n = 0;
    int result = store_blob_look(session, TEXT("paper"), &blob, &error);
    assert_true(result == 0 || result == ERROR_MISSING);
    if (must_be)
        assert_true(!result && blob.finished);
    if (result)
        return;
    assert_int_equal(blob.size % PIECE, 0);
    GOOD(store_blob_read(session, TEXT("paper"), 0, got, sizeof got, &n, &error));
    assert_int_equal(n, blob.size);
    assert_true(!blob.finished || n == (size_t)PIECES * PIECE);
}

/* All batches that were acknowledged; one more may be there, but only whole. */
static void check_database(struct ground *ground, const char *path, int64_t least)
{
    struct error error;
    int64_t count = 0;
    STORE_SCOPE struct store *store = NULL;
    STORE_SESSION_SCOPE struct store_session *reader = NULL;
    struct store_settings settings = {.database = path};
    GOOD(store_open(&settings, &store, &error));
    GOOD(check_all(store, &error));
    GOOD(store_reader(store, &reader, &error));
    GOOD(count_lines(reader, &count, &error));
    assert_int_equal(0, count % LINES);
    assert_in_range(count / LINES, (uintmax_t)least, (uintmax_t)least + 1);
    check_blob(reader, ground->blob);
}

/* A second try, as somebody would who starts the program again. */
static void try_again(struct ground *ground)
{
    struct error error;
    STORE_SCOPE struct store *store = NULL;
    STORE_SESSION_SCOPE struct store_session *writer = NULL;
    int64_t count = 0;
    GOOD(open_store(ground, &store, &error));
    GOOD(store_writer(store, &writer, &error));
    GOOD(count_lines(writer, &count, &error));
    GOOD(write_batch(writer, count / LINES, &error));
    struct store_blob blob;
    bool gone = store_blob_look(writer, TEXT("paper"), &blob, &error) != 0 || blob.finished;
    while (!gone)
        GOOD(store_blob_delete(writer, TEXT("paper"), 1, &gone, &error));
    check_blob(writer, ground->blob);
    ground->batches = count / LINES + 1;
    store_give_back(&writer);
    struct stat status;
    if (stat(ground->copy, &status) == 0) /* whether it was told or not, what has the name is a whole copy */
        check_database(ground, ground->copy, BATCHES);
    else
        GOOD(copy_somehow(ground, store, &error));
}

static void check(void *context, int code)
{
    struct ground *ground = context;
    struct stat status;
    struct error error;
    ground->vfs = NULL;
    if (code == 0 && (ground->batches != BATCHES || !ground->blob || !ground->copied))
        fail_msg("it was acknowledged and not done");
    if (stat(ground->path, &status) == 0) {
        struct store *store = NULL;
        GOOD(open_store(ground, &store, &error));
        store_close(&store);
        check_database(ground, ground->path, ground->batches);
    }
    try_again(ground);
    check_database(ground, ground->path, ground->batches);
}

static void make(void *context)
{
    struct ground *ground = context;
    *ground = (struct ground){.vfs = "fault", .by_rows = ground->by_rows};
    assert_int_equal(0, test_folder_make_light("sweep", ground->folder));
    snprintf(ground->path, sizeof ground->path, "%s/a.db", ground->folder);
    snprintf(ground->copy, sizeof ground->copy, "%s/copy.db", ground->folder);
    memset(ground->piece, 'p', PIECE);
    fault_watch();
}

static void clear(void *context)
{
    struct ground *ground = context;
    assert_int_equal(0, test_folder_remove(ground->folder));
}

static void sweep_kinds(unsigned kinds, bool by_rows)
{
    struct ground ground = {.by_rows = by_rows};
    const struct sweep sweep = {
        .name = "store", .kinds = kinds, .make = make, .work = work, .check = check, .clear = clear};
    sweep_run(&sweep, &ground);
}

static void test_memory(void **state)
{
    (void)state;
    sweep_kinds(1U << FAULT_MEMORY | 1U << FAULT_MEMORY_INNER, false);
}

static void test_files(void **state)
{
    (void)state;
    sweep_kinds(1U << FAULT_READ | 1U << FAULT_WRITE | 1U << FAULT_FULL | 1U << FAULT_SYNC | 1U << FAULT_NAME, false);
}

static void test_engine(void **state)
{
    (void)state;
    sweep_kinds(1U << FAULT_ENGINE, false);
}

static void test_rows(void **state)
{
    (void)state;
    sweep_kinds(1U << FAULT_MEMORY | 1U << FAULT_MEMORY_INNER | 1U << FAULT_WRITE | 1U << FAULT_FULL | 1U << FAULT_SYNC | 1U << FAULT_NAME |
                    1U << FAULT_ENGINE,
                true);
}

/* A database that is made has its name for good before anything is kept in it. */
static void test_new_name(void **state)
{
    (void)state;
    struct ground ground = {.by_rows = false};
    struct error error;
    struct store *store;
    char first[FAULT_PATH_SIZE];
    make(&ground);
    struct store_settings settings = {.database = ground.path, .may_write = true, .sqlite_vfs = ground.vfs};
    GOOD(store_open(&settings, &store, &error));
    if (fault_unsynced(ground.folder, first))
        fail_msg("%s is not synced", first);
    store_close(&store);
    clear(&ground);
}

int main(void)
{
    fault_libraries();
    fault_vfs_install();
    log_threshold((enum log_level)(LOG_LEVEL_ERROR + 1));
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_memory), cmocka_unit_test(test_files),
                                       cmocka_unit_test(test_engine), cmocka_unit_test(test_rows),
                                       cmocka_unit_test(test_new_name)};
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
