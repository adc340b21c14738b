#include "witness/compare.h"

#include "base/error.h"

static int is_in(struct arena *arena, const struct ledger_storage *copy, const struct ledger_head *head, bool *in,
                 struct error *error)
{
    struct ledger_hash root;
    int result = ledger_root(copy, arena, head->size, &root, error);
    *in = result == 0 && ledger_hash_equal(&root, &head->root);
    return result;
}

int witness_compare(struct arena *arena, const struct ledger_key *log, struct text first, struct text second,
                    const struct ledger_storage *copy, const struct ledger_head *copy_head,
                    enum witness_comparison *comparison, struct ledger_head heads[2], struct error *error)
{
    const struct text note[2] = {first, second};
    bool in[2] = {false, false};
    for (size_t i = 0; i < 2; i++) {
        struct ledger_checkpoint checkpoint;
        int result = ledger_checkpoint_open(arena, note[i], log->name, log, 1, &checkpoint, NULL, error);
        if (result != 0) {
            error_within(error, i == 0 ? "the first" : "the second");
            return result;
        }
        heads[i] = checkpoint.head;
    }
    *comparison = WITNESS_UNKNOWN;
    if (heads[0].size == heads[1].size) {
        *comparison = ledger_hash_equal(&heads[0].root, &heads[1].root) ? WITNESS_SAME : WITNESS_LIED;
        return 0;
    }
    if (!copy || heads[0].size > copy_head->size || heads[1].size > copy_head->size)
        return 0;
    for (size_t i = 0; i < 2; i++) {
        int result = is_in(arena, copy, &heads[i], &in[i], error);
        if (result != 0)
            return result;
    }
    /* the log signed the copy's tree too: whichever is not a beginning of it speaks against that */
    *comparison = in[0] && in[1] ? WITNESS_GREW : WITNESS_LIED;
    return 0;
}
