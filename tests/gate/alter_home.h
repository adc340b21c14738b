#ifndef TESTS_GATE_ALTER_HOME_H
#define TESTS_GATE_ALTER_HOME_H

#include "alter.h"
#include "forget_home.h"

/*
 * A home in which everything that can happen has happened: made by real commands, and at least three rows of each
 * ledgered table. It is closed. Before its last entries it was copied as it was then: `earlier`.
 */
struct alter_home {
    struct forget_home forget;
    char earlier[80];
    struct alter_file file[2]; /* proviso, documents */
};
void alter_home_make(struct alter_home *home);
void alter_home_drop(struct alter_home *home);

#endif
