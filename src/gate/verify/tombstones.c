#include "walk.h"

#include <stdio.h>

/*
 * A tombstone is a ledgered row itself: that no entry wrote it, or that it is not as it was written, is found where every
 * row is looked at. Here: what it stands for is gone, and was disposed of by two people; and one that stands for the key of
 * an entry stands for one entry. Otherwise any entry could be emptied in the name of one that was disposed of.
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
        if (!table)
            sum_add(walk->verify, &walk->tally.dead_told, TEXT(""), id, 0);
        if (!got && there)
            verify_differ(walk->verify, table ? table->name : "record_key", id, -1, "it was disposed of, and is there");
        if (!text_equal(state, TEXT("waiting")) && !text_equal(state, TEXT("final")))
            verify_differ(walk->verify, "tombstone", id, -1, "no disposal was carried out that it belongs to");
    }
    return got;
}

static int name_entries(struct walk *walk, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(walk->session,
                          "SELECT e.idx FROM entry e WHERE e.key_id IN (SELECT key_id FROM entry GROUP BY key_id HAVING count(*) > 1)"
                          " ORDER BY e.idx LIMIT 20",
                          STORE_BIND(), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        char name[32];
        snprintf(name, sizeof name, "%lld", (long long)store_int(rows, 0));
        verify_differ(walk->verify, "entry", text_of(name), store_int(rows, 0), "another entry names the same key");
        got = 0;
    }
    return got;
}

int verify_tombstones_names(struct walk *walk, struct error *error)
{
    struct verify *verify = walk->verify;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    if (sum_equal(&verify->all.dead_named, &verify->all.dead_told))
        return 0;
    int got = name_entries(walk, error);
    if (!got)
        got = store_query(walk->session,
                          "SELECT id FROM tombstone WHERE tbl = 'record_key' AND id NOT IN (SELECT key_id FROM entry) ORDER BY id LIMIT 20",
                          STORE_BIND(), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        verify_differ(verify, "tombstone", store_text(rows, 0), -1, "no entry was sealed under the key that it stands for");
        got = 0;
    }
    if (!got && !findings_any(verify->findings, "entry") && !findings_any(verify->findings, "tombstone") &&
        !findings_any(verify->findings, "record_key"))
        verify_differ(verify, "tombstone", TEXT(""), -1, "they do not stand for the entries whose keys are gone");
    return got;
}
