#include "ledger/tile.h"

#include <stdio.h>

#include "ledger/hash.h"

/* No tree has tiles from here on. */
#define TILE_INDEX_LIMIT (LEDGER_SIZE_MAX / LEDGER_TILE_WIDTH + 1)

/* Decimal digits only, no leading zero but "0" itself, at most `limit`. */
static bool tile_number(struct text t, unsigned limit, unsigned *value)
{
    if (t.n == 0 || t.n > 3 || (t.n > 1 && t.p[0] == '0'))
        return false;
    unsigned made = 0;
    for (size_t i = 0; i < t.n; i++) {
        if (t.p[i] < '0' || t.p[i] > '9')
            return false;
        made = made * 10 + (unsigned)(t.p[i] - '0');
    }
    *value = made;
    return made <= limit;
}

static bool tile_digits(struct text t, uint64_t *index)
{
    if (t.n != 3 || *index > TILE_INDEX_LIMIT / 1000)
        return false;
    unsigned group = 0;
    for (size_t i = 0; i < 3; i++) {
        if (t.p[i] < '0' || t.p[i] > '9')
            return false;
        group = group * 10 + (unsigned)(t.p[i] - '0');
    }
    *index = *index * 1000 + group;
    return *index < TILE_INDEX_LIMIT;
}

static struct text tile_piece(struct text *rest)
{
    ptrdiff_t slash = text_find_char(*rest, '/');
    size_t end = slash < 0 ? rest->n : (size_t)slash;
    struct text piece = text_cut(*rest, 0, end);
    *rest = text_cut(*rest, slash < 0 ? end : end + 1, rest->n);
    return piece;
}

/* "x001/x234/067" or "x001/x234/067.p/8"; a first group of zeroes would be a second way to write the same
 * index. */
static bool tile_parse_index(struct text rest, struct ledger_tile *tile)
{
    bool first = true;
    tile->index = 0;
    for (;;) {
        bool more = text_find_char(rest, '/') >= 0;
        struct text piece = tile_piece(&rest);
        if (piece.n == 4 && piece.p[0] == 'x') {
            if (!more || (first && text_equal(piece, TEXT("x000"))))
                return false;
            if (!tile_digits(text_cut(piece, 1, 4), &tile->index))
                return false;
            first = false;
            continue;
        }
        if (piece.n == 5 && text_ends(piece, TEXT(".p"))) {
            if (!more || !tile_digits(text_cut(piece, 0, 3), &tile->index))
                return false;
            return tile_number(rest, LEDGER_TILE_WIDTH - 1, &tile->width) && tile->width > 0;
        }
        tile->width = LEDGER_TILE_WIDTH;
        return !more && tile_digits(piece, &tile->index);
    }
}

bool ledger_tile_parse(struct text path, struct ledger_tile *tile)
{
    struct text rest = path;
    struct ledger_tile made = {0};
    if (path.n >= LEDGER_PATH_SIZE || !text_equal(tile_piece(&rest), TEXT("tile")))
        return false;
    struct text level = tile_piece(&rest);
    unsigned number = 0;
    if (text_equal(level, TEXT("entries")))
        made.level = LEDGER_LEVEL_ENTRIES;
    else if (tile_number(level, LEDGER_LEVEL_MAX, &number))
        made.level = (int)number;
    else
        return false;
    if (!tile_parse_index(rest, &made))
        return false;
    *tile = made;
    return true;
}

size_t ledger_tile_path(const struct ledger_tile *tile, char path[LEDGER_PATH_SIZE])
{
    path[0] = '\0';
    if (tile->level < LEDGER_LEVEL_ENTRIES || tile->level > LEDGER_LEVEL_MAX ||
        tile->index >= TILE_INDEX_LIMIT || tile->width < 1 || tile->width > LEDGER_TILE_WIDTH)
        return 0;
    int n = tile->level == LEDGER_LEVEL_ENTRIES ? snprintf(path, LEDGER_PATH_SIZE, "tile/entries/")
                                                : snprintf(path, LEDGER_PATH_SIZE, "tile/%d/", tile->level);
    uint64_t divisor = 1;
    while (tile->index / divisor >= 1000)
        divisor *= 1000;
    for (; divisor > 1; divisor /= 1000)
        n += snprintf(path + n, LEDGER_PATH_SIZE - (size_t)n, "x%03u/",
                      (unsigned)(tile->index / divisor % 1000));
    n += snprintf(path + n, LEDGER_PATH_SIZE - (size_t)n, "%03u", (unsigned)(tile->index % 1000));
    if (tile->width < LEDGER_TILE_WIDTH)
        n += snprintf(path + n, LEDGER_PATH_SIZE - (size_t)n, ".p/%u", tile->width);
    return (size_t)n;
}

unsigned ledger_tile_width(int level, uint64_t index, uint64_t size)
{
    int height = level == LEDGER_LEVEL_ENTRIES ? 0 : level * LEDGER_TILE_HEIGHT;
    uint64_t count = height < 64 ? size >> height : 0;
    uint64_t full = count / LEDGER_TILE_WIDTH;
    if (index < full)
        return LEDGER_TILE_WIDTH;
    return index == full ? (unsigned)(count % LEDGER_TILE_WIDTH) : 0;
}
