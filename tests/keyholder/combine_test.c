/* The key from shares of which some were made up: found as long as enough are genuine, and the others are told apart. */
#include "keyholder_test.h"

#include "escrow/combine.h"

#include "base/bytes.h"
#include "base/error.h"

#include <sodium.h>

enum { MOST = 255 };

static struct keyholder_share share[MOST + 1];
static const struct keyholder_share *given[MOST + 1];
static bool genuine[MOST + 1];
static uint8_t key[32];

static void split(uint32_t needed, uint32_t count)
{
    uint8_t secret[KEYHOLDER_SECRET_SIZE];
    struct keyholder_split *made;
    struct error error;
    struct keyholder_share whole = {.origin = "proviso.example/test", .epoch = 3, .needed = needed, .count = count};
    bytes_random(key, sizeof key);
    bytes_random(whole.set, sizeof whole.set);
    keyholder_share_secret(&whole, key, secret);
    assert_int_equal(keyholder_split_new(secret, needed, count, &made, &error), 0);
    for (uint32_t i = 0; i < count; i++) {
        share[i] = whole;
        share[i].number = i + 1;
        keyholder_split_share(made, i + 1, share[i].value);
        given[i] = &share[i];
    }
    keyholder_split_free(&made);
}

static void forge(size_t i)
{
    share[i].value[i % KEYHOLDER_SECRET_SIZE] ^= 0x40;
}

static int combine(size_t n)
{
    uint8_t got[32];
    struct error error = {0};
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_SECRET);
    assert_non_null(arena);
    memset(genuine, 0x55, sizeof genuine);
    int result = keyholder_combine(arena, given, n, got, genuine, &error);
    if (result == 0)
        assert_memory_equal(got, key, sizeof key);
    else
        assert_true(error.code == result && error.what[0] && error.fix[0]);
    return result;
}

static void every_set_of_forged_shares_is_told_from_the_genuine_ones(void **state)
{
    (void)state;
    for (uint32_t needed = 2; needed <= 5; needed++)
        for (unsigned forged = 0; forged < 32; forged++) {
            split(needed, 5);
            unsigned bad = 0;
            for (unsigned i = 0; i < 5; i++)
                if (forged >> i & 1) {
                    forge(i);
                    bad++;
                }
            bool enough = 5 - bad >= needed;
            assert_int_equal(combine(5), enough ? 0 : ERROR_CHECK);
            for (unsigned i = 0; enough && i < 5; i++)
                assert_int_equal(genuine[i], !(forged >> i & 1));
        }
}

/* Whoever makes one up can give it the number of another agency's. */
static void one_number_with_two_values_is_never_joined_with_itself(void **state)
{
    (void)state;
    for (size_t at = 0; at < 4; at++) {
        split(3, 3);
        share[3] = share[at % 3];
        forge(3);
        const struct keyholder_share *last = given[at % 3];
        given[at % 3] = &share[3]; /* the forged one comes first, or after the genuine one */
        given[3] = last;
        if (at == 3) {
            given[0] = &share[0];
            given[3] = &share[3];
        }
        assert_int_equal(combine(4), 0);
        for (size_t i = 0; i < 4; i++)
            assert_int_equal(genuine[i], given[i] != &share[3]);
        assert_int_equal(combine(2), ERROR_CHECK);
    }
}

static void the_whole_of_the_largest_plan_fits(void **state)
{
    (void)state;
    split(MOST, MOST);
    assert_int_equal(combine(MOST), 0);
    forge(17);
    assert_int_equal(combine(MOST), ERROR_CHECK);
    split(MOST - 1, MOST);
    forge(0);
    assert_int_equal(combine(MOST), 0);
    assert_false(genuine[0]);
    assert_true(genuine[MOST - 1]);
}

/* All ways to take any number of 19 are tried; of 20, not all. */
static void the_bound_is_kept_and_told(void **state)
{
    (void)state;
    for (size_t n = 19; n <= 20; n++) {
        uint32_t needed = (uint32_t)n / 2;
        split(needed, (uint32_t)n);
        for (size_t i = 0; i + needed < n + 1; i++)
            forge(i); /* one too few is left, and they come last */
        assert_int_equal(combine(n), n == 19 ? ERROR_CHECK : ERROR_LIMITED);
    }
    split(9, 19);
    for (size_t i = 0; i < 10; i++)
        forge(i); /* the very last way is the one */
    assert_int_equal(combine(19), 0);
    for (size_t i = 0; i < 19; i++)
        assert_int_equal(genuine[i], i >= 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_set_of_forged_shares_is_told_from_the_genuine_ones),
        cmocka_unit_test(one_number_with_two_values_is_never_joined_with_itself),
        cmocka_unit_test(the_whole_of_the_largest_plan_fits),
        cmocka_unit_test(the_bound_is_kept_and_told),
    };
    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
