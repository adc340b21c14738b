#include "walk.h"

int verify_looks(struct walk *walk, uint64_t index, const struct ledger_entry *entry, struct error *error)
{
    const struct text *root = ledger_entry_field(entry, "root"), *count = ledger_entry_field(entry, "count");
    int64_t expected = 0;
    if (!root || !count || !text_to_int64(*count, &expected) || expected < 1 || expected > 100000) {
        verify_differ(walk, NULL, "entry %llu: it is not a well-formed entry of looks", (unsigned long long)index);
        return 0;
    }
    struct ledger_hash *hash = ARENA_ARRAY(walk->arena, struct ledger_hash, (size_t)expected);
    if (!hash)
        return arena_error(walk->arena, error);
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(walk->session,
                          "SELECT seq, at, account_id, post_id, view, about, case_id FROM look WHERE idx = $1 ORDER BY seq",
                          STORE_BIND(STORE_INT((int64_t)index)), &rows, error);
    int64_t n = 0;
    while (!got && (got = store_next(rows, error)) > 0) {
        got = 0;
        if (n < expected) {
            struct text content =
                look_content(walk->arena, store_int(rows, 0), store_int(rows, 1), store_text(rows, 2), store_text(rows, 3),
                             store_text(rows, 4), store_text(rows, 5), store_text(rows, 6));
            hash[n] = ledger_hash_leaf(content);
        }
        n++;
    }
    if (got)
        return got;
    struct ledger_hash made = {0};
    if (n == expected)
        made = ledger_list_root(hash, (size_t)n);
    if (n != expected || !text_equal(*root, (struct text){(const char *)made.byte, sizeof made.byte}))
        verify_differ(walk, NULL, "look: the looks of entry %llu are not those that were recorded", (unsigned long long)index);
    walk->report->looks += (uint64_t)n;
    return 0;
}
