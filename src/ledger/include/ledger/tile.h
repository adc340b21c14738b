#ifndef LEDGER_TILE_H
#define LEDGER_TILE_H

#include "base/text.h"

/*
 * Where a piece of the log lies: "tile/<level>/<index>[.p/<width>]" or "tile/entries/<index>[.p/<width>]".
 * A tile of level L and index N holds the roots of 256 neighbouring subtrees, each of 256 to the power L
 * leaves; a bundle holds the data of 256 leaves, each with its length before it as two bytes, big-endian.
 */
enum {
    LEDGER_TILE_WIDTH = 256,
    LEDGER_TILE_HEIGHT = 8,
    LEDGER_LEVEL_MAX = 63,
    LEDGER_LEVEL_ENTRIES = -1, /* a bundle of entries instead of a tile of hashes */
    LEDGER_PATH_SIZE = 64,     /* room for any path and its NUL */
};

struct ledger_tile {
    int level; /* 0 to LEDGER_LEVEL_MAX, or LEDGER_LEVEL_ENTRIES */
    uint64_t index;
    unsigned width; /* 1 to 256; 256 is a full tile */
};

/* Strict: every path that it accepts is the one that ledger_tile_path writes. False otherwise. */
bool ledger_tile_parse(struct text path, struct ledger_tile *tile);

/* Writes the NUL-ended path, returns its length. The tile's parts must be within their ranges: 0 if they are
 * not. */
size_t ledger_tile_path(const struct ledger_tile *tile, char path[LEDGER_PATH_SIZE]);

/*
 * How many hashes (or entries) the tile of this level and index has in a tree of `size` leaves:
 * 0 where it does not reach, 256 for a full one.
 */
unsigned ledger_tile_width(int level, uint64_t index, uint64_t size);

#endif
