#ifndef TESTS_KEYHOLDER_TEST_H
#define TESTS_KEYHOLDER_TEST_H

#include "ledger/hash.h"
#include "ledger/proof.h"
#include "support/plain_tree.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* A folder of its own for a test: base/keys is where a keyholder may make its home. */
struct place {
    char base[64], home[80];
};

static inline int place_make(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    if (!place)
        return -1;
    snprintf(place->base, sizeof place->base, "/tmp/keyholder-test-XXXXXX");
    if (!mkdtemp(place->base))
        return -1;
    snprintf(place->home, sizeof place->home, "%s/keys", place->base);
    *state = place;
    return 0;
}

static inline int place_remove(void **state)
{
    struct place *place = *state;
    char command[100];
    snprintf(command, sizeof command, "rm -rf '%s'", place->base);
    int rc = system(command);
    free(place);
    return rc == 0 ? 0 : -1;
}

/* Log number `log` of as many entries as one likes; logs of different numbers share no entry. */
static inline void log_leaves(struct ledger_hash *leaf, size_t n, int log)
{
    for (size_t i = 0; i < n; i++) {
        char entry[40];
        int size = snprintf(entry, sizeof entry, "log %d entry %zu", log, i);
        leaf[i] = ledger_hash_leaf((struct text){entry, (size_t)size});
    }
}

enum { LOG_MOST = 300 };

/* The growth of log number `log` from one size to another. */
static inline struct ledger_growth log_growth(size_t from, size_t to, int log)
{
    struct ledger_hash leaf[LOG_MOST] = {{{0}}};
    struct ledger_growth growth;
    memset(&growth, 0, sizeof growth);
    log_leaves(leaf, to, log);
    growth.from.size = from;
    growth.from.root = ledger_list_root(leaf, from);
    growth.to.size = to;
    growth.to.root = ledger_list_root(leaf, to);
    if (from > 0)
        plain_consistency(leaf, to, from, &growth.proof);
    return growth;
}

#endif
