#include "reader.h"

#include <string.h>

#include "base/error.h"

static int stored_damaged(int level, uint64_t index, unsigned width, const char *what,
                          struct error *error)
{
    struct ledger_tile tile = {level, index, width};
    char path[LEDGER_PATH_SIZE];
    ledger_tile_path(&tile, path);
    return error_set(error, ERROR_CHECK, path, "restore the log from a mirror or a backup", "%s", what);
}

int ledger_stored(const struct ledger_storage *storage, struct arena *arena, int level, uint64_t index,
                  unsigned width, struct text *content, struct error *error)
{
    struct text found;
    int result = storage->read(storage->self, level, index, arena, &found, error);
    if (result == ERROR_MISSING)
        return stored_damaged(level, index, width, "this part of the log is not in the storage",
                              error);
    if (result != 0)
        return result;
    size_t length = (size_t)width * LEDGER_HASH_SIZE;
    bool enough =
        level == LEDGER_LEVEL_ENTRIES ? ledger_bundle_length(found, width, &length) : found.n >= length;
    if (!enough)
        return stored_damaged(level, index, width, "this part of the log is shorter than it was",
                              error);
    *content = text_cut(found, 0, length);
    return 0;
}

void ledger_reader_open(struct ledger_reader *reader, const struct ledger_storage *storage,
                        struct arena *arena)
{
    *reader = (struct ledger_reader){.storage = storage, .arena = arena};
    ledger_hasher_open(&reader->hasher);
}

void ledger_reader_close(struct ledger_reader *reader)
{
    ledger_hasher_close(&reader->hasher);
}

int ledger_reader_subtree(struct ledger_reader *reader, unsigned height, uint64_t index,
                          struct ledger_hash *hash, struct error *error)
{
    unsigned level = height / LEDGER_TILE_HEIGHT;
    unsigned count = 1u << (height % LEDGER_TILE_HEIGHT);
    uint64_t first = index * count, tile = first / LEDGER_TILE_WIDTH;
    unsigned offset = (unsigned)(first % LEDGER_TILE_WIDTH);
    size_t needed = (size_t)(offset + count) * LEDGER_HASH_SIZE;
    if (!reader->tile[level].set || reader->tile[level].index != tile ||
        reader->tile[level].content.n < needed) {
        struct text content;
        int result =
            reader->storage->read(reader->storage->self, (int)level, tile, reader->arena, &content, error);
        if (result == ERROR_MISSING || (result == 0 && content.n < needed))
            return stored_damaged((int)level, tile, offset + count,
                                  "this part of the log is missing or shorter than it was", error);
        if (result != 0)
            return result;
        reader->tile[level].set = true;
        reader->tile[level].index = tile;
        reader->tile[level].content = content;
    }
    struct ledger_hash node[LEDGER_TILE_WIDTH];
    memcpy(node, reader->tile[level].content.p + (size_t)offset * LEDGER_HASH_SIZE, count * sizeof node[0]);
    *hash = ledger_hasher_root(&reader->hasher, node, count);
    return 0;
}

/* The root over a range as in range.h, in a tree that ends at or after range.end. */
static int reader_range(struct ledger_reader *reader, struct ledger_range range, struct ledger_hash *hash,
                        struct error *error)
{
    /* Full subtrees from the right, each smaller one first: their roots fold into the one over all. */
    struct ledger_hash folded = {0};
    bool begun = false;
    for (uint64_t end = range.end; end > range.start;) {
        uint64_t count = (end - range.start) & (~(end - range.start) + 1);
        struct ledger_hash piece;
        int result =
            ledger_reader_subtree(reader, ledger_range_height(count), (end - count) / count, &piece, error);
        if (result != 0)
            return result;
        folded = begun ? ledger_hasher_node(&reader->hasher, &piece, &folded) : piece;
        begun = true;
        end -= count;
    }
    *hash = folded;
    return 0;
}

int ledger_root(const struct ledger_storage *storage, struct arena *arena, uint64_t size,
                struct ledger_hash *root, struct error *error)
{
    if (size > LEDGER_SIZE_MAX)
        return error_set(error, ERROR_INPUT, "size", "", "no log is as large as that");
    if (size == 0) {
        *root = ledger_hash_empty();
        return 0;
    }
    READER_SCOPE struct ledger_reader reader;
    ledger_reader_open(&reader, storage, arena);
    return reader_range(&reader, (struct ledger_range){0, size}, root, error);
}

static int proof_ranges(const struct ledger_storage *storage, struct arena *arena,
                        const struct ledger_range *range, uint32_t count, struct ledger_proof *proof,
                        struct error *error)
{
    READER_SCOPE struct ledger_reader reader;
    ledger_reader_open(&reader, storage, arena);
    *proof = (struct ledger_proof){.count = count};
    for (uint32_t i = 0; i < count; i++) {
        int result = reader_range(&reader, range[i], &proof->hash[i], error);
        if (result != 0)
            return result;
    }
    return 0;
}

int ledger_inclusion(const struct ledger_storage *storage, struct arena *arena, uint64_t size, uint64_t index,
                     struct ledger_proof *proof, struct error *error)
{
    struct ledger_range range[LEDGER_PROOF_MAX];
    if (size > LEDGER_SIZE_MAX || index >= size)
        return error_set(error, ERROR_INPUT, "index", "", "the tree has no such leaf");
    return proof_ranges(storage, arena, range, ledger_range_inclusion(size, index, range), proof,
                        error);
}

int ledger_consistency(const struct ledger_storage *storage, struct arena *arena, uint64_t from_size,
                       uint64_t to_size, struct ledger_proof *proof, struct error *error)
{
    struct ledger_range range[LEDGER_PROOF_MAX];
    if (to_size > LEDGER_SIZE_MAX || from_size > to_size)
        return error_set(error, ERROR_INPUT, "size", "", "the older tree is larger than the newer one");
    return proof_ranges(storage, arena, range, ledger_range_consistency(from_size, to_size, range),
                        proof, error);
}
