/* The storage of plain files: the same log as in memory, file for file; appends that were given up; a mirror
 * checked. */
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

#include "base.h"
#include "ledger.h"
#include "memory_storage.h"
#include "support/folder.h"

static struct arena *arena;
static struct error error;
static char place[TEST_FOLDER_SIZE];
static struct ledger_folder folder;
static struct ledger_storage storage;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(256 << 20, ARENA_PLAIN);
    if (test_folder_make("ledger", place))
        return -1;
    int result = ledger_folder_open(arena_format(arena, "%s/log/", place), &folder, &error);
    storage = ledger_folder_storage(&folder);
    return result;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return test_folder_remove(place);
}

static void append(struct ledger_edge *edge, const char *what, uint64_t first, size_t count)
{
    struct text *leaves = ARENA_ARRAY(arena, struct text, count);
    struct ledger_growth growth;
    for (size_t i = 0; i < count; i++)
        leaves[i] = arena_format(arena, "%s %llu", what, (unsigned long long)(first + i));
    assert_int_equal(ledger_append(&storage, arena, edge, leaves, count, edge, &growth, &error), 0);
}

static bool exists(const char *path)
{
    return access(arena_string(arena, arena_format(arena, "%s/log/%s", place, path)), F_OK) == 0;
}

static void as_it_is_served(void **state)
{
    (void)state;
    struct ledger_edge edge = {0};
    append(&edge, "leaf", 0, 100);
    append(&edge, "leaf", 100, 50);
    assert_true(exists("tile/0/000.p/100") && exists("tile/0/000.p/150") && exists("tile/entries/000.p/150"));
    append(&edge, "leaf", 150, 200);
    assert_true(exists("tile/0/000") && exists("tile/0/001.p/94") && exists("tile/1/000.p/1"));
    assert_false(exists("tile/0/000.p"));
    struct ledger_head head = ledger_edge_head(&edge);
    struct ledger_edge loaded;
    assert_int_equal(ledger_edge_load(&storage, arena, &head, &loaded, &error), 0);
    assert_int_equal(ledger_audit(&storage, &head, NULL, &error), 0);
    struct text content, file;
    static const char *const path[] = {"tile/0/000", "tile/0/001.p/94", "tile/1/000.p/1", "tile/entries/000",
                                       "tile/entries/001.p/94"};
    for (size_t i = 0; i < sizeof path / sizeof path[0]; i++) {
        const char *name = arena_string(arena, arena_format(arena, "%s/log/%s", place, path[i]));
        assert_int_equal(file_read(arena, name, 1 << 20, &file, &error), 0);
        assert_int_equal(ledger_serve(&storage, arena, 350, text_of(path[i]), &content, &error), 0);
        assert_true(text_equal(file, content));
    }
    /* Partial tiles that are no file any more are answered all the same. */
    assert_int_equal(ledger_serve(&storage, arena, 350, TEXT("tile/entries/000.p/150"), &content, &error), 0);
    assert_int_equal(ledger_serve(&storage, arena, 350, TEXT("tile/0/002"), &content, &error), ERROR_MISSING);
    assert_int_equal(storage.read(storage.self, 0, 7, arena, &content, &error), ERROR_MISSING);
}

/* An append that was never committed leaves wider files. The next one must not be mixed with them. */
static void given_up_and_begun_again(void **state)
{
    (void)state;
    static const size_t lost[] = {1, 60, 200, 700}, kept[] = {1, 40, 156, 157, 300};
    for (size_t i = 0; i < sizeof lost / sizeof lost[0]; i++)
        for (size_t j = 0; j < sizeof kept / sizeof kept[0]; j++) {
            assert_int_equal(teardown(NULL), 0);
            assert_int_equal(setup(NULL), 0);
            struct ledger_edge edge = {0}, abandoned;
            append(&edge, "leaf", 0, 100);
            abandoned = edge;
            append(&abandoned, "lost", 100, lost[i]);
            struct ledger_head head = ledger_edge_head(&edge);
            assert_int_equal(ledger_audit(&storage, &head, NULL, &error), 0);
            append(&edge, "leaf", 100, kept[j]);
            head = ledger_edge_head(&edge);
            assert_int_equal(ledger_audit(&storage, &head, NULL, &error), 0);
            struct text data;
            assert_int_equal(ledger_leaf(&storage, arena, edge.size, edge.size - 1, &data, &error), 0);
            assert_true(text_equal(data, memory_leaf(arena, edge.size - 1)));
        }
}

static void refusals(void **state)
{
    (void)state;
    struct ledger_folder other;
    struct text content;
    assert_int_equal(ledger_folder_open(TEXT(""), &other, &error), ERROR_INPUT);
    assert_int_equal(ledger_folder_open((struct text){"a\0b", 3}, &other, &error), ERROR_INPUT);
    char *path = arena_alloc(arena, 5000);
    memset(path, 'a', 5000);
    assert_int_equal(ledger_folder_open((struct text){path, 5000}, &other, &error), ERROR_INPUT);
    assert_int_equal(storage.write(storage.self, 0, 0, TEXT(""), &error), ERROR_INPUT);
    assert_int_equal(storage.write(storage.self, 0, 0, (struct text){path, 8192 + 32}, &error), ERROR_INPUT);
    /* Something else stands where the log should be. */
    assert_int_equal(ledger_folder_open(TEXT("/dev/null"), &other, &error), 0);
    struct ledger_storage bad = ledger_folder_storage(&other);
    assert_int_equal(bad.write(bad.self, 0, 0, (struct text){path, 32}, &error), ERROR_SYSTEM);
    assert_int_equal(bad.read(bad.self, 0, 0, arena, &content, &error), ERROR_MISSING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(as_it_is_served, setup, teardown),
        cmocka_unit_test_setup_teardown(given_up_and_begun_again, setup, teardown),
        cmocka_unit_test_setup_teardown(refusals, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
