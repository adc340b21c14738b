/* Two checkpoints of one log side by side, without and with a copy of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base.h"
#include "host.h"
#include "witness/compare.h"

static struct host host, face;

static int setup(void **state)
{
    (void)state;
    host_make(&host, "log.example/partnership", 1);
    host_make(&face, "log.example/partnership", 1);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    host_free(&host);
    host_free(&face);
    return 0;
}

/* `size`: of the copy; 0: there is none. */
static enum witness_comparison compare(struct text first, struct text second, uint64_t size)
{
    struct error error;
    struct ledger_head heads[2], head = host_head(&host, size);
    enum witness_comparison comparison;
    assert_int_equal(witness_compare(host.arena, &host.signer.signer.key, first, second, size ? &host.storage : NULL, &head,
                                     &comparison, heads, &error),
                     0);
    return comparison;
}

static void compared(void **state)
{
    (void)state;
    host_grow(&host, 20, "leaf");
    host_grow(&face, 20, "leaf");
    struct text at_20 = host.note;
    host_grow(&host, 30, "leaf");
    host_grow(&face, 20, "lie");
    struct text lie_40 = face.note;
    host_grow(&face, 10, "lie");
    assert_int_equal(compare(at_20, at_20, 0), WITNESS_SAME);
    assert_int_equal(compare(host.note, face.note, 0), WITNESS_LIED);
    assert_int_equal(compare(at_20, host.note, 0), WITNESS_UNKNOWN);
    assert_int_equal(compare(at_20, host.note, 50), WITNESS_GREW);
    assert_int_equal(compare(host.note, at_20, 50), WITNESS_GREW);
    assert_int_equal(compare(host.note, lie_40, 50), WITNESS_LIED);
    host_grow(&host, 1, "leaf");
    assert_int_equal(compare(at_20, host.note, 50), WITNESS_UNKNOWN);
    assert_int_equal(compare(host.note, at_20, 50), WITNESS_UNKNOWN); /* the copy does not reach so far */
}

static void of_another_log(void **state)
{
    (void)state;
    struct error error;
    struct ledger_head heads[2];
    enum witness_comparison comparison;
    struct host stranger;
    host_make(&stranger, "log.example/partnership", 9);
    host_grow(&host, 20, "leaf");
    host_grow(&stranger, 20, "leaf");
    assert_int_equal(witness_compare(host.arena, &host.signer.signer.key, host.note, stranger.note, NULL, NULL, &comparison,
                                     heads, &error),
                     ERROR_CHECK);
    assert_true(text_starts(text_of(error.where), TEXT("the second")));
    host_free(&stranger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(compared, setup, teardown),
        cmocka_unit_test_setup_teardown(of_another_log, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
