/* Appending to tiles, and everything read back from them, against trees held whole in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base.h"
#include "ledger.h"
#include "support/plain_tree.h"
#include "memory_storage.h"

/* A log, and beside it the hashes of all its leaves: what it should be. */
struct log {
    struct memory_storage memory;
    struct ledger_storage storage;
    struct ledger_edge edge;
    struct ledger_hash *leaf;
    struct arena *arena;
};

static void log_open(struct log *log)
{
    *log = (struct log){.arena = arena_new(512u << 20, ARENA_PLAIN)};
    log->storage = memory_storage(&log->memory);
}

static void log_close(struct log *log)
{
    memory_storage_free(&log->memory);
    free(log->leaf);
    arena_free(&log->arena);
}

static int log_try(struct log *log, size_t count, struct ledger_edge *edge, struct ledger_growth *growth,
                   struct error *error)
{
    struct text *leaves = ARENA_ARRAY(log->arena, struct text, count);
    log->leaf = realloc(log->leaf, (log->edge.size + count) * sizeof *log->leaf);
    for (size_t i = 0; i < count; i++) {
        leaves[i] = memory_leaf(log->arena, log->edge.size + i);
        log->leaf[log->edge.size + i] = ledger_hash_leaf(leaves[i]);
    }
    return ledger_append(&log->storage, log->arena, &log->edge, leaves, count, edge, growth, error);
}

static void log_grow(struct log *log, size_t count)
{
    struct error error;
    struct ledger_growth growth;
    struct ledger_head from = ledger_edge_head(&log->edge);
    assert_int_equal(log_try(log, count, &log->edge, &growth, &error), 0);
    struct ledger_head to = ledger_edge_head(&log->edge);
    assert_memory_equal(&growth.from.root, &from.root, 32);
    assert_memory_equal(&growth.to.root, &to.root, 32);
    assert_true(growth.from.size == from.size && growth.to.size == from.size + count);
    assert_int_equal(ledger_growth_check(&growth, &error), 0);
}

static void log_matches(struct log *log)
{
    struct ledger_head head = ledger_edge_head(&log->edge);
    struct ledger_hash root = ledger_list_root(log->leaf, (size_t)log->edge.size), stored;
    struct error error;
    assert_memory_equal(&head.root, &root, 32);
    assert_int_equal(ledger_root(&log->storage, log->arena, head.size, &stored, &error), 0);
    assert_memory_equal(&stored, &root, 32);
}

/* Every pair of old and new size up to 40, then batches about the width of a tile. */
static void growth_of_every_size(void **state)
{
    (void)state;
    for (size_t from = 0; from <= 40; from++)
        for (size_t count = 1; count <= 40; count++) {
            struct log log;
            log_open(&log);
            if (from > 0)
                log_grow(&log, from);
            log_grow(&log, count);
            log_matches(&log);
            struct ledger_proof proof;
            struct error error;
            assert_int_equal(ledger_consistency(&log.storage, log.arena, from, from + count, &proof, &error),
                             0);
            struct ledger_proof plain;
            plain.count = 0;
            if (from > 0)
                plain_consistency(log.leaf, from + count, from, &plain);
            assert_int_equal(proof.count, plain.count);
            assert_memory_equal(proof.hash, plain.hash, plain.count * sizeof plain.hash[0]);
            log_close(&log);
        }
}

static void growth_over_tiles(void **state)
{
    (void)state;
    static const size_t batch[] = {1,    254,  1,    1,  255, 256,   257, 512,  1,
                                   1023, 1024, 1025, 10, 3,   60000, 1,   4000, 70000};
    struct log log;
    log_open(&log);
    for (size_t i = 0; i < sizeof batch / sizeof batch[0]; i++) {
        log_grow(&log, batch[i]);
        log_matches(&log);
    }
    assert_true(log.edge.size > 65536 * 2); /* so that level 2 has two hashes */
    struct ledger_head head = ledger_edge_head(&log.edge);
    struct ledger_edge loaded;
    struct error error;
    assert_int_equal(ledger_edge_load(&log.storage, log.arena, &head, &loaded, &error), 0);
    assert_true(loaded.size == log.edge.size);
    for (unsigned h = 0; h < 64; h++)
        if (loaded.size >> h & 1)
            assert_memory_equal(&loaded.peak[h], &log.edge.peak[h], 32);
    assert_int_equal(ledger_audit(&log.storage, &head, NULL, &error), 0);

    /* Proofs from tiles, at places all over the log. */
    for (uint64_t size = 1; size <= log.edge.size; size = size * 3 + 1)
        for (uint64_t index = 0; index < size; index = index * 5 + 1) {
            struct ledger_head then = {size, ledger_list_root(log.leaf, (size_t)size)};
            struct ledger_proof proof;
            assert_int_equal(ledger_inclusion(&log.storage, log.arena, size, index, &proof, &error), 0);
            assert_int_equal(ledger_inclusion_check(&then, index, &log.leaf[index], &proof, &error), 0);
            struct text data;
            assert_int_equal(ledger_leaf(&log.storage, log.arena, size, index, &data, &error), 0);
            assert_true(text_equal(data, memory_leaf(log.arena, index)));
            if (index > 0) {
                struct ledger_head earlier = {index, ledger_list_root(log.leaf, (size_t)index)};
                assert_int_equal(ledger_consistency(&log.storage, log.arena, index, size, &proof, &error), 0);
                assert_int_equal(ledger_consistency_check(&earlier, &then, &proof, &error), 0);
            }
        }
    struct ledger_proof proof;
    assert_int_equal(ledger_inclusion(&log.storage, log.arena, 10, 10, &proof, &error), ERROR_INPUT);
    assert_int_equal(ledger_consistency(&log.storage, log.arena, 11, 10, &proof, &error), ERROR_INPUT);
    assert_int_equal(ledger_consistency(&log.storage, log.arena, 10, LEDGER_SIZE_MAX + 1, &proof, &error), ERROR_INPUT);
    log_close(&log);
}

/* A batch writes each tile at the edge once, and reads only those that it goes on from. */
static void only_the_edge(void **state)
{
    (void)state;
    struct log log;
    log_open(&log);
    log_grow(&log, 256 * 3 + 100);
    log.memory.reads = log.memory.writes = 0;
    log_grow(&log, 10);
    assert_int_equal(log.memory.reads, 2);
    assert_int_equal(log.memory.writes, 2);
    log.memory.reads = log.memory.writes = 0;
    log_grow(&log, 1024); /* 4 full bundles and a partial one, as many tiles, level 1 */
    assert_int_equal(log.memory.reads, 3);
    assert_int_equal(log.memory.writes, 5 + 5 + 1);
    log_close(&log);
}

/* Every partial tile of every size is answered, byte for byte, out of whatever is stored. */
static void partial_tiles_are_derived(void **state)
{
    (void)state;
    struct log log;
    log_open(&log);
    log_grow(&log, 700);
    struct error error;
    for (uint64_t size = 1; size <= 700; size++) {
        char path[LEDGER_PATH_SIZE];
        struct text content;
        struct ledger_tile tile = {0, (size - 1) / 256, (unsigned)((size - 1) % 256 + 1)};
        ledger_tile_path(&tile, path);
        assert_int_equal(ledger_serve(&log.storage, log.arena, size, text_of(path), &content, &error), 0);
        assert_int_equal(content.n, tile.width * 32);
        assert_memory_equal(content.p, &log.leaf[tile.index * 256], content.n);
        tile.level = LEDGER_LEVEL_ENTRIES;
        ledger_tile_path(&tile, path);
        assert_int_equal(ledger_serve(&log.storage, log.arena, size, text_of(path), &content, &error), 0);
        struct text leaves[256];
        assert_int_equal(ledger_bundle_read(content, tile.width, leaves, &error), 0);
        for (unsigned i = 0; i < tile.width; i++)
            assert_true(text_equal(leaves[i], memory_leaf(log.arena, tile.index * 256 + i)));
        /* One more than is published is not there, however much is stored. */
        if (tile.width < 256) {
            tile.width++;
            ledger_tile_path(&tile, path);
            assert_int_equal(ledger_serve(&log.storage, log.arena, size, text_of(path), &content, &error),
                             ERROR_MISSING);
        }
    }
    struct text content;
    assert_int_equal(ledger_serve(&log.storage, log.arena, 700, TEXT("tile/1/000.p/2"), &content, &error), 0);
    for (size_t i = 0; i < 2; i++) {
        struct ledger_hash root = ledger_list_root(log.leaf + 256 * i, 256);
        assert_memory_equal(content.p + 32 * i, &root, 32);
    }
    assert_int_equal(ledger_serve(&log.storage, log.arena, 700, TEXT("tile/1/000.p/3"), &content, &error),
                     ERROR_MISSING);
    assert_int_equal(ledger_serve(&log.storage, log.arena, 700, TEXT("tile/2/000.p/1"), &content, &error),
                     ERROR_MISSING);
    assert_int_equal(ledger_serve(&log.storage, log.arena, 700, TEXT("tile/9/000"), &content, &error),
                     ERROR_MISSING);
    assert_int_equal(ledger_serve(&log.storage, log.arena, 700, TEXT("tile/0/0"), &content, &error),
                     ERROR_INPUT);
    log_close(&log);
}

/* The writer's transaction fails at each write in turn: it goes on from the old edge as if nothing had been.
 */
static void a_failed_batch_leaves_no_trace(void **state)
{
    (void)state;
    for (size_t fail = 1; fail <= 10; fail++) {
        struct log log;
        log_open(&log);
        log_grow(&log, 700);
        struct ledger_edge edge = {.size = 77};
        struct ledger_growth growth = {.from = {.size = 78}};
        struct error error;
        log.memory.writes = 0;
        log.memory.fail_write = fail;
        int result = log_try(&log, 600, &edge, &growth, &error);
        log.memory.fail_write = 0;
        if (fail <= 9) { /* four bundles, four tiles of leaves, one above */
            assert_int_equal(result, ERROR_SYSTEM);
            assert_int_equal(edge.size, 77);
            assert_int_equal(growth.from.size, 78);
        } else {
            assert_int_equal(result, 0);
        }
        struct ledger_head head = ledger_edge_head(&log.edge);
        struct ledger_edge loaded;
        assert_int_equal(ledger_edge_load(&log.storage, log.arena, &head, &loaded, &error), 0);
        assert_int_equal(ledger_audit(&log.storage, &head, NULL, &error), 0);
        log_grow(&log, 3);
        log_grow(&log, 900);
        log_matches(&log);
        head = ledger_edge_head(&log.edge);
        assert_int_equal(ledger_audit(&log.storage, &head, NULL, &error), 0);
        log_close(&log);
    }
}

static int count_leaf(void *self, uint64_t index, struct text data, struct error *error)
{
    uint64_t *next = self;
    (void)error;
    assert_true(index == *next);
    assert_true(text_starts(data, TEXT("leaf ")));
    (*next)++;
    return 0;
}

/* Whatever byte of the log is changed, or lost, the audit sees it. */
static void audit_sees_damage(void **state)
{
    (void)state;
    struct log log;
    log_open(&log);
    log_grow(&log, 600);
    struct ledger_head head = ledger_edge_head(&log.edge);
    struct error error;
    uint64_t visited = 0;
    struct ledger_visitor visitor = {&visited, count_leaf};
    assert_int_equal(ledger_audit(&log.storage, &head, &visitor, &error), 0);
    assert_true(visited == 600);
    size_t damages = 0;
    for (int level = LEDGER_LEVEL_ENTRIES; level <= 1; level++)
        for (uint64_t index = 0; index < 3; index++) {
            struct memory_tile *tile = memory_storage_at(&log.memory, level, index);
            if (!tile)
                continue;
            for (size_t at = 0; at < tile->n; at += 97) {
                tile->p[at] = (char)(tile->p[at] ^ 4);
                assert_int_equal(ledger_audit(&log.storage, &head, NULL, &error), ERROR_CHECK);
                tile->p[at] = (char)(tile->p[at] ^ 4);
                damages++;
            }
            tile->n--;
            assert_int_equal(ledger_audit(&log.storage, &head, NULL, &error), ERROR_CHECK);
            tile->n++;
            char *held = tile->p;
            tile->p = NULL;
            assert_int_equal(ledger_audit(&log.storage, &head, NULL, &error), ERROR_CHECK);
            tile->p = held;
        }
    assert_true(damages > 200);
    head.root.byte[5] ^= 1;
    assert_int_equal(ledger_audit(&log.storage, &head, NULL, &error), ERROR_CHECK);
    struct ledger_edge loaded = {.size = 5};
    assert_int_equal(ledger_edge_load(&log.storage, log.arena, &head, &loaded, &error), ERROR_CHECK);
    head.size = 601;
    assert_int_equal(ledger_edge_load(&log.storage, log.arena, &head, &loaded, &error), ERROR_CHECK);
    assert_int_equal(loaded.size, 5);
    log_close(&log);
}

/* Nothing is appended to, or answered from, a log that has lost a part of its edge. */
static void lost_edge(void **state)
{
    (void)state;
    for (int level = LEDGER_LEVEL_ENTRIES; level <= 0; level++) {
        struct log log;
        log_open(&log);
        log_grow(&log, 300);
        struct memory_tile *tile = memory_storage_at(&log.memory, level, 1);
        struct ledger_edge edge;
        struct ledger_growth growth;
        struct error error;
        struct text content;
        const char *path = level == 0 ? "tile/0/001.p/44" : "tile/entries/001.p/44";
        assert_int_equal(ledger_serve(&log.storage, log.arena, 300, text_of(path), &content, &error), 0);
        tile->n -= level == 0 ? 32 : 1;
        assert_int_equal(log_try(&log, 1, &edge, &growth, &error), ERROR_CHECK);
        assert_int_equal(ledger_serve(&log.storage, log.arena, 300, text_of(path), &content, &error),
                         ERROR_CHECK);
        char *held = tile->p;
        tile->p = NULL;
        assert_int_equal(log_try(&log, 1, &edge, &growth, &error), ERROR_CHECK);
        assert_int_equal(ledger_serve(&log.storage, log.arena, 300, text_of(path), &content, &error),
                         ERROR_CHECK);
        tile->p = held;
        log_close(&log);
    }
}

static void limits(void **state)
{
    (void)state;
    struct log log;
    log_open(&log);
    struct ledger_edge edge;
    struct ledger_growth growth;
    struct error error;
    char *large = arena_alloc(log.arena, 65536);
    struct text leaf = {large, 65536};
    assert_int_equal(ledger_append(&log.storage, log.arena, &log.edge, &leaf, 1, &edge, &growth, &error),
                     ERROR_TOO_LARGE);
    assert_int_equal(ledger_append(&log.storage, log.arena, &log.edge, &leaf, 0, &edge, &growth, &error),
                     ERROR_INPUT);
    leaf.n = 65535;
    assert_int_equal(ledger_append(&log.storage, log.arena, &log.edge, &leaf, 1, &edge, &growth, &error), 0);
    struct text empty = {NULL, 0}, data;
    assert_int_equal(ledger_append(&log.storage, log.arena, &edge, &empty, 1, &edge, &growth, &error), 0);
    assert_int_equal(ledger_leaf(&log.storage, log.arena, 2, 0, &data, &error), 0);
    assert_int_equal(data.n, 65535);
    assert_int_equal(ledger_leaf(&log.storage, log.arena, 2, 1, &data, &error), 0);
    assert_int_equal(data.n, 0);
    assert_int_equal(ledger_leaf(&log.storage, log.arena, 2, 2, &data, &error), ERROR_MISSING);
    struct ledger_edge full = {.size = LEDGER_SIZE_MAX};
    assert_int_equal(ledger_append(&log.storage, log.arena, &full, &empty, 1, &edge, &growth, &error),
                     ERROR_TOO_LARGE);
    /* larger than any log, though what lies below its highest bit would fit */
    struct ledger_head beyond = ledger_edge_head(&edge);
    struct ledger_edge loaded;
    assert_int_equal(ledger_edge_load(&log.storage, log.arena, &beyond, &loaded, &error), 0);
    beyond.size += LEDGER_SIZE_MAX + 1;
    assert_int_equal(ledger_edge_load(&log.storage, log.arena, &beyond, &loaded, &error), ERROR_INPUT);
    full.size++;
    assert_int_equal(ledger_append(&log.storage, log.arena, &full, &empty, 1, &edge, &growth, &error),
                     ERROR_TOO_LARGE);
    ARENA_SCOPE struct arena *small = arena_new(1024, ARENA_PLAIN);
    assert_int_equal(ledger_append(&log.storage, small, &edge, &empty, 1, &edge, &growth, &error),
                     ERROR_TOO_LARGE);
    assert_int_equal(edge.size, 2);
    log_close(&log);
}

static void bundles_refused(void **state)
{
    (void)state;
    struct text leaves[4];
    struct error error;
    assert_int_equal(ledger_bundle_read((struct text){"\0\1a\0\0", 5}, 2, leaves, &error), 0);
    assert_int_equal(leaves[0].n, 1);
    assert_int_equal(leaves[1].n, 0);
    assert_int_equal(ledger_bundle_read((struct text){"\0\1a\0\0", 5}, 1, leaves, &error), ERROR_CHECK);
    assert_int_equal(ledger_bundle_read((struct text){"\0\1a\0\0", 5}, 3, leaves, &error), ERROR_CHECK);
    assert_int_equal(ledger_bundle_read((struct text){"\0\2a", 3}, 1, leaves, &error), ERROR_CHECK);
    assert_int_equal(ledger_bundle_read((struct text){"\0", 1}, 1, leaves, &error), ERROR_CHECK);
    assert_int_equal(ledger_bundle_read((struct text){NULL, 0}, 0, leaves, &error), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(growth_of_every_size),
        cmocka_unit_test(growth_over_tiles),
        cmocka_unit_test(only_the_edge),
        cmocka_unit_test(partial_tiles_are_derived),
        cmocka_unit_test(a_failed_batch_leaves_no_trace),
        cmocka_unit_test(audit_sees_damage),
        cmocka_unit_test(lost_edge),
        cmocka_unit_test(limits),
        cmocka_unit_test(bundles_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
