#include "keys.h"
#include "walk.h"

#include "vault.h"

#include <stdlib.h>
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

/* A column whose name ends in key_id is followed by what lies sealed under that key. A bit for each such column. */
static uint64_t find_sealed(const char *columns)
{
    static const char key[] = "key_id,";
    uint64_t sealed = 0;
    unsigned column = 0;
    for (const char *p = columns, *found; (found = strstr(p, key)); p = found + sizeof key - 1) {
        for (; p < found; p++)
            column += *p == ',';
        sealed |= UINT64_C(1) << column++;
    }
    return sealed;
}

/* Rows come by tables: what their columns are is looked up once for many of them. */
static uint64_t sealed_of(struct walk *walk, const struct ledgered *table)
{
    if (walk->sealed_table != table) {
        walk->sealed_table = table;
        walk->sealed = find_sealed(table->columns);
    }
    return walk->sealed;
}

static int gather_own(struct walk *walk, const struct ledgered *table, struct text row, struct text key_id,
                      struct store_rows *rows, struct error *error)
{
    for (uint64_t left = sealed_of(walk, table); left; left &= left - 1) {
        int column = __builtin_ctzll(left);
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

/* ---- a row as it lives ---- */

static int check_living(struct walk *walk, const struct listed_row *listed, struct store_rows *rows, struct error *error)
{
    const struct ledgered *table = listed->table;
    struct text content;
    int result = row_find_content(walk->arena, table, rows, listed->row_key, listed->row, &content, error);
    if (result)
        return result;
    if (!content.p)
        verify_differ(walk->verify, table->name, listed->row->key, (int64_t)listed->index, "the row is not what entry %llu recorded",
                      (unsigned long long)listed->index);
    walk->tally.confirmed[table - ledgered_tables]++;
    walk->tally.rows++;
    return gather_own(walk, table, listed->row->key, listed->key_id, rows, error);
}

static void tell_gone(struct walk *walk, const struct listed_row *listed)
{
    if (!listed->table->passing)
        verify_differ(walk->verify, listed->table->name, listed->row->key, (int64_t)listed->index,
                      "the row is gone, which entry %llu wrote", (unsigned long long)listed->index);
}

/* ---- those on which their entries have the last word, by tables ---- */

static int check_some(struct walk *walk, const struct listed_row *listed, size_t n, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    struct text id[LEDGERED_SOME];
    bool there[LEDGERED_SOME] = {false};
    for (size_t i = 0; i < n; i++)
        id[i] = listed[i].row->key;
    int got = listed->table->some(walk->session, id, n, &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct text key = store_cell(rows, 0).text;
        size_t i = 0;
        while (i < n && (there[i] || !text_equal(id[i], key)))
            i++;
        got = i < n ? check_living(walk, &listed[i], rows, error) : 0;
        if (i < n)
            there[i] = true;
    }
    for (size_t i = 0; !got && i < n; i++)
        if (!there[i])
            tell_gone(walk, &listed[i]);
    return got;
}

static int compare(const void *a, const void *b)
{
    const struct listed_row *left = a, *right = b;
    int by_table = (left->table > right->table) - (left->table < right->table);
    return by_table ? by_table : (left->index > right->index) - (left->index < right->index);
}

int verify_listed_rows(struct walk *walk, struct error *error)
{
    struct listed_row *listed = walk->listed;
    int result = 0;
    if (walk->listed_n > 1)
        qsort(listed, walk->listed_n, sizeof *listed, compare);
    for (size_t at = 0, n; !result && at < walk->listed_n; at += n) {
        for (n = 1; n < LEDGERED_SOME && at + n < walk->listed_n && listed[at + n].table == listed[at].table; n++)
            ;
        result = check_some(walk, &listed[at], n, error);
    }
    walk->listed = NULL;
    walk->listed_n = walk->listed_room = 0;
    return result;
}

static int list_row(struct walk *walk, const struct listed_row *listed, struct error *error)
{
    struct listed_row *grown = arena_more(walk->arena, walk->listed, walk->listed_n, &walk->listed_room, sizeof *grown);
    if (!grown)
        return arena_error(walk->arena, error);
    walk->listed = grown;
    walk->listed[walk->listed_n++] = *listed;
    return 0;
}

/* ---- a row that an entry lists ---- */

/* Another entry has the last word, or the index of last writes is not as it should be. */
static int check_overwritten(struct walk *walk, const struct listed_row *listed, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    const struct ledgered *table = listed->table;
    const struct ledger_row *row = listed->row;
    int64_t index = (int64_t)listed->index;
    bool disposed = false;
    int result = table->last(walk->session, row->key, &rows, error);
    if (result && result != ERROR_MISSING)
        return result;
    if (result && (result = verify_is_disposed(walk, row->table, row->key, &disposed, error)) != 0)
        return result;
    if (disposed)
        return 0;
    int64_t last = rows ? store_int(rows, (int)strlen(table->kinds)) : -1;
    if (last < index)
        verify_differ(walk->verify, table->name, row->key, index,
                      "entry %lld wrote it, but the index of last writes says otherwise", (long long)index);
    else if (last > index)
        sum_add(walk->verify, &walk->tally.earlier_told, row->table, row->key, listed->index);
    else if (store_is_null(rows, 0))
        tell_gone(walk, listed);
    else
        return check_living(walk, listed, rows, error);
    return 0;
}

int verify_row(struct walk *walk, const struct listed_row *listed, struct error *error)
{
    if (listed->table)
        return verify_has_last_word(walk, listed->row) ? list_row(walk, listed, error) : check_overwritten(walk, listed, error);
    verify_differ(walk->verify, "entry", TEXT(""), (int64_t)listed->index,
                  "entry %llu lists a row of the table %.*s, which is not ledgered", (unsigned long long)listed->index,
                  TEXT_ARGS(listed->row->table));
    return 0;
}
