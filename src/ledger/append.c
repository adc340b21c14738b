#include <string.h>

#include "base/buffer.h"
#include "base/error.h"
#include "ledger/log.h"
#include "reader.h"

/* One append at work. The tiles at the right edge are open: read when first touched, written when full or at
 * the end. */
struct appender {
    const struct ledger_storage *storage;
    struct arena *arena;
    struct ledger_hasher hasher;
    struct ledger_edge edge;
    uint64_t from; /* leaves before this append */
    struct {
        char *content; /* NULL until first touched */
        uint64_t index;
        unsigned width;
    } tile[LEDGER_LEVELS];
    struct buffer bundle;
    /* The subtree of each height that the consistency proof needs (UINT64_MAX: none), and its root once it is
     * full. */
    uint64_t wanted[LEDGER_PROOF_MAX];
    struct ledger_hash got[LEDGER_PROOF_MAX];
};

static int tile_open(struct appender *a, unsigned level, struct error *error)
{
    uint64_t before = a->from >> (LEDGER_TILE_HEIGHT * level);
    a->tile[level].index = before / LEDGER_TILE_WIDTH;
    a->tile[level].width = (unsigned)(before % LEDGER_TILE_WIDTH);
    char *content = arena_alloc(a->arena, (size_t)LEDGER_TILE_WIDTH * LEDGER_HASH_SIZE);
    if (!content)
        return arena_error(a->arena, error);
    if (a->tile[level].width > 0) {
        struct text old;
        int result = ledger_stored(a->storage, a->arena, (int)level, a->tile[level].index, a->tile[level].width,
                                   &old, error);
        if (result != 0)
            return result;
        memcpy(content, old.p, old.n);
    }
    a->tile[level].content = content;
    return 0;
}

static int tile_flush(struct appender *a, unsigned level, struct error *error)
{
    struct text content = {a->tile[level].content, (size_t)a->tile[level].width * LEDGER_HASH_SIZE};
    return a->storage->write(a->storage->self, (int)level, a->tile[level].index, content, error);
}

/* A subtree has become full. */
static int subtree_full(struct appender *a, unsigned height, uint64_t index,
                        const struct ledger_hash *hash, struct error *error)
{
    if (a->wanted[height] == index)
        a->got[height] = *hash;
    if (height % LEDGER_TILE_HEIGHT != 0)
        return 0;
    unsigned level = height / LEDGER_TILE_HEIGHT;
    if (!a->tile[level].content) {
        int result = tile_open(a, level, error);
        if (result != 0)
            return result;
    }
    memcpy(a->tile[level].content + (size_t)a->tile[level].width * LEDGER_HASH_SIZE, hash->byte,
           LEDGER_HASH_SIZE);
    if (++a->tile[level].width < LEDGER_TILE_WIDTH)
        return 0;
    int result = tile_flush(a, level, error);
    a->tile[level].width = 0;
    a->tile[level].index++;
    return result;
}

static int bundle_flush(struct appender *a, uint64_t index, struct error *error)
{
    if (buffer_failed(&a->bundle))
        return arena_error(a->arena, error);
    int result =
        a->storage->write(a->storage->self, LEDGER_LEVEL_ENTRIES, index, buffer_result(&a->bundle), error);
    a->bundle.n = 0;
    return result;
}

static int append_leaf(struct appender *a, struct text data, struct error *error)
{
    buffer_u16(&a->bundle, (uint16_t)data.n);
    buffer_text(&a->bundle, data);
    uint64_t index = a->edge.size;
    unsigned height = 0;
    struct ledger_hash hash = ledger_hasher_leaf(&a->hasher, data);
    int result = subtree_full(a, height, index, &hash, error);
    while (result == 0 && (a->edge.size >> height & 1)) {
        hash = ledger_hasher_node(&a->hasher, &a->edge.peak[height], &hash);
        height++;
        index >>= 1;
        result = subtree_full(a, height, index, &hash, error);
    }
    a->edge.peak[height] = hash;
    a->edge.size++;
    if (result == 0 && a->edge.size % LEDGER_TILE_WIDTH == 0)
        result = bundle_flush(a, a->edge.size / LEDGER_TILE_WIDTH - 1, error);
    return result;
}

/* The part of the tree beyond `start` that is not one full subtree: its peaks, folded from the right. */
static bool folds(uint64_t size, struct ledger_range range)
{
    uint64_t count = range.end - range.start;
    return range.end == size && (size & (2 * ledger_range_power(count) - 1)) == count;
}

static struct ledger_hash fold(struct appender *a, uint64_t count)
{
    struct ledger_edge part = {.size = count};
    memcpy(part.peak, a->edge.peak, sizeof part.peak);
    return ledger_edge_head(&part).root;
}

static void prove(struct appender *a, const struct ledger_edge *old,
                  const struct ledger_range *range, uint32_t count, struct ledger_proof *proof)
{
    proof->count = count;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t leaves = range[i].end - range[i].start;
        if (range[i].end <= old->size)
            proof->hash[i] = old->peak[ledger_range_height(leaves)];
        else if (folds(a->edge.size, range[i]))
            proof->hash[i] = fold(a, leaves);
        else
            proof->hash[i] = a->got[ledger_range_height(leaves)];
    }
}

/* The open bundle goes on from what is stored of it. */
static int bundle_open(struct appender *a, struct error *error)
{
    a->bundle = buffer_in(a->arena);
    unsigned width = (unsigned)(a->from % LEDGER_TILE_WIDTH);
    if (width == 0)
        return 0;
    struct text old;
    int result = ledger_stored(a->storage, a->arena, LEDGER_LEVEL_ENTRIES, a->from / LEDGER_TILE_WIDTH, width,
                               &old, error);
    if (result == 0)
        buffer_text(&a->bundle, old);
    return result;
}

static int append_all(struct appender *a, const struct text *leaves, size_t count,
                      struct error *error)
{
    int result = bundle_open(a, error);
    for (size_t i = 0; result == 0 && i < count; i++)
        result = append_leaf(a, leaves[i], error);
    if (result == 0 && a->edge.size % LEDGER_TILE_WIDTH != 0)
        result = bundle_flush(a, a->edge.size / LEDGER_TILE_WIDTH, error);
    for (unsigned level = 0; result == 0 && level < LEDGER_LEVELS; level++)
        if (a->tile[level].content && a->tile[level].width > 0)
            result = tile_flush(a, level, error);
    return result;
}

int ledger_append(const struct ledger_storage *storage, struct arena *arena, const struct ledger_edge *old,
                  const struct text *leaves, size_t count, struct ledger_edge *edge,
                  struct ledger_growth *growth, struct error *error)
{
    if (count == 0)
        return error_set(error, ERROR_INPUT, "log", "", "nothing to append");
    if (old->size > LEDGER_SIZE_MAX || count > LEDGER_SIZE_MAX - old->size)
        return error_set(error, ERROR_TOO_LARGE, "log", "", "the log is full");
    for (size_t i = 0; i < count; i++)
        if (leaves[i].n > UINT16_MAX)
            return error_set(error, ERROR_TOO_LARGE, "log", "", "a leaf has more than 65535 bytes");

    struct appender a = {.storage = storage, .arena = arena, .edge = *old, .from = old->size};
    struct ledger_range range[LEDGER_PROOF_MAX];
    uint64_t size = old->size + count;
    uint32_t ranges = ledger_range_consistency(old->size, size, range);
    memset(a.wanted, 0xff, sizeof a.wanted);
    for (uint32_t i = 0; i < ranges; i++)
        if (range[i].end > old->size && !folds(size, range[i])) {
            unsigned height = ledger_range_height(range[i].end - range[i].start);
            a.wanted[height] = range[i].start >> height;
        }

    ledger_hasher_open(&a.hasher);
    int result = append_all(&a, leaves, count, error);
    if (result == 0) {
        struct ledger_growth made = {.from = ledger_edge_head(old), .to = ledger_edge_head(&a.edge)};
        prove(&a, old, range, ranges, &made.proof);
        *growth = made;
        *edge = a.edge;
    }
    ledger_hasher_close(&a.hasher);
    return result;
}
