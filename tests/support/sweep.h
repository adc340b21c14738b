#ifndef TESTS_SUPPORT_SWEEP_H
#define TESTS_SUPPORT_SWEEP_H

#include "fault.h"

struct error;

/*
 * Everything that can fail is made to fail, in turn: the first call of a kind, then the second, until the work is done
 * without reaching so many. FAULT_EVERY in the environment goes in larger steps.
 *
 *   make    new ground; nothing fails
 *   work    what is tried: 0 or an error code, with the error filled
 *   check   nothing fails any more. Is what was acknowledged there, is nothing half there, does a second try work?
 *           `code` is what `work` gave.
 *   clear   takes the ground away
 *
 * The sweep itself sees to the rest: whatever fails is told (what, and for ERROR_SYSTEM what to do), nothing is told that
 * did not happen, no memory and no open file is left behind. (The sanitizers see to what only they can.)
 */
struct sweep {
    const char *name;
    unsigned kinds; /* bits 1 << enum fault_kind */
    void (*make)(void *context);
    int (*work)(void *context, struct error *error);
    void (*check)(void *context, int code);
    void (*clear)(void *context);
    bool words_may_lack; /* the code alone counts: what fails has no struct error at hand */
};

/* cmocka.h comes before this. */
void sweep_run(const struct sweep *sweep, void *context);

#endif
