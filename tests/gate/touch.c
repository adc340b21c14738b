#include "touch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sqlite3.h>
#include <cmocka.h>

struct touch {
    const struct ledgered *table;
    struct sqlite3 *db; /* to see what refers to what */
    struct text key;    /* written again; empty: a new row */
    const char *column;
    char kind;
};

struct touch_ready {
    struct text sql; /* of its own, and never freed: sessions keep statements by their address */
    struct id id;
};

struct touched {
    struct id id;
};

bool touch_next(const struct ledgered *table, struct touch_column *column)
{
    const char *name = column->rest ? column->rest : table->columns;
    size_t n = strcspn(name, ",");
    if (n == 0)
        return false;
    snprintf(column->name, sizeof column->name, "%.*s", (int)n, name);
    column->kind = table->kinds[column->rest ? column->at + 1 : 0];
    column->at = column->rest ? column->at + 1 : 0;
    column->rest = name + n + strspn(name + n, ", ");
    return true;
}

struct text touch_refers(struct sqlite3 *db, struct arena *arena, const char *table, const char *column)
{
    sqlite3_stmt *statement;
    struct text found = {"", 0};
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT \"table\" FROM pragma_foreign_key_list($1) WHERE \"from\" = $2", -1,
                                        &statement, NULL), SQLITE_OK);
    sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, column, -1, SQLITE_STATIC);
    if (sqlite3_step(statement) == SQLITE_ROW)
        found = arena_text(arena, text_of((const char *)sqlite3_column_text(statement, 0)));
    sqlite3_finalize(statement);
    return found;
}

static bool ends_in(const char *name, const char *end)
{
    size_t n = strlen(name), m = strlen(end);
    return n >= m && strcmp(name + n - m, end) == 0;
}

/* Columns whose words mean something to who verifies. */
static const char *meaning(const char *table, const char *column)
{
    static const char *const known[][3] = {{"tombstone", "tbl", "item"}, {"disposal", "state", "final"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(table, known[i][0]) == 0 && strcmp(column, known[i][1]) == 0)
            return known[i][2];
    return NULL;
}

/* What stands in one column of a new row, as SQL. */
static void put_value(struct turn *turn, const struct touch *in, const struct touch_column *column, const struct id *id,
                      bool sealed, struct buffer *sql)
{
    struct text refers = touch_refers(in->db, turn->arena, in->table->name, column->name), content = TEXT("some bytes");
    struct error error;
    struct id other = id_new(turn->now);
    if (column->at == 0)
        buffer_format(sql, "'%s'", id->text);
    else if (refers.n) /* one that nothing refers to yet, for where that must be so */
        buffer_format(sql,
                      "COALESCE((SELECT id FROM %.*s WHERE id NOT IN (SELECT %s FROM %s WHERE %s IS NOT NULL) LIMIT 1),"
                      " (SELECT id FROM %.*s LIMIT 1))",
                      TEXT_ARGS(refers), column->name, in->table->name, column->name, TEXT_ARGS(refers));
    else if (ends_in(column->name, "key_id"))
        buffer_format(sql, "'%s'", turn->key.id.text);
    else if (meaning(in->table->name, column->name))
        buffer_format(sql, "'%s'", meaning(in->table->name, column->name));
    else if (column->kind == 'i')
        buffer_int(sql, 1);
    else if (column->kind == 't')
        buffer_format(sql, "'%s'", other.text);
    else {
        if (sealed)
            must(turn_seal(turn, in->table->name, id, TEXT("{}"), &content, &error), &error, "turn_seal");
        else
            content = id_text(&other);
        buffer_format(sql, "x'%.*s'", TEXT_ARGS(hex_encode(turn->arena, content.p, content.n)));
    }
}

static struct text make_sql(struct turn *turn, const struct touch *in, const struct id *id)
{
    struct buffer sql = buffer_in(turn->arena);
    struct touch_column column = {.at = 0};
    bool sealed = false;
    buffer_format(&sql, "INSERT INTO %s (%s", in->table->name, in->table->columns);
    buffer_format(&sql, "%s) VALUES (", strcmp(in->table->name, "session") == 0 ? ", seen_at" : "");
    while (touch_next(in->table, &column)) {
        if (column.at)
            buffer_string(&sql, ", ");
        put_value(turn, in, &column, id, sealed, &sql);
        sealed = ends_in(column.name, "key_id");
    }
    buffer_format(&sql, "%s)", strcmp(in->table->name, "session") == 0 ? ", 1" : "");
    return buffer_result(&sql);
}

static struct text again_sql(struct turn *turn, const struct touch *in)
{
    const char *key = strncmp(in->table->columns, "ref", 3) == 0 ? "ref" : "id";
    const char *column = in->column ? in->column : key;
    const char *change = !in->column ? "" : in->kind == 'i' ? " + 7" : " || 'z'";
    return arena_format(turn->arena, "UPDATE %s SET %s = COALESCE(%s, %s)%s WHERE %s = '%.*s'", in->table->name, column, column,
                        in->kind == 'i' ? "1" : "'x'", change, key, TEXT_ARGS(in->key));
}

static int touch_row_prepare(struct turn *turn, const struct touch *in, struct touch_ready **out, struct error *error)
{
    struct touch_ready *ready = *out = ARENA_NEW(turn->arena, struct touch_ready);
    (void)error;
    ready->id = turn_id(turn);
    if (in->key.n)
        assert_true(id_parse(in->key, &ready->id));
    ready->sql = in->key.n ? again_sql(turn, in) : make_sql(turn, in, &ready->id);
    ready->sql = text_of(arena_string(turn->arena, ready->sql));
    return 0;
}

static int touch_row_apply(struct turn *turn, const struct touch *in, const struct touch_ready *ready, struct touched *out,
                           struct error *error)
{
    out->id = ready->id;
    int result = store_run_text(turn->session, ready->sql.p, STORE_BIND(), NULL, error);
    return result ? result : turn_wrote(turn, in->table->name, &ready->id, error);
}

extern const struct command touch_row_command;
COMMAND(touch_row, struct touch, struct touched, struct touch_ready, .name = "test.touch", .title = "Write a row",
        .may = {.roles = ROLE_ADMINISTRATOR});

static void touch(struct test_home *home, const struct touch *in)
{
    struct error error;
    struct visit *visit;
    struct touched out;
    must(visit_begin(home->gate, home->arena, &visit, &error), &error, "visit_begin");
    visit_as_operator(visit);
    must(visit_act_wait(visit, &touch_row_command, in, &out, &error), &error, in->table->name);
    visit_end(&visit);
}

void touch_make(struct test_home *home, struct sqlite3 *db, const struct ledgered *table)
{
    touch(home, &(struct touch){.table = table, .db = db});
}

void touch_again(struct test_home *home, const struct ledgered *table, struct text key, const char *column, char kind)
{
    touch(home, &(struct touch){.table = table, .key = key, .column = column, .kind = kind});
}
