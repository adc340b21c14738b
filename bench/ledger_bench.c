/*
 * How much of appending to the log is hashing. Prints entries a second for the bare hashing that any RFC 6962
 * log must do (one leaf and about one node an entry), for batches of several sizes in memory, and their
 * ratio.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "hasher.h"
#include "ledger.h"
#include "ledger/memory_storage.h"

enum { ENTRIES = 400000 };

static double seconds(int64_t from)
{
    return (double)(clock_steady() - from) / (double)CLOCK_SECOND;
}

/* Leaf data of the size that entries have; only its first bytes differ. */
static void fill(uint8_t data[LEDGER_LEAF_SIZE], uint64_t i)
{
    memset(data, 1, LEDGER_LEAF_SIZE);
    memcpy(data + 1, &i, sizeof i);
}

static double hashing_alone(void)
{
    struct ledger_hasher hasher;
    uint8_t data[LEDGER_LEAF_SIZE];
    struct ledger_hash last = {0};
    ledger_hasher_open(&hasher);
    int64_t start = clock_steady();
    for (uint64_t i = 0; i < ENTRIES; i++) {
        fill(data, i);
        struct ledger_hash leaf = ledger_hasher_leaf(&hasher, (struct text){(char *)data, sizeof data});
        last = ledger_hasher_node(&hasher, &last, &leaf);
    }
    double rate = ENTRIES / seconds(start);
    ledger_hasher_close(&hasher);
    return last.byte[0] == last.byte[1] && last.byte[2] == last.byte[3] ? rate + 1e-9 : rate;
}

static double appending(size_t batch)
{
    struct memory_storage memory = {0};
    struct ledger_storage storage = memory_storage(&memory);
    struct ledger_edge edge = {0};
    struct ledger_growth growth;
    struct error error;
    ARENA_SCOPE struct arena *arena = arena_new(64 << 20, ARENA_PLAIN);
    size_t entries = batch == 1 ? ENTRIES / 8 : ENTRIES;
    uint8_t(*data)[LEDGER_LEAF_SIZE] = malloc(batch * sizeof *data);
    struct text *leaves = malloc(batch * sizeof *leaves);
    int64_t start = clock_steady();
    for (size_t done = 0; done < entries; done += batch) {
        for (size_t i = 0; i < batch; i++) {
            fill(data[i], done + i);
            leaves[i] = (struct text){(char *)data[i], LEDGER_LEAF_SIZE};
        }
        if (ledger_append(&storage, arena, &edge, leaves, batch, &edge, &growth, &error) != 0) {
            fprintf(stderr, "%s\n", error.what);
            exit(3);
        }
        arena_reset(arena);
    }
    double rate = (double)edge.size / seconds(start);
    free(data);
    free(leaves);
    memory_storage_free(&memory);
    return rate;
}

static double making_leaves(void)
{
    enum { COUNT = 20000 };
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    struct error error;
    uint8_t salt[LEDGER_SALT_SIZE] = {7};
    int64_t start = clock_steady();
    for (size_t i = 0; i < COUNT; i++) {
        struct ledger_entry_builder builder =
            ledger_entry_begin(arena, salt, TEXT("share.send"), TEXT("1790000000"));
        static const char name[] = "abcdefghij";
        for (size_t f = 0; f < 10; f++)
            ledger_entry_add(&builder, (struct text){name + f, 1}, TEXT("a value of a usual length"));
        for (size_t r = 0; r < 4; r++)
            ledger_entry_add_row(&builder, TEXT("share"), (struct text){name + r, 1},
                                 TEXT("what the row says"));
        struct ledger_entry entry;
        struct ledger_leaf leaf;
        if (ledger_entry_finish(&builder, &entry, &error) != 0 ||
            ledger_entry_leaf(&entry, &leaf, &error) != 0)
            exit(3);
        arena_reset(arena);
    }
    return COUNT / seconds(start);
}

int main(void)
{
    static const size_t batch[] = {1, 10, 1024};
    double alone = hashing_alone(), rate = 0;
    printf("hashing alone            %10.0f entries/s\n", alone);
    for (size_t i = 0; i < sizeof batch / sizeof batch[0]; i++) {
        rate = appending(batch[i]);
        printf("append, batches of %-5zu %10.0f entries/s  %.2f of hashing alone\n", batch[i], rate,
               rate / alone);
    }
    printf("leaf of an entry         %10.0f entries/s  (12 fields, 4 rows)\n", making_leaves());
    printf("ratio appending in batches of 1024 to half a million entries a second: %.2f (aim 1.00)\n", rate / 500000);
    return 0;
}
