#include "walk.h"

#include <stdio.h>

/*
 * The index of last writes beside the living rows, both in the order of their ids. What both have counts into a sum that
 * must be the sum of what the entries told: then each living row was held against the very entry that wrote it last.
 */

struct side {
    struct store_rows *rows;
    bool there;
    struct text id;
    int64_t index;
};

static int step(struct side *side, bool with_index, struct error *error)
{
    int got = store_next(side->rows, error);
    side->there = got > 0;
    side->id = got > 0 ? store_cell(side->rows, 0).text : (struct text){NULL, 0};
    side->index = got > 0 && with_index ? store_int(side->rows, 1) : -1;
    return got < 0 ? got : 0;
}

static int open_sides(struct walk *walk, const struct ledgered *table, struct side *living, struct side *written,
                      struct error *error)
{
    int result = table->ids(walk->session, &living->rows, error);
    if (!result)
        result = store_query(walk->session, "SELECT id, idx FROM written WHERE tbl = $1 ORDER BY id",
                             STORE_BIND(STORE_STRING(table->name)), &written->rows, error);
    if (!result)
        result = step(living, false, error);
    return result ? result : step(written, true, error);
}

static void check_both(struct walk *walk, const struct ledgered *table, const struct side *written)
{
    struct verify *verify = walk->verify;
    if (written->index < 0 || (uint64_t)written->index >= verify->head.size)
        verify_differ(verify, table->name, written->id, -1,
                      "the index of last writes names entry %lld, which the log does not have", (long long)written->index);
    sum_add(verify, &walk->tally.living[table - ledgered_tables], text_of(table->name), written->id, (uint64_t)written->index);
}

static int merge(struct walk *walk, const struct ledgered *table, struct side *living, struct side *written,
                 struct error *error)
{
    int result = 0;
    while (!result && (living->there || written->there)) {
        int order = !written->there ? -1 : !living->there ? 1 : text_compare(living->id, written->id);
        if (order < 0)
            verify_differ(walk->verify, table->name, living->id, -1, "no entry ever wrote this row");
        else if (order == 0)
            check_both(walk, table, written);
        else if (!table->passing)
            verify_differ(walk->verify, table->name, written->id, written->index,
                          "the row is gone, which entry %lld wrote", (long long)written->index);
        if (order <= 0)
            result = step(living, false, error);
        if (!result && order >= 0)
            result = step(written, true, error);
    }
    return result;
}

/* Tables that are not ledgered have no last writes: the index is walked from one name to the next. */
static int check_names(struct walk *walk, struct error *error)
{
    char name[300] = "";
    for (;;) {
        STORE_ROWS_SCOPE struct store_rows *rows = NULL;
        int result = store_one(walk->session, "SELECT tbl, id FROM written WHERE tbl > $1 ORDER BY tbl, id LIMIT 1",
                               STORE_BIND(STORE_STRING(name)), &rows, error);
        if (result)
            return result == ERROR_MISSING ? 0 : result;
        if (!ledgered_named(store_text(rows, 0)))
            verify_differ(walk->verify, "written", store_text(rows, 1), -1, "it names the table %.*s, which is not ledgered",
                          TEXT_ARGS(store_text(rows, 0)));
        if (store_text(rows, 0).n >= sizeof name)
            return 0;
        snprintf(name, sizeof name, "%.*s", TEXT_ARGS(store_text(rows, 0)));
    }
}

int verify_written(struct walk *walk, const struct task *task, struct error *error)
{
    struct side living = {0}, written = {0};
    int result = open_sides(walk, task->table, &living, &written, error);
    if (!result)
        result = merge(walk, task->table, &living, &written, error);
    store_done(&living.rows);
    store_done(&written.rows);
    return result || task->table != ledgered_tables ? result : check_names(walk, error);
}

/* ---- names, where the sums are not the same ---- */

int verify_entry_lists(struct walk *walk, int64_t index, struct text table, struct text id, bool *lists, struct error *error)
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

/* Goes by the index of last writes, and asks each entry that it names. Slow; but something is wrong. */
static int name_table(struct walk *walk, const struct ledgered *table, struct error *error)
{
    struct side living = {0}, written = {0};
    int result = open_sides(walk, table, &living, &written, error);
    while (!result && living.there && written.there) {
        int order = text_compare(living.id, written.id);
        bool lists = true;
        if (order == 0)
            result = verify_entry_lists(walk, written.index, text_of(table->name), written.id, &lists, error);
        if (!result && !lists)
            verify_differ(walk->verify, table->name, written.id, written.index,
                          "the index of last writes names entry %lld, which did not write this row, or can no longer be read",
                          (long long)written.index);
        if (!result && order <= 0)
            result = step(&living, false, error);
        if (!result && order >= 0)
            result = step(&written, true, error);
    }
    store_done(&living.rows);
    store_done(&written.rows);
    return result;
}

int verify_written_names(struct walk *walk, struct error *error)
{
    struct verify *verify = walk->verify;
    int result = 0;
    for (const struct ledgered *table = ledgered_tables; !result && table->name; table++) {
        size_t i = (size_t)(table - ledgered_tables);
        if (sum_equal(&verify->all.confirmed[i], &verify->all.living[i]))
            continue;
        result = name_table(walk, table, error);
        if (!result && !findings_any(verify->findings, table->name))
            verify_differ(verify, table->name, TEXT(""), -1, "its living rows are not those that the entries tell of");
    }
    return result;
}
