#ifndef TESTS_GATE_FORGET_FIXTURE_H
#define TESTS_GATE_FORGET_FIXTURE_H

#include "forget_home.h"

/* One forget_home for all tests of a program, with what cmocka_run_group_tests makes and drops it by. */
static struct forget_home home;

static inline int make(void **state)
{
    (void)state;
    forget_home_make(&home, NULL);
    return 0;
}

static inline int drop(void **state)
{
    (void)state;
    home_drop(&home.home);
    return 0;
}

#endif
