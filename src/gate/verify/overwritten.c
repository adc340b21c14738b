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
        got = verify_entry_lists(walk, store_int(rows, 2), store_text(rows, 0), store_text(rows, 1), &lists, error);
        if (!got && !lists)
            verify_differ(verify, "overwritten", store_text(rows, 1), store_int(rows, 2),
                          "it names entry %lld, which did not write this row, or can no longer be read",
                          (long long)store_int(rows, 2));
    }
    if (!got && !findings_any(verify->findings, "overwritten"))
        verify_differ(verify, "overwritten", TEXT(""), -1, "it is not what the entries tell of rows that were written again");
    return got;
}
