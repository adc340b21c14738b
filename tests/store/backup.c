#include <pthread.h>
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

#include "base/error.h"
#include "base/log.h"
#include "fault_vfs.h"
#include "good.h"
#include "store.h"
#include "support/folder.h"

static char folder[TEST_FOLDER_SIZE], path[100], copy[110];
static int made;
static const struct store_migration migration[] = {
    {1, "lines", "CREATE TABLE line (id BIGINT PRIMARY KEY, note TEXT NOT NULL) STRICT", NULL}};

#define GOOD(call) GOOD_WITH(call, &error)

static int add(struct store *store, int64_t from, int count, struct error *error)
{
    STORE_SESSION_SCOPE struct store_session *writer = NULL;
    int result = store_writer(store, &writer, error);
    if (!result)
        result = store_begin(writer, STORE_WRITE, error);
    for (int i = 0; !result && i < count; i++)
        result = store_run(
            writer, "INSERT INTO line (id, note) VALUES ($1, 'what was written on this line, and more')",
            STORE_BIND(STORE_INT(from + i)), NULL, error);
    return result ? result : store_commit(writer, error);
}

static void fresh(struct store **store, const char *vfs)
{
    struct error error;
    snprintf(path, sizeof(path), "%s/a%d.db", folder, ++made);
    snprintf(copy, sizeof(copy), "%s/copy%d.db", folder, made);
    struct store_settings settings = {.database = path, .may_write = true, .sqlite_vfs = vfs};
    GOOD(store_open(&settings, store, &error));
    GOOD(store_migrate(*store, migration, 1, &error));
    GOOD(add(*store, 0, 20000, &error));
}

static int64_t lines_in(struct store *store)
{
    struct error error;
    int64_t count = 0;
    STORE_SESSION_SCOPE struct store_session *reader = NULL;
    GOOD(store_reader(store, &reader, &error));
    GOOD(store_one_int(reader, "SELECT COUNT(*) FROM line", STORE_BIND(), &count, &error));
    return count;
}

static bool is_there(const char *name)
{
    struct stat status;
    return stat(name, &status) == 0;
}

static void *write_on(void *context)
{
    for (int i = 0; i < 200; i++) {
        if (add(context, 100000 + i * 10, 10, NULL))
            return context;
    }
    return NULL;
}

struct told {
    size_t lines;
    char first[200];
};

static void tell(void *self, struct text what)
{
    struct told *told = self;
    if (told->lines++ == 0)
        snprintf(told->first, sizeof(told->first), "%.*s", TEXT_ARGS(what));
}

static struct told check(struct store *store)
{
    struct told told = {0};
    struct store_check_report report = {&told, tell};
    struct error error;
    GOOD(store_check(store, &report, &error));
    return told;
}

static void test_copy_while_writing(void **state)
{
    (void)state;
    struct error error;
    struct store *store = NULL, *second = NULL;
    fresh(&store, NULL);
    pthread_t thread;
    assert_int_equal(0, pthread_create(&thread, NULL, write_on, store));
    GOOD(copy_store(store, copy, &error));
    void *wrong = NULL;
    pthread_join(thread, &wrong);
    assert_null(wrong);
    assert_int_equal(ERROR_CONFLICT, copy_store(store, copy, &error));
    assert_int_equal(0, check(store).lines);
    store_close(&store);

    char beside[130];
    struct stat status;
    assert_int_equal(0, stat(copy, &status));
    assert_int_equal(0600, status.st_mode & 0777);
    snprintf(beside, sizeof(beside), "%s-wal", copy);
    assert_false(is_there(beside));
    snprintf(beside, sizeof(beside), "%s.part", copy);
    assert_false(is_there(beside));

    struct store_settings settings = {.database = copy};
    GOOD(store_open(&settings, &second, &error)); /* as it is, for reading */
    GOOD(store_migrate(second, migration, 1, &error));
    assert_int_equal(0, check(second).lines);
    int64_t count = lines_in(second);
    assert_true(count >= 20000 && count <= 22000 && count % 10 == 0);
    store_close(&second);
    settings.may_write = true;
    GOOD(store_open(&settings, &second, &error)); /* and in place of the original */
    GOOD(add(second, 500000, 5, &error));
    assert_int_equal(count + 5, lines_in(second));
    store_close(&second);
}

static void test_failing_copy(void **state)
{
    (void)state;
    static const enum fault_kind kind[] = {FAULT_WRITE, FAULT_SYNC, FAULT_FULL};
    struct error error;
    STORE_SCOPE struct store *store = NULL;
    fresh(&store, "fault");
    char part[130];
    snprintf(part, sizeof(part), "%s.part", copy);
    for (size_t i = 0; i < 3; i++) {
        fault_arm(kind[i], 1, false);
        assert_int_equal(ERROR_SYSTEM, copy_store(store, copy, &error));
        assert_int_equal(1, fault_disarm(NULL));
        if (kind[i] == FAULT_FULL)
            assert_non_null(strstr(error.fix, "Free some space"));
        assert_false(is_there(copy));
        assert_false(is_there(part));
    }
    assert_false(store_poisoned(store));
    GOOD(copy_store(store, copy, &error));
    GOOD(add(store, 30000, 1, &error));
}

static void test_damage_is_found(void **state)
{
    (void)state;
    struct error error;
    struct store *store = NULL;
    fresh(&store, NULL);
    store_close(&store);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    fseek(file, 40 * 4096 + 200, SEEK_SET);
    static const char dirt[600] = {1, 2, 3};
    fwrite(dirt, 1, sizeof(dirt), file);
    fseek(file, 41 * 4096, SEEK_SET);
    fwrite(dirt, 1, sizeof(dirt), file);
    fclose(file);
    struct store_settings settings = {.database = path, .may_write = true};
    GOOD(store_open(&settings, &store, &error));
    assert_true(check(store).lines > 1); /* not the first alone */
    assert_int_equal(ERROR_CHECK, copy_store(store, copy, &error));
    assert_false(is_there(copy));
    store_close(&store);
}

static int start(void **state)
{
    (void)state;
    log_threshold(LOG_LEVEL_ERROR);
    fault_vfs_install();
    return test_folder_make("backup", folder);
}

static int end(void **state)
{
    (void)state;
    return test_folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_copy_while_writing),
                                       cmocka_unit_test(test_failing_copy),
                                       cmocka_unit_test(test_damage_is_found)};
    return cmocka_run_group_tests(tests, start, end) != 0;
}
