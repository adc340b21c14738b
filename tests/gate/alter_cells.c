#include "alter_judge.h"

#include "rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* Each place of the first rows, one in the middle and the last: all that can be put there instead. */

struct place {
    const struct alter_file *file;
    const struct alter_table *table;
    size_t column;
    int64_t at;
};

static bool change_cell(sqlite3 *db, const struct place *place, size_t kind, bool bare, bool *same)
{
    struct alter_row row, next;
    struct alter_cell was, beside = {.type = SQLITE_NULL}, now;
    bool more = place->at + 1 < place->table->rows;
    alter_loosen(db, place->table, bare);
    alter_row_find(db, place->table, place->at, &row);
    alter_row_find(db, place->table, more ? place->at + 1 : 0, &next);
    alter_cell_read(db, &row, place->column, &was);
    alter_cell_read(db, &next, place->column, &beside);
    *same = !alter_cell_make(kind, &was, place->table->rows > 1 ? &beside : NULL, &now);
    if (kind == ALTER_KIND_EXCHANGE && place->table->without_rowid && place->table->column[place->column].key)
        *same = true; /* a row is found by its key there */
    if (place->table->alias && place->table->column[place->column].key && alter_kinds_same(kind))
        *same = true; /* the number of a row is a number, however it is written */
    bool done = *same || alter_cell_write(db, &row, place->column, &now) == SQLITE_OK;
    if (done && !*same && kind == ALTER_KIND_EXCHANGE)
        done = alter_cell_write(db, &next, place->column, &was) == SQLITE_OK;
    alter_cell_end(&was);
    alter_cell_end(&beside);
    alter_cell_end(&now);
    if (done)
        alter_tighten(db, place->table);
    return done;
}

/* What docs/sealed-and-plain.md says of an entry's own columns it says of those that were disposed of. */
static bool is_inside(const struct place *place)
{
    char where[1024];
    struct alter_row row;
    const char *column = place->table->column[place->column].name;
    if (strcmp(place->table->name, "entry") != 0 || (strcmp(column, "at") != 0 && strcmp(column, "key_id") != 0))
        return false;
    sqlite3 *db = alter_begin(place->file);
    alter_row_find(db, place->table, place->at, &row);
    bool inside = alter_int(db, "SELECT length(sealed) FROM entry WHERE %s", alter_row_where(&row, where)) > 0;
    sqlite3_close(db);
    return inside;
}

/* Where something must be unique, or the number of a row a number, the guard is taken away. */
static bool try_cell(const struct place *place, size_t kind, bool bare)
{
    bool same = false;
    sqlite3 *db = alter_begin(place->file);
    bool done = change_cell(db, place, kind, bare, &same);
    if (!done && !bare && !place->table->without_rowid && !place->table->alias) {
        sqlite3_close(db);
        db = alter_begin(place->file);
        bare = true;
        done = change_cell(db, place, kind, true, &same);
    }
    if (!done || same) {
        sqlite3_close(db);
        return false;
    }
    struct alteration a = {.file = place->file, .table = place->table, .column = place->table->column[place->column].name, .inside = is_inside(place)};
    snprintf(a.what, sizeof a.what, "row %lld: %s%s", (long long)place->at, alter_kinds[kind], bare ? ", beneath its indexes" : "");
    alter_tell(&a, &db);
    return true;
}

/*
 * Rows of each shape: in the second of two rows something is empty, or of another type, that is not so in the first. The
 * first of each, one in the middle, and the last.
 */
enum { ROWS_MOST = 12 };
static size_t choose_rows(const struct alter_file *file, const struct alter_table *table, int64_t rows[ROWS_MOST])
{
    char sql[8192], keys[512];
    size_t at = 0, n = 0;
    int64_t others[2] = {table->rows / 2, table->rows - 1};
    sqlite3_stmt *statement;
    sqlite3 *db = alter_begin(file);
    at += (size_t)snprintf(sql, sizeof sql, "SELECT min(n) FROM (SELECT row_number() OVER (ORDER BY %s) - 1 AS n, ''", alter_keys(table, keys));
    for (size_t i = 0; i < table->columns; i++)
        at += (size_t)snprintf(sql + at, sizeof sql - at, " || substr(typeof(\"%s\"), 1, 1) || (coalesce(length(\"%s\"), 0) = 0)",
                               table->column[i].name, table->column[i].name);
    snprintf(sql + at, sizeof sql - at, " AS shape FROM \"%s\") GROUP BY shape ORDER BY 1 LIMIT %d", table->name, ROWS_MOST - 2);
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    while (sqlite3_step(statement) == SQLITE_ROW)
        rows[n++] = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    for (size_t o = 0; table->rows && o < 2; o++) {
        bool there = false;
        for (size_t i = 0; i < n; i++)
            there |= rows[i] == others[o];
        if (!there)
            rows[n++] = others[o];
    }
    return n;
}

/* One of each column, another kind and another row for each. gate-matrix tries all columns of ledgered tables too. */
static void try_briefly(const struct alter_file *file, const struct alter_table *table, const int64_t *rows, size_t n)
{
    static size_t turn; /* over all tables */
    size_t kinds = 0;
    while (alter_kinds[kinds])
        kinds++;
    for (size_t c = 0; n && c < table->columns; c++) {
        bool done = ++turn % 8 && ledgered_find(table->name);
        for (size_t i = 0; !done && i < kinds; i++)
            done = try_cell(&(struct place){file, table, c, rows[(turn + i) % n]}, (turn * 5 + i) % kinds, false);
    }
}

void alter_each_cell(const struct alter_file *file, const struct alter_table *table)
{
    int64_t rows[ROWS_MOST];
    size_t n = choose_rows(file, table, rows);
    if (alter_brief()) {
        try_briefly(file, table, rows, n);
        return;
    }
    for (size_t c = 0; c < table->columns; c++, alter_next_lot())
        for (size_t r = 0; r < n; r++)
            for (size_t kind = 0; alter_kinds[kind]; kind++) {
                struct place place = {file, table, c, rows[r]};
                if (alter_chosen(table->name))
                    (void)try_cell(&place, kind, false);
                if (table->column[c].indexed && !table->alias && alter_chosen(table->name))
                    (void)try_cell(&place, kind, true);
            }
}
