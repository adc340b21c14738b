#ifndef WORK_DERIVED_H
#define WORK_DERIVED_H

#include "work/turn.h"

/*
 * A table that is worked out from sealed rows, so that no entry needs to tell of it: it can be made again. `check` makes
 * it again and reports what is there and should not be, or the other way round. The turn's arena is used up and given
 * back on the way.
 */
struct derived_report {
    void *self;
    void (*differs)(void *self, const char *table, struct text row, const char *what);
};

struct derived {
    const char *table;
    int (*check)(struct turn *turn, const struct derived_report *report, struct error *error);
};

#endif
