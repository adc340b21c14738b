#include "keys.h"
#include "walk.h"

/*
 * The index of earlier writes: which entries wrote a row before the one that has the last word. By it a disposal finds all
 * the entries that tell of what it destroys, so an entry that is missing here would outlive what it tells of.
 */
int verify_overwritten(struct walk *walk, const struct task *task, struct error *error)
{
    (void)task;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(walk->session, "SELECT tbl, id, idx FROM overwritten", STORE_BIND(), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        sum_add(walk->verify, &walk->tally.earlier_kept, store_text(rows, 0), store_text(rows, 1),
                (uint64_t)store_int(rows, 2));
        got = 0;
    }
    return got;
}

/* Does this entry open, and list the row? */
static int entry_lists(struct walk *walk, int64_t index, struct text table, struct text id, bool *lists, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    struct ledger_entry entry;
    struct ledger_hash row_key;
    struct error why;
    uint8_t plain[1][TURN_KEY_SIZE];
    *lists = false;
    int result = store_one(walk->session,
                           "SELECT e.at, e.key_id, e.leaf, e.sealed, k.wrapped FROM entry e"
                           " JOIN record_key k ON k.id = e.key_id WHERE e.idx = $1",
                           STORE_BIND(STORE_INT(index)), &rows, error);
    if (result)
        return result == ERROR_MISSING ? 0 : result;
    struct sealed_entry sealed = {.index = (uint64_t)index,
                                  .at = store_int(rows, 0),
                                  .key_id = store_text_in(rows, 1, walk->arena),
                                  .leaf = store_bytes_in(rows, 2, walk->arena),
                                  .sealed = store_bytes_in(rows, 3, walk->arena),
                                  .wrapped = store_bytes_in(rows, 4, walk->arena)};
    result = keys_open(walk->gate, 1, &sealed.wrapped, plain, &why);
    if (!result)
        result = verify_open_entry(walk, &sealed, plain[0], &entry, &row_key, &why);
    bytes_wipe(plain, sizeof plain);
    bytes_wipe(&row_key, sizeof row_key);
    for (size_t i = 0; !result && i < entry.row_count && !*lists; i++)
        *lists = text_equal(entry.row[i].table, table) && text_equal(entry.row[i].key, id);
    arena_reset(walk->arena);
    if (result == ERROR_SYSTEM)
        *error = why;
    return result == ERROR_SYSTEM ? result : 0;
}

/* Those that are too many by name; that others are missing, as a whole. */
int verify_overwritten_names(struct walk *walk, struct error *error)
{
    struct verify *verify = walk->verify;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    if (sum_equal(&verify->all.earlier_told, &verify->all.earlier_kept))
        return 0;
    int got = store_query(walk->session, "SELECT tbl, id, idx FROM overwritten ORDER BY idx, tbl, id", STORE_BIND(), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        bool lists = false;
        got = entry_lists(walk, store_int(rows, 2), store_text(rows, 0), store_text(rows, 1), &lists, error);
        if (!got && !lists)
            verify_differ(verify, "overwritten", store_text(rows, 1), store_int(rows, 2),
                          "it names entry %lld, which did not write this row, or can no longer be read",
                          (long long)store_int(rows, 2));
    }
    if (!got && !findings_any(verify->findings, "overwritten"))
        verify_differ(verify, "overwritten", TEXT(""), -1, "it is not what the entries tell of rows that were written again");
    return got;
}
