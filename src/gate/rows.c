#include "inside.h"

#include <string.h>

/* The gate's own ledgered tables: as work/schema.h tells. Counters of failures are not part of the record. */
#define GATE_LEDGERED(X) X(account, "id, post_id, login, password, added_at", "tttti")

#define READERS(table, columns, kinds)                                                                         \
    static int one_##table(struct store_session *session, struct text id, struct store_rows **rows,            \
                           struct error *error)                                                                \
    {                                                                                                          \
        return store_one(session, "SELECT " columns " FROM " #table " WHERE id = $1",                          \
                         STORE_BIND(STORE_TEXT(id)), rows, error);                                             \
    }                                                                                                          \
    static int all_##table(struct store_session *session, struct store_rows **rows, struct error *error)       \
    {                                                                                                          \
        return store_query(session, "SELECT " columns " FROM " #table " ORDER BY id", STORE_BIND(), rows,      \
                           error);                                                                             \
    }
WORK_LEDGERED(READERS)
GATE_LEDGERED(READERS)

#define ROW(table, columns, kinds) {#table, kinds, one_##table, all_##table},
const struct ledgered ledgered_tables[] = {WORK_LEDGERED(ROW) GATE_LEDGERED(ROW){NULL, NULL, NULL, NULL}};

const struct ledgered *ledgered_find(const char *name)
{
    for (const struct ledgered *table = ledgered_tables; table->name; table++)
        if (strcmp(table->name, name) == 0)
            return table;
    return NULL;
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
        char kind = store_is_null(rows, i) ? 'n' : table->kinds[i];
        buffer_char(&b, kind == 'b' && !whole ? 'h' : kind);
        if (kind == 'i')
            buffer_u64(&b, (uint64_t)store_int(rows, i));
        if (kind == 'b' && !whole) {
            struct ledger_hash hash = ledger_hash_leaf(store_bytes(rows, i));
            buffer_bytes(&b, hash.byte, sizeof hash.byte);
        } else if (kind == 't' || kind == 'b') {
            struct text value = kind == 'b' ? store_bytes(rows, i) : store_text(rows, i);
            buffer_u64(&b, value.n);
            buffer_text(&b, value);
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
