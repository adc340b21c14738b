/* What a proof of inclusion costs: tiles read and hashes told, in logs of a thousand to a million entries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base.h"
#include "ledger.h"
#include "memory_storage.h"

enum { AT_ONCE = 1000, MOST = 1000000 };

static size_t log2_up(uint64_t n)
{
    size_t bits = 0;
    while ((UINT64_C(1) << bits) < n)
        bits++;
    return bits;
}

/* Tiles hold 256 hashes: one level of them for each eight of the tree, and at each the entry's own and the right edge's. */
static void check_size(struct memory_storage *memory, const struct ledger_head *head)
{
    ARENA_SCOPE struct arena *arena = arena_new(16 << 20, ARENA_PLAIN);
    struct ledger_storage storage = memory_storage(memory);
    size_t height = log2_up(head->size), tiles = 2 * ((height + 7) / 8), most = 0, hashes = 0;
    for (uint64_t index = 0; index < head->size; index += head->size / 97 + 1) {
        struct ledger_proof proof;
        struct error error;
        struct text data = memory_leaf(arena, index);
        struct ledger_hash leaf = ledger_hash_leaf(data);
        size_t before = memory->reads;
        assert_int_equal(ledger_inclusion(&storage, arena, head->size, index, &proof, &error), 0);
        size_t reads = memory->reads - before;
        most = reads > most ? reads : most;
        hashes = proof.count > hashes ? proof.count : hashes;
        assert_true(reads <= tiles && proof.count <= height);
        assert_int_equal(ledger_inclusion_check(head, index, &leaf, &proof, &error), 0);
    }
    print_message("%8llu entries: at most %zu tiles read (of %zu allowed), %zu hashes\n", (unsigned long long)head->size, most,
                  tiles, hashes);
}

static void test_cost(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(64 << 20, ARENA_PLAIN);
    struct memory_storage memory = {0};
    struct ledger_storage storage = memory_storage(&memory);
    struct ledger_edge edge = {0};
    uint64_t next = 1000;
    while (edge.size < MOST) {
        struct ledger_growth growth;
        struct error error;
        arena_reset(arena);
        struct text *leaves = ARENA_ARRAY(arena, struct text, AT_ONCE);
        for (uint64_t i = 0; i < AT_ONCE; i++)
            leaves[i] = memory_leaf(arena, edge.size + i);
        assert_int_equal(ledger_append(&storage, arena, &edge, leaves, AT_ONCE, &edge, &growth, &error), 0);
        if (edge.size == next) {
            check_size(&memory, &growth.to);
            next *= 10;
        }
    }
    assert_true(next == 10 * (uint64_t)MOST);
    memory_storage_free(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cost)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
