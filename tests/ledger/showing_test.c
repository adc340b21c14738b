/* Several parts of an entry, shown together: what is shown leads to the leaf, and nothing else does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base.h"
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
    int code = ledger_entry_finish(&builder, &entry, &error);
    return code ? code : ledger_entry_leaf(&entry, &leaf, &error);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_choice),
        cmocka_unit_test(test_altered),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
