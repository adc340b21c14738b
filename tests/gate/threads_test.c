/* Many act at once, in one process: nothing is lost, nothing is mixed up, the record holds. For the sanitizers above all. */
#include "hammer.h"
#include "home.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct test_home home;

static int make(void **state)
{
    *state = &home;
    home_make(&home);
    return 0;
}

static void test_at_once(void **state)
{
    (void)state;
    enum { THREADS = 64, TURNS = 12 };
    bool stop = false;
    struct hammer hammer = {.gate = home.gate, .stop = &stop, .turns = TURNS};
    struct gate_counts before = gate_count(home.gate);
    assert_int_equal(hammer_run(&hammer, THREADS), THREADS * TURNS);
    struct gate_counts after = gate_count(home.gate);
    assert_int_equal(after.refused - before.refused, 0);
    assert_true(after.batches - before.batches < after.commands - before.commands); /* they were gathered */
    struct verify_report report = home_verify(home.gate, home.arena);
    assert_true(report.looks >= THREADS * TURNS / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_at_once)};
    return cmocka_run_group_tests(tests, make, home_end);
}
