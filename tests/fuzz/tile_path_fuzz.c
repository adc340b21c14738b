/* Paths of tiles: what is accepted is written again to the same bytes; what is served has the width asked
 * for. */
#include <string.h>

#include "base.h"
#include "ledger.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ledger_tile tile;
    char path[LEDGER_PATH_SIZE];
    if (!ledger_tile_parse((struct text){(const char *)data, size}, &tile))
        return 0;
    if (ledger_tile_path(&tile, path) != size || memcmp(path, data, size) != 0)
        __builtin_trap();
    if (tile.level < LEDGER_LEVEL_ENTRIES || tile.level > LEDGER_LEVEL_MAX || tile.width < 1 ||
        tile.width > LEDGER_TILE_WIDTH)
        __builtin_trap();
    for (unsigned shift = 0; shift < 64; shift++) {
        uint64_t log_size = LEDGER_SIZE_MAX >> shift;
        unsigned here = ledger_tile_width(tile.level, tile.index, log_size);
        if (here > LEDGER_TILE_WIDTH || here > ledger_tile_width(tile.level, tile.index, LEDGER_SIZE_MAX))
            __builtin_trap();
    }
    return 0;
}
