#include "walk.h"

#include <string.h>

/* ---- rows under keys of their own ---- */

/* Together where all open; one by one where they do not, to tell which. */
int verify_own_rows(struct walk *walk, struct error *error)
{
    struct text wrapped[VERIFY_TOGETHER];
    uint8_t plain[VERIFY_TOGETHER][TURN_KEY_SIZE];
    struct error why;
    size_t n = 0;
    int result = 0;
    for (size_t i = 0; !result && i < walk->owns; i++) {
        struct own_row *own = &walk->own[i];
        STORE_ROWS_SCOPE struct store_rows *rows = NULL;
        result = store_one(walk->session, "SELECT wrapped, own FROM record_key WHERE id = $1",
                           STORE_BIND(STORE_TEXT(own->key_id)), &rows, error);
        if (result == ERROR_MISSING) {
            verify_differ(walk->verify, own->table->name, own->row, -1, "the key of the row is gone");
            result = 0;
            continue;
        }
        if (result)
            break;
        if (store_int(rows, 1))
            sum_add(walk->verify, &walk->tally.own_named, TEXT(""), own->key_id, 0);
        wrapped[n] = store_bytes_in(rows, 0, walk->arena);
        walk->own[n++] = *own;
    }
    walk->owns = 0;
    if (result || n == 0)
        return result;
    int together = keys_open(walk->gate, n, wrapped, plain, &why);
    for (size_t i = 0; !result && i < n; i++) {
        const struct own_row *own = &walk->own[i];
        struct text bound = arena_format(walk->arena, "%s/%.*s", own->table->name, TEXT_ARGS(own->row)), body;
        int one = together ? keys_open(walk->gate, 1, &wrapped[i], &plain[i], &why) : 0;
        if (!one)
            one = vault_record_open(walk->arena, plain[i], bound, own->sealed, &body, &why);
        if (one == ERROR_SYSTEM || arena_exhausted(walk->arena)) {
            *error = why;
            result = one;
        } else if (one) {
            verify_differ(walk->verify, own->table->name, own->row, -1, "its key in record_key does not open it: %s", why.what);
        }
    }
    bytes_wipe(plain, sizeof plain);
    return result;
}

/* A column whose name ends in key_id is followed by what lies sealed under that key. `column` begins at 0. */
static bool next_sealed(const char **columns, int *column)
{
    static const char key[] = "key_id,";
    const char *found = strstr(*columns, key);
    if (!found)
        return false;
    for (const char *p = *columns; p < found; p++)
        *column += *p == ',';
    *columns = found + sizeof key - 2; /* the comma is counted when it is passed */
    return true;
}

static int gather_own(struct walk *walk, const struct ledgered *table, struct text row, struct text key_id,
                      struct store_rows *rows, struct error *error)
{
    const char *columns = table->columns;
    int column = 0;
    while (next_sealed(&columns, &column)) {
        const struct store_value own = store_cell(rows, column);
        if (own.is_null || text_equal(own.text, key_id))
            continue;
        walk->own[walk->owns++] = (struct own_row){.table = table,
                                                   .row = arena_text(walk->arena, row),
                                                   .sealed = store_bytes_in(rows, column + 1, walk->arena),
                                                   .key_id = arena_text(walk->arena, own.text)};
        if (arena_exhausted(walk->arena))
            return arena_error(walk->arena, error);
        int result = walk->owns == VERIFY_TOGETHER ? verify_own_rows(walk, error) : 0;
        if (result)
            return result;
    }
    return 0;
}

/* ---- a row that an entry lists ---- */

/* The row as it lives, if the index of last writes says that this entry wrote it last; with the number of who did, if not. */
static int find_row(struct walk *walk, const struct ledgered *table, const struct ledger_row *row, uint64_t index,
                    struct store_rows **rows, int64_t *last, struct error *error)
{
    *last = (int64_t)index;
    if (verify_has_last_word(walk, row))
        return table->one(walk->session, row->key, rows, error);
    int result = table->last(walk->session, row->key, rows, error);
    *last = result ? -1 : store_int(*rows, (int)strlen(table->kinds));
    return result;
}

int verify_row(struct walk *walk, uint64_t index, struct text key_id, const struct ledger_hash *row_key,
               const struct ledger_row *row, struct error *error)
{
    struct verify *verify = walk->verify;
    const struct ledgered *table = ledgered_named(row->table);
    if (!table) {
        verify_differ(verify, "entry", TEXT(""), (int64_t)index,
                      "entry %llu lists a row of the table %.*s, which is not ledgered", (unsigned long long)index,
                      TEXT_ARGS(row->table));
        return 0;
    }
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    struct text content;
    int64_t last;
    bool disposed = false;
    int result = find_row(walk, table, row, index, &rows, &last, error);
    if (result && result != ERROR_MISSING)
        return result;
    if (last == (int64_t)index && (result || store_is_null(rows, 0))) {
        if (!table->passing)
            verify_differ(verify, table->name, row->key, last, "the row is gone, which entry %llu wrote", (unsigned long long)index);
        return 0;
    }
    if (result == ERROR_MISSING && (result = verify_is_disposed(walk, row->table, row->key, &disposed, error)) == 0)
        result = disposed ? 0 : ERROR_MISSING;
    if (disposed || (result && result != ERROR_MISSING))
        return result;
    if (result == ERROR_MISSING || last < (int64_t)index) {
        verify_differ(verify, table->name, row->key, (int64_t)index,
                      "entry %llu wrote it, but the index of last writes says otherwise", (unsigned long long)index);
        return 0;
    }
    if (last > (int64_t)index) { /* a later entry has the last word */
        sum_add(verify, &walk->tally.earlier_told, row->table, row->key, index);
        return 0;
    }
    result = row_find_content(walk->arena, table, rows, row_key, row, &content, error);
    if (result)
        return result;
    if (!content.p)
        verify_differ(verify, table->name, row->key, (int64_t)index, "the row is not what entry %llu recorded",
                      (unsigned long long)index);
    walk->tally.confirmed[table - ledgered_tables]++;
    walk->tally.rows++;
    return gather_own(walk, table, row->key, key_id, rows, error);
}
