#include "walk.h"

#include <string.h>

/* Entries whose keys are asked for together: a round trip to the keyholder is what this walk waits for. */
enum { TOGETHER = KEYHOLDER_BATCH, HELD_MOST = 1 << 20 };

struct sealed_entry {
    uint64_t index;
    struct text key_id, leaf, sealed, wrapped;
};

struct group {
    struct sealed_entry entry[TOGETHER];
    size_t n, held; /* held: bytes sealed */
};

static int check_body(struct walk *walk, const struct sealed_entry *sealed, const uint8_t plain[TURN_KEY_SIZE],
                      struct error *error)
{
    struct text body, bound = arena_format(walk->arena, "entry/%.*s", TEXT_ARGS(sealed->key_id));
    struct ledger_leaf leaf;
    struct ledger_entry entry;
    struct error why;
    if (sealed->leaf.n != sizeof leaf.byte)
        return 0; /* told by the first walk */
    memcpy(leaf.byte, sealed->leaf.p, sizeof leaf.byte);
    int result = vault_record_open(walk->arena, plain, bound, sealed->sealed, &body, &why);
    if (!result)
        result = ledger_entry_check(walk->arena, body, &leaf, &why);
    if (!result)
        result = ledger_entry_parse(walk->arena, body, &entry, &why);
    if (arena_exhausted(walk->arena))
        return arena_error(walk->arena, error);
    if (result) {
        verify_differ(walk, NULL, "entry %llu: %s", (unsigned long long)sealed->index, why.what);
        return 0;
    }
    for (size_t i = 0; !result && i < entry.row_count; i++)
        result = verify_row(walk, sealed->index, &entry, &entry.row[i], error);
    const struct text *type = ledger_entry_field(&entry, "type");
    if (!result && type && text_equal(*type, TEXT("looks")))
        result = verify_looks(walk, sealed->index, &entry, error);
    return result;
}

/* One by one where they do not open together: one of them is bad. */
static int check_group(struct walk *walk, struct group *group, struct error *error)
{
    struct text wrapped[TOGETHER];
    uint8_t plain[TOGETHER][TURN_KEY_SIZE];
    struct error why;
    for (size_t i = 0; i < group->n; i++)
        wrapped[i] = group->entry[i].wrapped;
    int opened = group->n ? keys_open(walk->gate, group->n, wrapped, plain, &why) : 0, result = 0;
    for (size_t i = 0; !result && i < group->n; i++) {
        int one = opened ? keys_open(walk->gate, 1, &wrapped[i], &plain[i], &why) : 0;
        if (one == ERROR_SYSTEM) {
            *error = why;
            result = one;
        } else if (one) {
            verify_differ(walk, NULL, "entry %llu: %s", (unsigned long long)group->entry[i].index, why.what);
        } else {
            result = check_body(walk, &group->entry[i], plain[i], error);
        }
    }
    bytes_wipe(plain, sizeof plain);
    *group = (struct group){.n = 0};
    arena_reset(walk->arena);
    return result;
}

static int add_entry(struct walk *walk, struct group *group, struct store_rows *rows, struct error *error)
{
    struct sealed_entry *entry = &group->entry[group->n++];
    *entry = (struct sealed_entry){.index = (uint64_t)store_int(rows, 0),
                                   .key_id = store_text_in(rows, 1, walk->arena),
                                   .leaf = store_bytes_in(rows, 2, walk->arena),
                                   .sealed = store_bytes_in(rows, 3, walk->arena),
                                   .wrapped = store_bytes_in(rows, 4, walk->arena)};
    group->held += entry->sealed.n;
    if (arena_exhausted(walk->arena))
        return arena_error(walk->arena, error);
    return group->n == TOGETHER || group->held > HELD_MOST ? check_group(walk, group, error) : 0;
}

int verify_entries(struct walk *walk, struct error *error)
{
    struct group group = {.n = 0};
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(walk->session,
                          "SELECT e.idx, e.key_id, e.leaf, e.sealed, k.wrapped FROM entry e"
                          " LEFT JOIN record_key k ON k.id = e.key_id ORDER BY e.idx",
                          STORE_BIND(), &rows, error);
    uint64_t done = 0;
    while (!got && (got = store_next(rows, error)) > 0) {
        got = 0;
        if (store_is_null(rows, 4))
            verify_differ(walk, NULL, "entry %lld: its key is gone", (long long)store_int(rows, 0));
        else
            got = add_entry(walk, &group, rows, error);
        verify_tell(walk, 300, done++, walk->size, 600);
    }
    return got ? got : check_group(walk, &group, error);
}
