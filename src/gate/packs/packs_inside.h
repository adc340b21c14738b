#ifndef GATE_PACKS_INSIDE_H
#define GATE_PACKS_INSIDE_H

#include "inside.h"
#include "packs.h"

#include <limits.h>

/* What the calendar needs is always loaded; on demand some fewer, so that there is room for it. */
enum { PACKS_MOST = 64, PACKS_ON_DEMAND = 48, READ_MEMORY = 64 << 20 };

struct version {
    struct id id;
    struct policy_pack *pack;
    char digest[SHELF_DIGEST];
};

struct calendar {
    struct calendar *older; /* somebody may still read it: freed with the gate */
    size_t n;
    struct {
        int64_t day;
        const struct version *version;
    } item[]; /* from the latest day to the earliest */
};

struct packs {
    char folder[PATH_MAX], *id;
    struct version configured; /* as the folder had it when the gate was opened; without an id */
    struct error why;          /* it could not be read */

    pthread_mutex_t lock; /* of what was loaded */
    struct version kept[PACKS_MOST];
    size_t n;

    _Atomic(struct calendar *) calendar;
};

/* ---- kept.c ---- */
/* A kept version by its id, from memory or the database. ERROR_TOO_LARGE where `most` are loaded already. */
int packs_load(struct gate *gate, struct store_session *session, const struct id *version, size_t most,
               const struct version **out, struct error *error);

#endif
