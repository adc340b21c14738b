/* Parts of an entry, shown without the rest: what is shown leads to the leaf, and nothing else does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base.h"
#include "commitment.h"
#include "ledger.h"

enum { FIELDS = 4, ROWS = 2, ALL = FIELDS + ROWS };

static struct arena *arena;
static struct error error;
static struct ledger_entry entry;
static struct ledger_leaf leaf;

static int setup(void **state)
{
    (void)state;
    static uint8_t salt[LEDGER_SALT_SIZE] = {1, 2, 3};
    arena = arena_new(64 << 20, ARENA_PLAIN);
    struct ledger_entry_builder builder = ledger_entry_begin(arena, salt, TEXT("note.add"), TEXT("1790000000"));
    ledger_entry_add(&builder, TEXT("by"), TEXT("a nurse"));
    ledger_entry_add(&builder, TEXT("secret"), TEXT("never shown"));
    ledger_entry_add_row(&builder, TEXT("note"), TEXT("1"), TEXT("one"));
    ledger_entry_add_row(&builder, TEXT("note"), TEXT("2"), TEXT("two"));
    int result = ledger_entry_finish(&builder, &entry, &error);
    return result ? result : ledger_entry_leaf(&entry, &leaf, &error);
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static bool leads_to_leaf(const struct ledger_showing *showing)
{
    struct ledger_leaf found = {{0}};
    return ledger_showing_leaf(showing, &found, &error) == 0 && memcmp(&found, &leaf, sizeof leaf) == 0;
}

/* Every choice of places, there and back. */
static void test_every_choice(void **state)
{
    (void)state;
    for (unsigned chosen = 1; chosen < 1u << ALL; chosen++) {
        size_t places[ALL], n = 0;
        for (size_t i = 0; i < ALL; i++)
            if (chosen >> i & 1)
                places[n++] = i;
        struct ledger_showing showing, again;
        struct text bytes, twice;
        assert_int_equal(ledger_showing_make(arena, &entry, places, n, &showing, &error), 0);
        assert_true(leads_to_leaf(&showing));
        assert_int_equal(ledger_showing_encode(arena, &showing, &bytes, &error), 0);
        assert_int_equal(ledger_showing_parse(arena, bytes, &again, &error), 0);
        assert_true(leads_to_leaf(&again));
        assert_int_equal(ledger_showing_encode(arena, &again, &twice, &error), 0);
        assert_true(text_equal(bytes, twice));
        assert_int_equal(text_find(bytes, TEXT("never shown")) >= 0, chosen >> 3 & 1);
        assert_int_equal(ledger_showing_field(&again, "by") != NULL, chosen >> 2 & 1);
        assert_true(text_find(bytes, (struct text){(const char *)entry.salt, LEDGER_SALT_SIZE}) < 0);
    }
}

/* A bit of it changed, a byte too few or too many: it does not read, or leads to another leaf. */
static void test_altered(void **state)
{
    (void)state;
    size_t places[] = {0, 2, 5};
    struct ledger_showing showing;
    struct text bytes;
    assert_int_equal(ledger_showing_make(arena, &entry, places, 3, &showing, &error), 0);
    assert_int_equal(ledger_showing_encode(arena, &showing, &bytes, &error), 0);
    char *p = arena_string(arena, bytes);
    for (size_t bit = 0; bit < bytes.n * 8; bit++) {
        p[bit / 8] = (char)(p[bit / 8] ^ (1 << bit % 8));
        if (ledger_showing_parse(arena, (struct text){p, bytes.n}, &showing, &error) == 0)
            assert_false(leads_to_leaf(&showing));
        p[bit / 8] = (char)(p[bit / 8] ^ (1 << bit % 8));
    }
    for (size_t n = 0; n < bytes.n; n++)
        assert_int_equal(ledger_showing_parse(arena, text_cut(bytes, 0, n), &showing, &error), ERROR_INPUT);
    struct text longer = {p, bytes.n + 1}; /* with the NUL behind it */
    assert_int_equal(ledger_showing_parse(arena, longer, &showing, &error), ERROR_INPUT);
}

static void test_refused(void **state)
{
    (void)state;
    struct ledger_showing showing;
    size_t twice[] = {2, 2}, falling[] = {3, 1}, beyond[] = {0, ALL};
    assert_int_equal(ledger_showing_make(arena, &entry, twice, 2, &showing, &error), ERROR_INPUT);
    assert_int_equal(ledger_showing_make(arena, &entry, falling, 2, &showing, &error), ERROR_INPUT);
    assert_int_equal(ledger_showing_make(arena, &entry, beyond, 2, &showing, &error), ERROR_INPUT);
    assert_int_equal(ledger_showing_make(arena, &entry, twice, 0, &showing, &error), ERROR_INPUT);

    /* a count that no bytes could hold asks for no memory */
    assert_int_equal(ledger_showing_parse(arena, TEXT("\x01\0\0\0\x02\0\0\0\0\xff\xff\xff\xff"), &showing, &error),
                     ERROR_INPUT);
}

/* Whoever made the leaf may have broken the rules: what shows it is refused, though the hashes agree. */
static void test_dishonest_leaves(void **state)
{
    (void)state;
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    static const struct {
        struct ledger_field field;
        struct ledger_row row;
        size_t place;
        int code;
    } sample[] = {
        {{TEXT_INIT("type"), TEXT_INIT("t")}, {{NULL, 0}, {NULL, 0}, {{0}}}, 0, 0},
        {{TEXT_INIT("kind"), TEXT_INIT("t")}, {{NULL, 0}, {NULL, 0}, {{0}}}, 0, ERROR_INPUT},
        {{TEXT_INIT("type"), TEXT_INIT("t")}, {{NULL, 0}, {NULL, 0}, {{0}}}, 1, ERROR_INPUT},
        {{TEXT_INIT("\xff"), TEXT_INIT("t")}, {{NULL, 0}, {NULL, 0}, {{0}}}, 2, ERROR_INPUT},
        {{{NULL, 0}, {NULL, 0}}, {TEXT_INIT("a"), TEXT_INIT("1"), {{0}}}, 3, 0},
        {{{NULL, 0}, {NULL, 0}}, {TEXT_INIT(""), TEXT_INIT("1"), {{0}}}, 3, ERROR_INPUT},
        {{{NULL, 0}, {NULL, 0}}, {TEXT_INIT("a"), TEXT_INIT("\x80"), {{0}}}, 3, ERROR_INPUT},
    };
    for (size_t i = 0; i < sizeof sample / sizeof *sample; i++) {
        struct ledger_hash all[4] = {{{1}}, {{2}}, {{3}}, {{4}}}, other[3];
        struct ledger_shown item = {.place = sample[i].place, .field = sample[i].field, .row = sample[i].row};
        struct ledger_showing showing = {.field_count = 3, .row_count = 1, .count = 1, .item = &item, .other = other};
        struct ledger_leaf made, found = {{0}};
        struct text bytes;
        all[item.place] = item.place < 3 ? ledger_commit_field(&hasher, item.salt, &item.field)
                                         : ledger_commit_row(&hasher, item.salt, &item.row);
        for (size_t from = 0, to = 0; from < 4; from++)
            if (from != item.place)
                other[to++] = all[from];
        made = ledger_commit_leaf(&hasher, 3, 1, all);
        assert_int_equal(ledger_showing_leaf(&showing, &found, &error), sample[i].code);
        assert_int_equal(memcmp(&found, &made, sizeof made) == 0, sample[i].code == 0);
        assert_int_equal(ledger_showing_encode(arena, &showing, &bytes, &error), sample[i].code);
    }
}

/* Items that a parser or a caller made up: the same place twice or beyond the entry would read hashes that are not there. */
static void test_bad_items(void **state)
{
    (void)state;
    static const struct {
        size_t place[2];
        const char *name[2];
        int code;
    } sample[] = {
        {{2, 3}, {"by", "secret"}, 0},
        {{2, 2}, {"by", "secret"}, ERROR_INPUT},
        {{3, 2}, {"secret", "by"}, ERROR_INPUT},
        {{2, 4}, {"by", "secret"}, ERROR_INPUT},
        {{2, 3}, {"by", "by"}, ERROR_INPUT},
    };
    for (size_t i = 0; i < sizeof sample / sizeof *sample; i++) {
        struct ledger_hash other[8] = {{{1}}, {{2}}};
        struct ledger_shown item[2] = {
            {.place = sample[i].place[0], .field = {text_of(sample[i].name[0]), TEXT("a")}, .row = {TEXT("t"), TEXT("1"), {{0}}}},
            {.place = sample[i].place[1], .field = {text_of(sample[i].name[1]), TEXT("b")}, .row = {TEXT("t"), TEXT("2"), {{0}}}}};
        struct ledger_showing showing = {.field_count = 4, .row_count = 0, .count = 2, .item = item, .other = other};
        struct ledger_leaf found;
        struct text bytes;
        assert_int_equal(ledger_showing_leaf(&showing, &found, &error), sample[i].code);
        assert_int_equal(ledger_showing_encode(arena, &showing, &bytes, &error), sample[i].code);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_choice),
        cmocka_unit_test(test_altered),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_dishonest_leaves),
        cmocka_unit_test(test_bad_items),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
