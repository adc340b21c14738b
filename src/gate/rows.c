#include "rows.h"

#include "gate/account.h"
#include "gate/backup.h"
#include "work.h"

/* The gate's own ledgered tables: as work/schema.h tells. Counters of failures are not part of the record. */
#define GATE_LEDGERED(X)                                                                                       \
    X(account, "id, post_id, login, password, added_at", "tttti")                                              \
    X(restoration, "id, at, made_at, entries, bytes, seen, old_log, new_log, restored_by, reason", "tiiiiitttt")

/* Its key in the record is `ref`: `id` is no id but the hash of a secret. When it was last used is not part of it. */
#define SESSION_COLUMNS "ref, id, account_id, kind, form_token, label, created_at, expires_at"

/* Those after the first n are NULL, which is no row's key. */
static struct store_values bind_some(struct store_value value[LEDGERED_SOME], const struct text *id, size_t n)
{
    for (size_t i = 0; i < LEDGERED_SOME; i++)
        value[i] = STORE_TEXT_IF(i < n, i < n ? id[i] : TEXT(""));
    return (struct store_values){value, LEDGERED_SOME};
}
#define SOME "($1), ($2), ($3), ($4), ($5), ($6), ($7), ($8), ($9), ($10), ($11), ($12), ($13), ($14), ($15), ($16)"

#define READERS(table, key, columns)                                                                           \
    static int one_##table(struct store_session *session, struct text id, struct store_rows **rows,            \
                           struct error *error)                                                                \
    {                                                                                                          \
        return store_one(session, "SELECT " columns " FROM " #table " WHERE " key " = $1",                     \
                         STORE_BIND(STORE_TEXT(id)), rows, error);                                             \
    }                                                                                                          \
    static int some_##table(struct store_session *session, const struct text *id, size_t n,                    \
                            struct store_rows **rows, struct error *error)                                     \
    {                                                                                                          \
        struct store_value value[LEDGERED_SOME];                                                               \
        return store_query(session,                                                                            \
                           "SELECT " columns " FROM (VALUES " SOME ") v CROSS JOIN " #table                    \
                           " WHERE " key " = v.column1",                                                       \
                           bind_some(value, id, n), rows, error);                                              \
    }                                                                                                          \
    static int last_##table(struct store_session *session, struct text id, struct store_rows **rows,           \
                            struct error *error)                                                               \
    {                                                                                                          \
        return store_one(session,                                                                              \
                         "SELECT x.*, w.idx FROM written w LEFT JOIN (SELECT " columns " FROM " #table ") x"   \
                         " ON x." key " = w.id WHERE w.tbl = '" #table "' AND w.id = $1",                      \
                         STORE_BIND(STORE_TEXT(id)), rows, error);                                             \
    }                                                                                                          \
    static int count_##table(struct store_session *session, int64_t *n, struct error *error)                   \
    {                                                                                                          \
        return store_one_int(session, "SELECT count(*) FROM " #table, STORE_BIND(), n, error);                 \
    }                                                                                                          \
    static int strays_##table(struct store_session *session, struct store_rows **rows, struct error *error)    \
    {                                                                                                          \
        return store_query(session,                                                                            \
                           "SELECT " key " FROM " #table                                                       \
                           " WHERE " key " NOT IN (SELECT id FROM written WHERE tbl = '" #table "')",          \
                           STORE_BIND(), rows, error);                                                         \
    }
#define READERS_BY_ID(table, columns, kinds) READERS(table, "id", columns)
WORK_LEDGERED(READERS_BY_ID)
GATE_LEDGERED(READERS_BY_ID)
WORK_PASSING(READERS_BY_ID)
READERS(session, "ref", SESSION_COLUMNS)

#define LEDGERED(table, columns, kinds, passing) \
    {#table, columns, kinds, passing, one_##table, some_##table, last_##table, count_##table, strays_##table},
#define ROW(table, columns, kinds) LEDGERED(table, columns, kinds, false)
#define PASSING(table, columns, kinds) LEDGERED(table, columns, kinds, true)
const struct ledgered ledgered_tables[] = {
    WORK_LEDGERED(ROW) GATE_LEDGERED(ROW) WORK_PASSING(PASSING) PASSING(session, SESSION_COLUMNS, "tttittii"){0}};
_Static_assert(sizeof ledgered_tables / sizeof *ledgered_tables <= LEDGERED_MOST + 1, "as the header says");

const struct ledgered *ledgered_named(struct text name)
{
    for (const struct ledgered *table = ledgered_tables; table->name; table++)
        if (text_equal(name, text_of(table->name)))
            return table;
    return NULL;
}

const struct ledgered *ledgered_find(const char *name)
{
    return ledgered_named(text_of(name));
}

/*
 * Each column: its kind's letter, then 'n' for NULL or its value; texts with their length before them. Bytes are told by
 * their hash ('h'), so that a row can be shown to somebody without what lies sealed in it; whole ('b') in what was
 * recorded before that was so.
 */
static int write_content(struct arena *arena, const struct ledgered *table, struct store_rows *rows, bool whole,
                         struct text *content, struct error *error)
{
    struct buffer b = buffer_in(arena);
    for (int i = 0; table->kinds[i]; i++) {
        const struct store_value value = store_cell(rows, i);
        char kind = value.is_null ? 'n' : table->kinds[i];
        buffer_char(&b, kind == 'b' && !whole ? 'h' : kind);
        if (kind == 'i')
            buffer_u64(&b, (uint64_t)value.integer);
        if (kind == 'b' && !whole) {
            struct ledger_hash hash = ledger_hash_leaf(value.text);
            buffer_bytes(&b, hash.byte, sizeof hash.byte);
        } else if (kind == 't' || kind == 'b') {
            buffer_u64(&b, value.text.n);
            buffer_text(&b, value.text);
        }
    }
    *content = buffer_result(&b);
    return buffer_failed(&b) ? arena_error(arena, error) : 0;
}

int row_content(struct arena *arena, const struct ledgered *table, struct store_rows *rows, struct text *content,
                struct error *error)
{
    return write_content(arena, table, rows, false, content, error);
}

int row_find_content(struct arena *arena, const struct ledgered *table, struct store_rows *rows,
                     const struct ledger_hash *row_key, const struct ledger_row *row, struct text *content,
                     struct error *error)
{
    for (int whole = 0; whole < 2; whole++) {
        int result = write_content(arena, table, rows, whole, content, error);
        if (result)
            return result;
        struct ledger_hash digest = ledger_row_digest_by(row_key, row->table, row->key, *content);
        if (ledger_hash_equal(&digest, &row->digest))
            return 0;
    }
    *content = (struct text){NULL, 0};
    return 0;
}

struct text look_content(struct arena *arena, int64_t seq, int64_t at, struct text account, struct text post,
                         struct text view, struct text about, struct text case_id)
{
    const struct text part[] = {account, post, view, about, case_id};
    struct buffer b = buffer_in(arena);
    buffer_u64(&b, (uint64_t)seq);
    buffer_u64(&b, (uint64_t)at);
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        buffer_u64(&b, part[i].n);
        buffer_text(&b, part[i]);
    }
    return buffer_result(&b);
}
