#include "alter_judge.h"

#include "rows.h"

#include <stdio.h>
#include <string.h>

/* Whole rows: taken away, put in again, all gone. */

/* As docs/sealed-and-plain.md says of drafts, sessions, and the checkpoint that witnesses signed. */
static bool may_go(const struct alter_table *table)
{
    const struct ledgered *ledgered = ledgered_find(table->name);
    return (ledgered && ledgered->passing) || strcmp(table->name, "log_cosigned") == 0;
}

/* And of a payload under a name that no document has. */
static bool may_lie(const struct alter_table *table, size_t column)
{
    return strcmp(table->name, "store_blob") == 0 && column < table->columns;
}

static void tell(const struct alter_file *file, const struct alter_table *table, const char *what, bool may_hold, sqlite3 **db)
{
    struct alteration a = {.file = file, .table = table, .may_hold = may_hold};
    snprintf(a.what, sizeof a.what, "%s", what);
    alter_tell(&a, db);
}

static void try_delete(const struct alter_file *file, const struct alter_table *table, int64_t at, bool bare)
{
    char where[1024], what[100];
    struct alter_row row;
    sqlite3 *db = alter_begin(file);
    alter_loosen(db, table, bare);
    alter_row_find(db, table, at, &row);
    alter_run(db, "DELETE FROM \"%s\" WHERE %s", table->name, alter_row_where(&row, where));
    alter_tighten(db, table);
    snprintf(what, sizeof what, "row %lld deleted%s", (long long)at, bare ? ", beneath its indexes" : "");
    tell(file, table, what, may_go(table), &db);
}

static void try_delete_all(const struct alter_file *file, const struct alter_table *table, bool but_one)
{
    char where[1024];
    struct alter_row row;
    sqlite3 *db = alter_begin(file);
    alter_loosen(db, table, false);
    alter_row_find(db, table, 0, &row);
    alter_run(db, "DELETE FROM \"%s\" WHERE NOT (%s)", table->name, but_one ? alter_row_where(&row, where) : "0");
    alter_tighten(db, table);
    tell(file, table, but_one ? "all rows deleted but the first" : "all rows deleted", may_go(table), &db);
}

/* How the key of the copy is made from that of the row. */
static const char *const fresh[] = {"%s || 'x'", "substr(%s, 1, length(%s) - 1) || '~'", "(SELECT max(%s) FROM \"%s\") + 1", "-1",
                                    "9223372036854775807", "-9223372036854775808", "CAST(%s AS BLOB)", NULL};

static bool write_fresh(const struct alter_table *table, size_t kind, const char *name, const char **sql, char out[256])
{
    *sql = out;
    switch (kind) {
    case 0: snprintf(out, 256, "\"%s\" || 'x'", name); break;
    case 1: snprintf(out, 256, "substr(\"%s\", 1, length(\"%s\") - 1) || '~'", name, name); break;
    case 2: snprintf(out, 256, "(SELECT max(\"%s\") + 1 FROM \"%s\")", name, table->name); break;
    case 3:
    case 4:
    case 5: *sql = fresh[kind]; break;
    default: snprintf(out, 256, "CAST(\"%s\" AS BLOB)", name); break;
    }
    return !(table->alias && (kind < 2 || kind == 6));
}

/* A copy of the row in which one column of the key is another; `column` table->columns: the same row once more. */
static bool copy_row(sqlite3 *db, const struct alter_table *table, int64_t at, size_t column, size_t kind)
{
    char where[1024], value[256], names[4096] = "", values[4096] = "";
    size_t n = 0, m = 0;
    struct alter_row row;
    alter_row_find(db, table, at, &row);
    for (size_t i = 0; i < table->columns; i++) {
        const char *sql = value;
        snprintf(value, sizeof value, "\"%s\"", table->column[i].name);
        if (i == column && !write_fresh(table, kind, table->column[i].name, &sql, value))
            return false;
        n += (size_t)snprintf(names + n, sizeof names - n, "%s\"%s\"", i ? ", " : "", table->column[i].name);
        m += (size_t)snprintf(values + m, sizeof values - m, "%s%s", i ? ", " : "", sql);
    }
    return alter_try(db, "INSERT INTO \"%s\" (%s) SELECT %s FROM \"%s\" WHERE %s", table->name, names, values, table->name,
                     alter_row_where(&row, where)) == SQLITE_OK;
}

/* Where something else of it must be unique, beneath the indexes. */
static void try_copy(const struct alter_file *file, const struct alter_table *table, int64_t at, size_t column, size_t kind)
{
    char what[160];
    for (int bare = column == table->columns; bare < 2; bare++) {
        sqlite3 *db = alter_begin(file);
        alter_loosen(db, table, bare);
        if (copy_row(db, table, at, column, kind)) {
            alter_tighten(db, table);
            snprintf(what, sizeof what, "row %lld copied (%s %s)%s", (long long)at,
                     column < table->columns ? table->column[column].name : "as it is", column < table->columns ? fresh[kind] : "",
                     bare ? ", beneath its indexes" : "");
            tell(file, table, what, may_lie(table, column), &db);
            return;
        }
        sqlite3_close(db);
    }
}

void alter_each_row(const struct alter_file *file, const struct alter_table *table)
{
    int64_t rows[3] = {0, table->rows / 2, table->rows - 1};
    for (int but_one = 0; but_one < 2; but_one++)
        if (table->rows > but_one && alter_chosen(table->name))
            try_delete_all(file, table, but_one);
    for (size_t r = 0; r < 3; r++) {
        if (rows[r] < 0 || rows[r] >= table->rows || (r && rows[r] == rows[r - 1]))
            continue;
        for (int bare = 0; bare < 2; bare++)
            if (alter_chosen(table->name))
                try_delete(file, table, rows[r], bare);
        for (size_t c = 0; c < table->columns; c++)
            for (size_t kind = 0; table->column[c].key && fresh[kind]; kind++)
                if (alter_chosen(table->name))
                    try_copy(file, table, rows[r], c, kind);
        if (!table->without_rowid && !table->alias && alter_chosen(table->name))
            try_copy(file, table, rows[r], table->columns, 0);
    }
}
