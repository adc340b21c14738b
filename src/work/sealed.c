#include "internal.h"
#include "vault.h"

/* What lies sealed: sealing a row, opening many at once, the members of what was opened. */

/* What a sealed row is bound to: its place. */
static struct text place(struct arena *arena, const char *table, struct text row)
{
    return arena_format(arena, "%s/%.*s", table, TEXT_ARGS(row));
}

int turn_seal_with(struct turn *turn, const struct turn_key *key, const char *table, const struct id *row,
                   struct text plain, struct text *sealed, struct error *error)
{
    struct text bound = place(turn->arena, table, id_text(row));
    if (!bound.p)
        return arena_error(turn->arena, error);
    return vault_record_seal(turn->arena, key->plain, bound, plain, sealed, error);
}

int turn_seal(struct turn *turn, const char *table, const struct id *row, struct text plain, struct text *sealed,
              struct error *error)
{
    return turn_seal_with(turn, &turn->key, table, row, plain, sealed, error);
}

int turn_seal_under(struct turn *turn, struct turn_key *key, const char *table, const struct id *row, struct text plain,
                    struct text *sealed, struct error *error)
{
    int result = turn->fresh_key(turn->opener, turn->now, key, error);
    return result ? result : turn_seal_with(turn, key, table, row, plain, sealed, error);
}

static int altered(const char *table, struct text row, struct error *error)
{
    return error_set(error, ERROR_CHECK, table, "Tell the operator: run 'proviso ledger verify'.",
                     "the row %.*s has been altered or belongs elsewhere", TEXT_ARGS(row));
}

int turn_open_bytes(struct turn *turn, const char *table, const struct id *row, struct text sealed, struct text wrapped,
                    struct text *plain, struct error *error)
{
    uint8_t key[1][TURN_KEY_SIZE];
    struct text bound = place(turn->arena, table, id_text(row));
    if (!wrapped.n)
        return error_set(error, ERROR_MISSING, table, "", "it was destroyed");
    if (!bound.p)
        return arena_error(turn->arena, error);
    int result = turn->open_keys(turn->opener, 1, &wrapped, key, error);
    if (!result && (result = vault_record_open(turn->arena, key[0], bound, sealed, plain, error)) == ERROR_CHECK)
        altered(table, id_text(row), error);
    bytes_wipe(key, sizeof key);
    return result;
}

enum { TOGETHER = 64 };

static int open_some(struct turn *turn, struct sealed_row **rows, size_t n, struct error *error)
{
    struct text wrapped[TOGETHER];
    uint8_t plain[TOGETHER][TURN_KEY_SIZE];
    for (size_t i = 0; i < n; i++)
        wrapped[i] = rows[i]->wrapped;
    int result = turn->open_keys(turn->opener, n, wrapped, plain, error);
    for (size_t i = 0; result == 0 && i < n; i++) {
        struct text bound = place(turn->arena, rows[i]->table, rows[i]->row), json;
        if (!bound.p)
            result = arena_error(turn->arena, error);
        else if (!(result = vault_record_open(turn->arena, plain[i], bound, rows[i]->sealed, &json, error)))
            result = json_read(turn->arena, json, rows[i]->table, &rows[i]->plain, error);
        else if (result != ERROR_SYSTEM)
            result = altered(rows[i]->table, rows[i]->row, error);
    }
    bytes_wipe(plain, sizeof plain);
    return result;
}

int turn_open(struct turn *turn, struct sealed_row *rows, size_t n, struct error *error)
{
    struct sealed_row *waiting[TOGETHER];
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        rows[i].plain = NULL;
        if (rows[i].wrapped.n && rows[i].sealed.n)
            waiting[count++] = &rows[i];
        if (count == TOGETHER || (count && i + 1 == n)) {
            int result = open_some(turn, waiting, count, error);
            if (result)
                return result;
            count = 0;
        }
    }
    return 0;
}

struct sealed_row *openings_add(struct turn *turn, struct openings *openings, const char *table, struct text row,
                                struct text sealed, struct text wrapped)
{
    struct sealed_row *grown = arena_more(turn->arena, openings->row, openings->n, &openings->room, sizeof *grown);
    if (!grown)
        return NULL;
    openings->row = grown;
    struct sealed_row *added = &openings->row[openings->n++];
    *added = (struct sealed_row){.table = table,
                                 .row = arena_text(turn->arena, row),
                                 .sealed = arena_text(turn->arena, sealed),
                                 .wrapped = arena_text(turn->arena, wrapped)};
    return arena_exhausted(turn->arena) ? NULL : added;
}

struct text plain_text(const struct sealed_row *row, const char *name)
{
    return json_text(json_get(row->plain, name));
}

int64_t plain_int(const struct sealed_row *row, const char *name)
{
    const struct json *value = json_get(row->plain, name);
    int64_t number = 0;
    if (json_is(value, JSON_NUMBER))
        text_to_int64(value->text, &number);
    return number;
}

struct date plain_date(const struct sealed_row *row, const char *name)
{
    struct date date = {0, 0, 0};
    date_parse(plain_text(row, name), &date);
    return date;
}

struct json_object plain_object(const struct sealed_row *row, const char *name)
{
    struct text text = plain_text(row, name);
    return (struct json_object){text.n ? text : TEXT("{}")};
}
