#include "base/error.h"
#include "ledger/log.h"
#include "reader.h"

struct ledger_head ledger_edge_head(const struct ledger_edge *edge)
{
    if (edge->size == 0)
        return (struct ledger_head){0, ledger_hash_empty()};
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    unsigned lowest = (unsigned)__builtin_ctzll(edge->size);
    struct ledger_head head = {edge->size, edge->peak[lowest]};
    for (unsigned h = lowest + 1; h < LEDGER_PROOF_MAX; h++)
        if (edge->size >> h & 1)
            head.root = ledger_hasher_node(&hasher, &edge->peak[h], &head.root);
    return head;
}

int ledger_edge_load(const struct ledger_storage *storage, struct arena *arena,
                     const struct ledger_head *head, struct ledger_edge *edge, struct error *error)
{
    if (head->size > LEDGER_SIZE_MAX)
        return error_set(error, ERROR_INPUT, "size", "", "no log is as large as that");
    READER_SCOPE struct ledger_reader reader;
    ledger_reader_open(&reader, storage, arena);
    struct ledger_edge made = {.size = head->size};
    for (unsigned h = 0; h < LEDGER_PROOF_MAX; h++)
        if (head->size >> h & 1) {
            int result = ledger_reader_subtree(&reader, h, (head->size >> h) - 1, &made.peak[h], error);
            if (result != 0)
                return result;
        }
    struct ledger_head found = ledger_edge_head(&made);
    if (!ledger_hash_equal(&found.root, &head->root))
        return error_set(error, ERROR_CHECK, "log", "restore the log from a mirror or a backup",
                         "the stored tiles do not give the root of the checkpoint of %llu entries",
                         (unsigned long long)head->size);
    *edge = made;
    return 0;
}
