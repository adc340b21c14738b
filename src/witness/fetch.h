#ifndef WITNESS_FETCH_H
#define WITNESS_FETCH_H

#include "calls.h"

#include "base/arena.h"
#include "ledger/tile.h"

/* Pieces of a log, fetched from its host by their paths. */
enum { FETCH_MOST = 64 };

struct witness_fetch {
    struct witness_caller *caller;
    const char *url; /* of the log */
};

/* <url>/checkpoint, in the arena. */
int witness_fetch_checkpoint(const struct witness_fetch *fetch, struct arena *arena, struct text *note,
                             struct error *error);

/*
 * Up to FETCH_MOST tiles or bundles, several at a time, each cut to the width asked for: where the host has only the
 * wider one left, that is taken. ERROR_MISSING, ERROR_CHECK (of another length than it must have), ERROR_SYSTEM.
 */
int witness_fetch_tiles(const struct witness_fetch *fetch, struct arena *arena, const struct ledger_tile *tiles,
                        size_t count, struct text *contents, struct error *error);

#endif
