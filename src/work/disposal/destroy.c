#include "inside.h"

#include <stdlib.h>
#include <string.h>

/*
 * Rows go with their keys. A key that only one row or one case's rows are sealed under goes with them. The key of an
 * entry goes, and the entry's sealed body with it, when the last row that it wrote has gone: until then it still proves the others.
 */

struct entry {
    int64_t idx;
    struct id key;
};
struct entries {
    struct entry *item;
    size_t n, room;
};

/* ---- which entries wrote them ---- */

static int add_entry(struct turn *turn, struct entries *entries, int64_t idx, struct error *error)
{
    entries->item = arena_more(turn->arena, entries->item, entries->n, &entries->room, sizeof *entries->item);
    if (!entries->item)
        return arena_error(turn->arena, error);
    entries->item[entries->n++].idx = idx;
    return 0;
}

static int find_writers(struct turn *turn, const struct doomed *row, struct entries *entries, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT idx FROM written WHERE tbl = $1 AND id = $2"
                          " UNION ALL SELECT idx FROM overwritten WHERE tbl = $1 AND id = $2",
                          STORE_BIND(STORE_STRING(row->table), STORE_TEXT(id_text(&row->id))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0)
        got = add_entry(turn, entries, store_int(rows, 0), error);
    return got;
}

static int by_idx(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return (x->idx > y->idx) - (x->idx < y->idx);
}

/* Each once, with its key. */
static int find_entries(struct turn *turn, const struct doom *doom, struct entries *entries, struct error *error)
{
    int result = 0;
    *entries = (struct entries){.n = 0};
    for (size_t i = 0; !result && i < doom->n; i++)
        result = find_writers(turn, &doom->row[i], entries, error);
    if (result || entries->n == 0)
        return result;
    qsort(entries->item, entries->n, sizeof *entries->item, by_idx);
    size_t n = 1;
    for (size_t i = 1; i < entries->n; i++)
        if (entries->item[i].idx != entries->item[n - 1].idx)
            entries->item[n++].idx = entries->item[i].idx;
    entries->n = n;
    for (size_t i = 0; !result && i < n; i++) {
        STORE_ROWS_SCOPE struct store_rows *rows = NULL;
        result = store_one(turn->session, "SELECT key_id FROM entry WHERE idx = $1", STORE_BIND(STORE_INT(entries->item[i].idx)),
                           &rows, error);
        if (!result)
            entries->item[i].key = column_id(rows, 0);
        else if (result == ERROR_MISSING)
            result = error_set(error, ERROR_SYSTEM, "entry", "Tell the operator: run 'proviso ledger verify'.",
                               "an entry of the record is missing");
    }
    return result;
}

/* ---- destroying ---- */

/* A key of its own goes with the row; an entry's is judged when all rows have gone. */
static int forget_key(struct turn *turn, const struct id *key, struct error *error)
{
    return id_is_set(key) ? store_run(turn->session, "DELETE FROM record_key WHERE id = $1 AND own = 1",
                                      STORE_BIND(STORE_TEXT(id_text(key))), NULL, error)
                          : 0;
}

static int bury(struct turn *turn, const struct id *disposal, const char *table, const struct id *id, struct error *error)
{
    int result = store_run(turn->session, "INSERT INTO tombstone (id, disposal_id, tbl) VALUES ($1, $2, $3)",
                           STORE_BIND(STORE_TEXT(id_text(id)), STORE_TEXT(id_text(disposal)), STORE_STRING(table)), NULL, error);
    return result ? result : turn_wrote(turn, "tombstone", id, error);
}

/* The plain rows that hang on one. */
static int forget_index(struct turn *turn, const struct doomed *row, struct error *error)
{
    const struct store_value id = STORE_TEXT(id_text(&row->id));
    int result = 0;
    if (strcmp(row->table, "subject") == 0) {
        result = store_run(turn->session, "DELETE FROM subject_trigram WHERE subject_id = $1", STORE_BIND(id), NULL, error);
        if (!result)
            result = store_run(turn->session, "DELETE FROM subject_trigram_2 WHERE subject_id = $1", STORE_BIND(id), NULL, error);
    } else if (strcmp(row->table, "case_file") == 0) {
        result = store_run(turn->session,
                           "INSERT INTO policy_case_gone (effect_id, case_id) SELECT effect_id, case_id FROM policy_case WHERE case_id = $1",
                           STORE_BIND(id), NULL, error);
        if (!result)
            result = store_run(turn->session, "DELETE FROM policy_case WHERE case_id = $1", STORE_BIND(id), NULL, error);
    } else if (strcmp(row->table, "document") == 0) {
        result = store_run(turn->session,
                           "INSERT INTO payload_due (payload) SELECT payload FROM document WHERE id = $1 ON CONFLICT DO NOTHING",
                           STORE_BIND(id), NULL, error);
    }
    return result;
}

/* What others refer to comes after those that refer to it. */
#define IN_ORDER(X)                                                                                            \
    X(notice) X(parcel) X(pickup) X(receipt) X(share_item) X(share_document) X(share) X(decision_together) X(decision)   \
    X(item) X(document) X(need_to_know) X(legal_hold) X(case_file) X(subject)

#define DELETER(name)                                                                                          \
    static int delete_##name(struct store_session *session, struct text id, struct error *error)               \
    {                                                                                                          \
        return store_run(session, "DELETE FROM " #name " WHERE id = $1", STORE_BIND(STORE_TEXT(id)), NULL, error); \
    }
IN_ORDER(DELETER)
#define ORDERED(name) {#name, delete_##name},
static const struct {
    const char *table;
    int (*delete_row)(struct store_session *session, struct text id, struct error *error);
} in_order[] = {IN_ORDER(ORDERED)};

static int destroy_row(struct turn *turn, const struct id *disposal, const struct doomed *row, size_t order,
                       struct error *error)
{
    const struct store_value table = STORE_STRING(row->table), id = STORE_TEXT(id_text(&row->id));
    int result = forget_index(turn, row, error);
    if (!result)
        result = in_order[order].delete_row(turn->session, id_text(&row->id), error);
    if (!result)
        result = store_run(turn->session, "DELETE FROM written WHERE tbl = $1 AND id = $2", STORE_BIND(table, id), NULL, error);
    if (!result)
        result = store_run(turn->session, "DELETE FROM overwritten WHERE tbl = $1 AND id = $2", STORE_BIND(table, id), NULL, error);
    if (!result)
        result = forget_key(turn, &row->key, error);
    if (!result)
        result = forget_key(turn, &row->second_key, error);
    return result ? result : bury(turn, disposal, row->table, &row->id, error);
}

static int destroy_entry(struct turn *turn, const struct id *disposal, const struct entry *entry, struct error *error)
{
    int64_t living = 0;
    int result = store_one_int(turn->session,
                               "SELECT (SELECT count(*) FROM written WHERE idx = $1)"
                               " + (SELECT count(*) FROM overwritten WHERE idx = $1)",
                               STORE_BIND(STORE_INT(entry->idx)), &living, error);
    if (result || living)
        return result;
    result = store_run(turn->session, "DELETE FROM record_key WHERE id = $1", STORE_BIND(STORE_TEXT(id_text(&entry->key))),
                       NULL, error);
    if (!result)
        result = store_run(turn->session, "UPDATE entry SET sealed = $2 WHERE idx = $1",
                           STORE_BIND(STORE_INT(entry->idx), STORE_BYTES("", 0)), NULL, error);
    return result ? result : bury(turn, disposal, "record_key", &entry->key, error);
}

static int empty_pickup(struct turn *turn, const struct id *pickup, struct error *error)
{
    int result = store_run(turn->session,
                           "UPDATE pickup SET parcel = $2, expires_at = CASE WHEN expires_at < $3 THEN expires_at ELSE $3 END"
                           " WHERE id = $1",
                           STORE_BIND(STORE_TEXT(id_text(pickup)), STORE_BYTES("", 0), STORE_INT(turn->now)), NULL, error);
    return result ? result : turn_wrote(turn, "pickup", pickup, error);
}

int doom_carry_out(struct turn *turn, const struct id *disposal, const struct doom *doom, struct error *error)
{
    struct entries entries;
    int result = find_entries(turn, doom, &entries, error);
    for (size_t i = 0; !result && i < doom->pickups; i++)
        result = empty_pickup(turn, &doom->pickup[i], error);
    for (size_t order = 0; !result && order < sizeof in_order / sizeof *in_order; order++)
        for (size_t i = 0; !result && i < doom->n; i++)
            if (strcmp(doom->row[i].table, in_order[order].table) == 0)
                result = destroy_row(turn, disposal, &doom->row[i], order, error);
    for (size_t i = 0; !result && i < entries.n; i++)
        result = destroy_entry(turn, disposal, &entries.item[i], error);
    return result;
}
