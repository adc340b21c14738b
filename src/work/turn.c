#include "work/turn.h"

#include "internal.h"
#include "vault.h"
#include "work/view.h"

#include <string.h>
#include <time.h>

struct id turn_id(const struct turn *turn)
{
    return id_new(turn->now);
}

/* The process runs in the partnership's time zone: the command line sets TZ before any thread starts. */
static struct date date_at(int64_t instant)
{
    time_t seconds = (time_t)(instant / CLOCK_SECOND);
    struct tm local;
    localtime_r(&seconds, &local);
    return (struct date){local.tm_year + 1900, local.tm_mon + 1, local.tm_mday};
}

struct date turn_date(const struct turn *turn)
{
    return date_at(turn->now);
}

struct date turn_date_passed(const struct turn *turn)
{
    return date_at(turn->passed);
}

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

static int write_key(struct turn *turn, const struct turn_key *key, bool own, struct error *error)
{
    return store_run(turn->session, "INSERT INTO record_key (id, wrapped, own) VALUES ($1, $2, $3)",
                     STORE_BIND(STORE_TEXT(id_text(&key->id)), STORE_BYTES(key->wrapped, key->wrapped_n), STORE_BOOL(own)),
                     NULL, error);
}

int turn_key_write(struct turn *turn, const struct turn_key *key, struct error *error)
{
    return write_key(turn, key, false, error);
}

int turn_own_key_write(struct turn *turn, const struct turn_key *key, struct error *error)
{
    return write_key(turn, key, true, error);
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
        else
            error_set(error, ERROR_CHECK, rows[i]->table, "Tell the operator: run 'proviso ledger verify'.",
                      "the row %.*s has been altered or belongs elsewhere", TEXT_ARGS(rows[i]->row));
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

int turn_wrote(struct turn *turn, const char *table, const struct id *row, struct error *error)
{
    if (turn->written_n == turn->written_room) {
        size_t room = turn->written_room ? turn->written_room * 2 : 8;
        struct written_row *grown =
            arena_grow(turn->arena, turn->written, turn->written_room, room, sizeof *turn->written);
        if (!grown)
            return arena_error(turn->arena, error);
        turn->written = grown;
        turn->written_room = room;
    }
    turn->written[turn->written_n++] = (struct written_row){table, *row};
    return 0;
}

void *view_row(struct view_rows *rows)
{
    if (rows->n == rows->room) {
        size_t room = rows->room ? rows->room * 2 : 8;
        char *grown = arena_grow(rows->arena, rows->item, rows->room, room, rows->row_size);
        if (!grown)
            return NULL;
        rows->item = grown;
        rows->room = room;
    }
    return rows->item + rows->n++ * rows->row_size;
}

void *row_at(const struct view_rows *rows, size_t index)
{
    return rows->item + index * rows->row_size;
}

struct sealed_row *openings_add(struct turn *turn, struct openings *openings, const char *table, struct text row,
                                struct text sealed, struct text wrapped)
{
    if (openings->n == openings->room) {
        size_t room = openings->room ? openings->room * 2 : 8;
        struct sealed_row *grown =
            arena_grow(turn->arena, openings->row, openings->room, room, sizeof *openings->row);
        if (!grown)
            return NULL;
        openings->row = grown;
        openings->room = room;
    }
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

struct id column_id(struct store_rows *rows, int column)
{
    struct id id;
    id_parse(store_text(rows, column), &id);
    return id;
}

int notice_raise(struct turn *turn, const struct id *notice, const struct id *post, const char *kind,
                 const struct id *about, struct error *error)
{
    int result = store_run(turn->session,
                           "INSERT INTO notice (id, post_id, kind, about, raised_at) VALUES ($1, $2, $3, $4, $5)",
                           STORE_BIND(STORE_TEXT(id_text(notice)), STORE_TEXT(id_text(post)), STORE_STRING(kind),
                                      STORE_TEXT(id_text(about)), STORE_INT(turn->now)),
                           NULL, error);
    return result ? result : turn_wrote(turn, "notice", notice, error);
}
