/*
 * prove COPY KEY: our own proofs out of a copy of a log, as JSON for the verifiers of others: inclusion of every entry in the
 * newest checkpoint, consistency with it from many sizes before.
 */
#include "ledger.h"
#include "witness.h"

#include "base.h"

#include <stdio.h>
#include <stdlib.h>

static void must(int code, const struct error *error)
{
    if (code == 0)
        return;
    fprintf(stderr, "prove: %s: %s\n", error->where, error->what);
    exit(1);
}

static void put_hashes(struct arena *arena, const struct ledger_proof *proof)
{
    printf("\"hashes\":[");
    for (uint32_t i = 0; i < proof->count; i++) {
        struct text hash = base64_encode(arena, BASE64_STANDARD, proof->hash[i].byte, LEDGER_HASH_SIZE);
        printf("%s\"%.*s\"", i ? "," : "", TEXT_ARGS(hash));
    }
    printf("]}");
}

int main(int argc, char **argv)
{
    struct error error = {0};
    struct ledger_key key;
    struct ledger_head head;
    struct ledger_folder folder;
    if (argc != 3)
        return 2;
    must(ledger_key_parse(text_of(argv[2]), &key, &error), &error);
    must(witness_mirror_check(argv[1], &key, NULL, NULL, NULL, &head, &error), &error);
    must(ledger_folder_open(text_of(argv[1]), &folder, &error), &error);
    struct ledger_storage storage = ledger_folder_storage(&folder);
    printf("{\"inclusion\":[");
    for (uint64_t index = 0; index < head.size; index++) {
        ARENA_SCOPE struct arena *own = arena_new(16 << 20, ARENA_PLAIN);
        struct ledger_proof proof;
        struct text leaf;
        must(ledger_inclusion(&storage, own, head.size, index, &proof, &error), &error);
        must(ledger_leaf(&storage, own, head.size, index, &leaf, &error), &error);
        printf("%s{\"index\":%llu,\"leaf\":\"%.*s\",", index ? "," : "", (unsigned long long)index,
               TEXT_ARGS(base64_encode(own, BASE64_STANDARD, leaf.p, leaf.n)));
        put_hashes(own, &proof);
    }
    printf("],\"consistency\":[");
    for (uint64_t from = 1; from <= head.size; from += from < 20 || head.size - from < 20 ? 1 : 13) {
        ARENA_SCOPE struct arena *own = arena_new(16 << 20, ARENA_PLAIN);
        struct ledger_proof proof;
        must(ledger_consistency(&storage, own, from, head.size, &proof, &error), &error);
        printf("%s{\"from\":%llu,", from > 1 ? "," : "", (unsigned long long)from);
        put_hashes(own, &proof);
    }
    printf("]}\n");
    return 0;
}
