#include "walk.h"

#include <stdio.h>

int verify_row(struct walk *walk, uint64_t index, const struct ledger_entry *entry, const struct ledger_row *row,
                     struct error *error)
{
    char name[64];
    snprintf(name, sizeof name, "%.*s", TEXT_ARGS(row->table));
    const struct ledgered *table = ledgered_find(name);
    if (!table) {
        verify_differ(walk, NULL, "entry %llu: lists a row of the table %s, which is not ledgered", (unsigned long long)index, name);
        return 0;
    }
    int64_t last = 0;
    int result = store_one_int(walk->session, "SELECT idx FROM written WHERE tbl = $1 AND id = $2",
                               STORE_BIND(STORE_TEXT(row->table), STORE_TEXT(row->key)), &last, error);
    if (result == ERROR_MISSING || (!result && (uint64_t)last < index)) {
        verify_differ(walk, table, "%s %.*s: entry %llu wrote it, but the index of last writes says otherwise", name,
               TEXT_ARGS(row->key), (unsigned long long)index);
        return 0;
    }
    if (result || (uint64_t)last > index)
        return result; /* a later entry has the last word */
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    struct text content;
    result = table->one(walk->session, row->key, &rows, error);
    if (result == ERROR_MISSING) {
        verify_differ(walk, table, "%s %.*s: the row is gone", name, TEXT_ARGS(row->key));
        return 0;
    }
    struct ledger_hash row_key = ledger_row_key(entry->salt);
    if (!result)
        result = row_find_content(walk->arena, table, rows, &row_key, row, &content, error);
    if (result)
        return result;
    if (!content.p)
        verify_differ(walk, table, "%s %.*s: the row is not what entry %llu recorded", name, TEXT_ARGS(row->key),
               (unsigned long long)index);
    walk->report->rows++;
    return 0;
}

int verify_strays(struct walk *walk, struct error *error)
{
    for (const struct ledgered *table = ledgered_tables; table->name; table++) {
        STORE_ROWS_SCOPE struct store_rows *rows = NULL;
        int got = table->all(walk->session, &rows, error);
        while (!got && (got = store_next(rows, error)) > 0) {
            int64_t idx = -1;
            struct text id = store_text(rows, 0);
            got = store_one_int(walk->session, "SELECT idx FROM written WHERE tbl = $1 AND id = $2",
                                STORE_BIND(STORE_STRING(table->name), STORE_TEXT(id)), &idx, error);
            if (got == ERROR_MISSING || (!got && (uint64_t)idx >= walk->size)) {
                verify_differ(walk, table, "%s %.*s: no entry ever wrote this row", table->name, TEXT_ARGS(id));
                got = 0;
            }
        }
        if (got)
            return got;
    }
    int64_t stray = 0;
    int result = store_one_int(walk->session,
                               "SELECT count(*) FROM look WHERE NOT EXISTS (SELECT 1 FROM entry WHERE entry.idx = look.idx)",
                               STORE_BIND(), &stray, error);
    if (!result && stray)
        verify_differ(walk, NULL, "look: %lld looks belong to no entry", (long long)stray);
    return result;
}
