#ifndef TESTS_SUPPORT_WAIT_H
#define TESTS_SUPPORT_WAIT_H

/*
 * Waiting for what another thread or process brings about. A test waits for the event, not for a time, so a slow or busy
 * machine only makes it take longer. What never happens fails the test after a minute of looking: looks are counted, not
 * seconds, so that a machine which stood still for a while has not used them up.
 *
 *     WAIT_FOR(atomic_load(&finished) == 2);
 *
 * cmocka.h comes before this.
 */
#include <time.h>

enum { WAIT_LOOKS = 12000 };

static inline void wait_a_little(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
}

#define WAIT_FOR(condition)                                                                                  \
    do {                                                                                                     \
        for (int wait_looks = 0; !(condition); wait_looks++) {                                               \
            if (wait_looks >= WAIT_LOOKS)                                                                    \
                fail_msg("waited in vain for: %s", #condition);                                              \
            wait_a_little();                                                                                 \
        }                                                                                                    \
    } while (0)

#endif
