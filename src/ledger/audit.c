#include <string.h>

#include "base/error.h"
#include "ledger/log.h"
#include "reader.h"

enum {
    AUDIT_MEMORY = 128 * 1024 * 1024
}; /* enough for a bundle of 256 leaves of 65535 bytes, held several times */

/*
 * An audit appends the stored entries again, to a storage that compares what it is given with what is there
 * instead of writing it. What it reads back it has compared before.
 */
struct auditor {
    const struct ledger_storage *storage;
    struct arena *arena;
};

static int audit_read(void *self, int level, uint64_t index, struct arena *arena, struct text *out,
                      struct error *error)
{
    const struct auditor *auditor = self;
    return auditor->storage->read(auditor->storage->self, level, index, arena, out, error);
}

static int audit_write(void *self, int level, uint64_t index, struct text content, struct error *error)
{
    const struct auditor *auditor = self;
    struct text found;
    int result = auditor->storage->read(auditor->storage->self, level, index, auditor->arena, &found, error);
    if (result == 0 && found.n >= content.n && memcmp(found.p, content.p, content.n) == 0)
        return 0;
    if (result != 0 && result != ERROR_MISSING)
        return result;
    struct ledger_tile tile = {level, index, LEDGER_TILE_WIDTH};
    char path[LEDGER_PATH_SIZE];
    ledger_tile_path(&tile, path);
    return error_set(error, ERROR_CHECK, path, "restore the log from a mirror or a backup",
                     "this part of the log does not agree with the entries");
}

static int audit_bundle(const struct auditor *auditor, const struct ledger_storage *compare,
                        uint64_t size, const struct ledger_visitor *visitor, struct ledger_edge *edge,
                        struct error *error)
{
    uint64_t index = edge->size / LEDGER_TILE_WIDTH;
    unsigned width = ledger_tile_width(LEDGER_LEVEL_ENTRIES, index, size);
    struct text bundle, leaves[LEDGER_TILE_WIDTH];
    struct ledger_growth growth;
    uint64_t first = edge->size;
    int result =
        ledger_stored(auditor->storage, auditor->arena, LEDGER_LEVEL_ENTRIES, index, width, &bundle, error);
    if (result == 0)
        result = ledger_bundle_read(bundle, width, leaves, error);
    if (result == 0)
        result = ledger_append(compare, auditor->arena, edge, leaves, width, edge, &growth, error);
    for (unsigned i = 0; result == 0 && visitor && i < width; i++)
        result = visitor->leaf(visitor->self, first + i, leaves[i], error);
    return result;
}

int ledger_audit(const struct ledger_storage *storage, const struct ledger_head *head,
                 const struct ledger_visitor *visitor, struct error *error)
{
    if (head->size > LEDGER_SIZE_MAX)
        return error_set(error, ERROR_INPUT, "size", "", "no log is as large as that");
    ARENA_SCOPE struct arena *arena = arena_new(AUDIT_MEMORY, ARENA_PLAIN);
    if (!arena)
        return error_set(error, ERROR_SYSTEM, "audit", "", "out of memory");
    struct auditor auditor = {storage, arena};
    struct ledger_storage compare = {&auditor, audit_read, audit_write};
    struct ledger_edge edge = {0};
    while (edge.size < head->size) {
        int result = audit_bundle(&auditor, &compare, head->size, visitor, &edge, error);
        if (result != 0)
            return result;
        arena_reset(arena);
    }
    struct ledger_head found = ledger_edge_head(&edge);
    if (!ledger_hash_equal(&found.root, &head->root))
        return error_set(error, ERROR_CHECK, "log", "restore the log from a mirror or a backup",
                         "the entries do not give the root of the checkpoint");
    return 0;
}
