#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base.h"
#include "ledger.h"

static void paths_both_ways(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        struct ledger_tile tile;
    } row[] = {
        {"tile/0/000", {0, 0, 256}},
        {"tile/0/000.p/1", {0, 0, 1}},
        {"tile/0/999.p/255", {0, 999, 255}},
        {"tile/0/x001/000", {0, 1000, 256}},
        {"tile/3/x001/x234/067", {3, 1234067, 256}},
        {"tile/3/x001/x234/067.p/8", {3, 1234067, 8}},
        {"tile/entries/x001/x234/067.p/8", {LEDGER_LEVEL_ENTRIES, 1234067, 8}},
        {"tile/entries/007", {LEDGER_LEVEL_ENTRIES, 7, 256}},
        {"tile/63/000", {63, 0, 256}},
        {"tile/0/x036/x028/x797/x018/x963/967", {0, UINT64_C(36028797018963967), 256}},
        {"tile/1/x001/x000/000", {1, 1000000, 256}},
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct ledger_tile tile;
        char path[LEDGER_PATH_SIZE];
        assert_true(ledger_tile_parse(text_of(row[i].path), &tile));
        assert_int_equal(tile.level, row[i].tile.level);
        assert_true(tile.index == row[i].tile.index);
        assert_int_equal(tile.width, row[i].tile.width);
        assert_int_equal(ledger_tile_path(&tile, path), strlen(row[i].path));
        assert_string_equal(path, row[i].path);
    }
}

static void paths_refused(void **state)
{
    (void)state;
    static const char *const path[] = {
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile//000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/+1/000",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x001",
        "tile/0/x001/",
        "tile/0/001/",
        "tile/0/x000/001",
        "tile/0/x000/x001/001",
        "tile/0/001/001",
        "tile/0/x001/x001",
        "tile/0/X001/001",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/1/",
        "tile/0/000.p/1/2",
        "tile/0/000.p/-1",
        "tile/0/000.P/1",
        "tile/0/000.p/ 1",
        "tile/0/x001.p/1",
        "tile/0/ 00",
        "tile/0/a00",
        "tile/entries",
        "tile/Entries/000",
        "tile/entries/x000/000",
        "tile/0/000?x",
        "tile/0/000\n",
        "tile/0/x036/x028/x797/x018/x963/968",
        "tile/0/x999/x999/x999/x999/x999/999",
        "tile/0/x018/x446/x744/x073/x709/x551/616",
        "tile/0/x099/x999/x999/x999/x999/x999/999",
        "tile/data/000",
        "tile/0/../000",
    };
    struct ledger_tile tile = {.level = 42};
    for (size_t i = 0; i < sizeof path / sizeof path[0]; i++)
        if (ledger_tile_parse(text_of(path[i]), &tile))
            fail_msg("accepted %s", path[i]);
    assert_int_equal(tile.level, 42);
    assert_false(ledger_tile_parse((struct text){"tile/0/00\0", 10}, &tile));

    char written[LEDGER_PATH_SIZE];
    assert_int_equal(ledger_tile_path(&(struct ledger_tile){-2, 0, 1}, written), 0);
    assert_int_equal(ledger_tile_path(&(struct ledger_tile){64, 0, 1}, written), 0);
    assert_int_equal(ledger_tile_path(&(struct ledger_tile){0, UINT64_MAX, 1}, written), 0);
    assert_int_equal(ledger_tile_path(&(struct ledger_tile){0, 0, 0}, written), 0);
    assert_int_equal(ledger_tile_path(&(struct ledger_tile){0, 0, 257}, written), 0);
}

/* The example of the specification: 70,000 leaves. */
static void widths(void **state)
{
    (void)state;
    assert_int_equal(ledger_tile_width(0, 272, 70000), 256);
    assert_int_equal(ledger_tile_width(0, 273, 70000), 112);
    assert_int_equal(ledger_tile_width(0, 274, 70000), 0);
    assert_int_equal(ledger_tile_width(LEDGER_LEVEL_ENTRIES, 273, 70000), 112);
    assert_int_equal(ledger_tile_width(1, 0, 70000), 256);
    assert_int_equal(ledger_tile_width(1, 1, 70000), 17);
    assert_int_equal(ledger_tile_width(2, 0, 70000), 1);
    assert_int_equal(ledger_tile_width(3, 0, 70000), 0);
    assert_int_equal(ledger_tile_width(0, 0, 256), 256);
    assert_int_equal(ledger_tile_width(0, 1, 256), 0);
    assert_int_equal(ledger_tile_width(1, 0, 256), 1);
    assert_int_equal(ledger_tile_width(0, 0, 0), 0);
    assert_int_equal(ledger_tile_width(7, 0, LEDGER_SIZE_MAX), 127);
    assert_int_equal(ledger_tile_width(8, 0, LEDGER_SIZE_MAX), 0);
    assert_int_equal(ledger_tile_width(63, 0, LEDGER_SIZE_MAX), 0);
    assert_int_equal(ledger_tile_width(0, UINT64_MAX, LEDGER_SIZE_MAX), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(paths_both_ways), cmocka_unit_test(paths_refused),
                                       cmocka_unit_test(widths)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
