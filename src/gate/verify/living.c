#include "walk.h"

/*
 * The entries told of rows, each held against the very row that lives, none twice: where as many live as they told of, no
 * other does.
 */
int verify_living(struct walk *walk, const struct task *task, struct error *error)
{
    int64_t n = 0;
    int result = task->table->count(walk->session, &n, error);
    walk->tally.living[task->table - ledgered_tables] += (uint64_t)n;
    return result;
}

int verify_living_names(struct walk *walk, struct error *error)
{
    struct verify *verify = walk->verify;
    int got = 0;
    for (const struct ledgered *table = ledgered_tables; !got && table->name; table++) {
        STORE_ROWS_SCOPE struct store_rows *rows = NULL;
        size_t i = (size_t)(table - ledgered_tables);
        if (verify->all.confirmed[i] == verify->all.living[i])
            continue;
        got = table->strays(walk->session, &rows, error);
        while (!got && (got = store_next(rows, error)) > 0) {
            verify_differ(verify, table->name, store_cell(rows, 0).text, -1, "no entry ever wrote this row");
            got = 0;
        }
        if (!got && !findings_any(verify->findings, table->name))
            verify_differ(verify, table->name, TEXT(""), -1, "its living rows are not those that the entries tell of");
    }
    return got;
}
