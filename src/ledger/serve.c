#include "base/error.h"
#include "base/wire.h"
#include "ledger/log.h"
#include "reader.h"

int ledger_serve(const struct ledger_storage *storage, struct arena *arena, uint64_t size, struct text path,
                 struct text *content, struct error *error)
{
    struct ledger_tile tile;
    if (!ledger_tile_parse(path, &tile))
        return error_set(error, ERROR_INPUT, "path",
                         "ask for tile/<level>/<index>[.p/<width>] or tile/entries/<index>[.p/<width>]",
                         "this is not the path of a tile");
    if (tile.width > ledger_tile_width(tile.level, tile.index, size))
        return error_set(error, ERROR_MISSING, "path", "fetch the checkpoint to see how large the log is",
                         "the log does not reach as far as this tile");
    return ledger_stored(storage, arena, tile.level, tile.index, tile.width, content, error);
}

bool ledger_bundle_length(struct text bundle, size_t count, size_t *length)
{
    struct wire wire = {.rest = bundle};
    for (size_t i = 0; i < count && !wire.failed; i++)
        wire_text(&wire, 2);
    *length = bundle.n - wire.rest.n;
    return !wire.failed;
}

int ledger_bundle_read(struct text bundle, size_t count, struct text *leaves, struct error *error)
{
    struct wire wire = {.rest = bundle};
    for (size_t i = 0; i < count; i++) {
        leaves[i] = wire_text(&wire, 2);
        if (wire.failed)
            return error_set(error, ERROR_CHECK, "bundle", "", "the bundle ends within entry %zu", i);
    }
    if (!wire_done(&wire))
        return error_set(error, ERROR_CHECK, "bundle", "", "the bundle goes on after %zu entries", count);
    return 0;
}

int ledger_leaf(const struct ledger_storage *storage, struct arena *arena, uint64_t size, uint64_t index,
                struct text *data, struct error *error)
{
    if (index >= size)
        return error_set(error, ERROR_MISSING, "index", "", "the log has no such entry");
    unsigned count = (unsigned)(index % LEDGER_TILE_WIDTH) + 1;
    struct text bundle, leaves[LEDGER_TILE_WIDTH];
    int result =
        ledger_stored(storage, arena, LEDGER_LEVEL_ENTRIES, index / LEDGER_TILE_WIDTH, count, &bundle, error);
    if (result == 0)
        result = ledger_bundle_read(bundle, count, leaves, error);
    if (result == 0)
        *data = leaves[count - 1];
    return result;
}
