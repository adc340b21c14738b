#include "walk.h"

/*
 * A tombstone is a ledgered row itself: that no entry wrote it, or that it is not as it was written, is found where every
 * row is looked at. Here: what it stands for is gone, and was disposed of by two people.
 */

int verify_is_disposed(struct walk *walk, struct text table, struct text id, bool *disposed, struct error *error)
{
    int64_t n = 0;
    int result = store_one_int(walk->session, "SELECT count(*) FROM tombstone WHERE id = $1 AND tbl = $2",
                               STORE_BIND(STORE_TEXT(id), STORE_TEXT(table)), &n, error);
    *disposed = n > 0;
    return result;
}

/* A key, or a row of a ledgered table: is it there? */
static int find(struct walk *walk, const struct ledgered *table, struct text id, bool *there, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = table ? table->one(walk->session, id, &rows, error)
                       : store_one(walk->session, "SELECT id FROM record_key WHERE id = $1", STORE_BIND(STORE_TEXT(id)), &rows, error);
    *there = result == 0;
    return result == ERROR_MISSING ? 0 : result;
}

int verify_tombstones(struct walk *walk, const struct task *task, struct error *error)
{
    (void)task;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(walk->session,
                          "SELECT t.id, t.tbl, d.state FROM tombstone t LEFT JOIN disposal d ON d.id = t.disposal_id ORDER BY t.id",
                          STORE_BIND(), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        bool there = false;
        struct text id = store_text(rows, 0), name = store_text(rows, 1), state = store_text(rows, 2);
        const struct ledgered *table = ledgered_named(name);
        got = 0;
        if (!table && !text_equal(name, TEXT("record_key")))
            verify_differ(walk->verify, "tombstone", id, -1, "it stands for a row of %.*s, which is no table of the record",
                          TEXT_ARGS(name));
        else
            got = find(walk, table, id, &there, error);
        if (!got && there)
            verify_differ(walk->verify, table ? table->name : "record_key", id, -1, "it was disposed of, and is there");
        if (!text_equal(state, TEXT("waiting")) && !text_equal(state, TEXT("final")))
            verify_differ(walk->verify, "tombstone", id, -1, "no disposal was carried out that it belongs to");
    }
    return got;
}
