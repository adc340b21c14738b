#include "alter_cell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

void alter_cell_end(struct alter_cell *cell)
{
    free(cell->p);
    *cell = (struct alter_cell){.type = SQLITE_NULL};
}

bool alter_cell_same(const struct alter_cell *a, const struct alter_cell *b)
{
    if (a->type != b->type)
        return false;
    switch (a->type) {
    case SQLITE_NULL: return true;
    case SQLITE_INTEGER: return a->integer == b->integer;
    case SQLITE_FLOAT: return memcmp(&a->real, &b->real, sizeof a->real) == 0;
    default: return a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n) == 0);
    }
}

/* ---- kinds ---- */

static void put_bytes(struct alter_cell *cell, int type, const void *p, size_t n, size_t room)
{
    cell->type = type;
    cell->p = calloc(1, n + room + 1);
    assert_non_null(cell->p);
    if (n)
        memcpy(cell->p, p, n);
    cell->n = n;
}

static bool has_bytes(const struct alter_cell *cell)
{
    return cell->type == SQLITE_TEXT || cell->type == SQLITE_BLOB;
}

static void copy_cell(const struct alter_cell *from, struct alter_cell *out)
{
    *out = *from;
    if (has_bytes(from))
        put_bytes(out, from->type, from->p, from->n, 0);
}

static void other_type(const struct alter_cell *cell, struct alter_cell *out)
{
    char words[40];
    int n = snprintf(words, sizeof words, "%lld", (long long)cell->integer);
    if (has_bytes(cell))
        put_bytes(out, cell->type == SQLITE_TEXT ? SQLITE_BLOB : SQLITE_TEXT, cell->p, cell->n, 0);
    else
        put_bytes(out, SQLITE_TEXT, words, (size_t)n, 0);
}

static void flip(const struct alter_cell *cell, size_t place, unsigned bit, struct alter_cell *out)
{
    copy_cell(cell, out);
    if (cell->type == SQLITE_INTEGER)
        out->integer = (sqlite3_int64)((uint64_t)cell->integer ^ ((uint64_t)1 << bit));
    else if (has_bytes(cell) && cell->n)
        out->p[place] ^= 1;
}

static void lengthen(const struct alter_cell *cell, size_t by, unsigned char with, struct alter_cell *out)
{
    if (!has_bytes(cell)) {
        copy_cell(cell, out);
        if (cell->type == SQLITE_INTEGER)
            out->integer = (sqlite3_int64)((uint64_t)cell->integer * 10 + with % 10);
        return;
    }
    put_bytes(out, cell->type, cell->p, cell->n, by);
    memset(out->p + cell->n, with, by);
    out->n += by;
}

static void cut(const struct alter_cell *cell, struct alter_cell *out)
{
    copy_cell(cell, out);
    out->integer = cell->integer / 10;
    if (has_bytes(cell) && cell->n)
        out->n--;
}

static void put_integer(sqlite3_int64 value, struct alter_cell *out)
{
    *out = (struct alter_cell){.type = SQLITE_INTEGER, .integer = value};
}

const char *const alter_kinds[] = {"exchanged with the next row's", "the next row's", "NULL", "0", "1", "-1", "2^63-1", "-2^63",
                                   "a fraction", "the same as a fraction", "an empty text", "empty bytes", "the same as another type", "its first bit",
                                   "its middle bit", "its last bit", "cut by one", "longer by a zero byte", "longer by a letter",
                                   "no UTF-8", "64 KiB longer", NULL};
enum { LARGE = 65536, SAME_FRACTION = 9, SAME_OTHER = 12 };

bool alter_kinds_same(size_t kind)
{
    return kind == SAME_FRACTION || kind == SAME_OTHER;
}

bool alter_cell_make(size_t kind, const struct alter_cell *cell, const struct alter_cell *beside, struct alter_cell *out)
{
    *out = (struct alter_cell){.type = SQLITE_NULL};
    switch (kind) {
    case ALTER_KIND_EXCHANGE:
    case ALTER_KIND_NEIGHBOUR:
        if (!beside)
            return false;
        copy_cell(beside, out);
        break;
    case 2: break;
    case 3: put_integer(0, out); break;
    case 4: put_integer(1, out); break;
    case 5: put_integer(-1, out); break;
    case 6: put_integer(INT64_MAX, out); break;
    case 7: put_integer(INT64_MIN, out); break;
    case 8: *out = (struct alter_cell){.type = SQLITE_FLOAT, .real = (double)cell->integer + 0.5}; break;
    case SAME_FRACTION: *out = (struct alter_cell){.type = SQLITE_FLOAT, .real = (double)cell->integer}; break;
    case 10: put_bytes(out, SQLITE_TEXT, "", 0, 0); break;
    case 11: put_bytes(out, SQLITE_BLOB, "", 0, 0); break;
    case SAME_OTHER: other_type(cell, out); break;
    case 13: flip(cell, 0, 0, out); break;
    case 14: flip(cell, cell->n / 2, 31, out); break;
    case 15: flip(cell, cell->n ? cell->n - 1 : 0, 62, out); break;
    case 16: cut(cell, out); break;
    case 17: lengthen(cell, 1, 0, out); break;
    case 18: lengthen(cell, 1, 'x', out); break;
    case 19: put_bytes(out, SQLITE_TEXT, "\xff\xfe\x00\xc0", 4, 0); break;
    default: lengthen(cell, LARGE, 'y', out); break;
    }
    if (!alter_cell_same(cell, out))
        return true;
    alter_cell_end(out);
    return false;
}

/* ---- rows ---- */

const char *alter_keys(const struct alter_table *table, char out[512])
{
    size_t at = 0;
    out[0] = 0;
    for (size_t k = 1; k <= table->keys; k++)
        for (size_t i = 0; i < table->columns; i++)
            if (table->column[i].key == (int)k)
                at += (size_t)snprintf(out + at, 512 - at, "%s\"%s\"", k > 1 ? ", " : "", table->column[i].name);
    assert_true(at > 0);
    return out;
}

void alter_row_find(sqlite3 *db, const struct alter_table *table, int64_t at, struct alter_row *row)
{
    char keys[512];
    *row = (struct alter_row){.table = table, .at = at};
    if (!table->without_rowid)
        row->rowid = alter_int(db, "SELECT rowid FROM \"%s\" ORDER BY %s LIMIT 1 OFFSET %lld", table->name, alter_keys(table, keys),
                               (long long)at);
}

const char *alter_row_where(const struct alter_row *row, char out[1024])
{
    char keys[512];
    if (row->table->without_rowid) {
        alter_keys(row->table, keys);
        snprintf(out, 1024, "(%s) = (SELECT %s FROM \"%s\" ORDER BY %s LIMIT 1 OFFSET %lld)", keys, keys, row->table->name, keys,
                 (long long)row->at);
    } else {
        snprintf(out, 1024, "rowid = %lld", (long long)row->rowid);
    }
    return out;
}

static sqlite3_stmt *prepare(sqlite3 *db, bool write, const struct alter_row *row, size_t column)
{
    char sql[2048], where[1024];
    const char *table = row->table->name, *name = row->table->column[column].name;
    sqlite3_stmt *statement;
    alter_row_where(row, where);
    if (write)
        snprintf(sql, sizeof sql, "UPDATE \"%s\" SET \"%s\" = ?1 WHERE %s", table, name, where);
    else
        snprintf(sql, sizeof sql, "SELECT \"%s\" FROM \"%s\" WHERE %s", name, table, where);
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    return statement;
}

void alter_cell_read(sqlite3 *db, const struct alter_row *row, size_t column, struct alter_cell *cell)
{
    sqlite3_stmt *s = prepare(db, false, row, column);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    *cell = (struct alter_cell){.type = sqlite3_column_type(s, 0), .integer = sqlite3_column_int64(s, 0), .real = sqlite3_column_double(s, 0)};
    if (has_bytes(cell)) {
        const void *p = sqlite3_column_blob(s, 0);
        put_bytes(cell, cell->type, p, (size_t)sqlite3_column_bytes(s, 0), 0);
    }
    sqlite3_finalize(s);
}

int alter_cell_write(sqlite3 *db, const struct alter_row *row, size_t column, const struct alter_cell *cell)
{
    sqlite3_stmt *s = prepare(db, true, row, column);
    if (cell->type == SQLITE_NULL)
        sqlite3_bind_null(s, 1);
    else if (cell->type == SQLITE_INTEGER)
        sqlite3_bind_int64(s, 1, cell->integer);
    else if (cell->type == SQLITE_FLOAT)
        sqlite3_bind_double(s, 1, cell->real);
    else if (cell->type == SQLITE_TEXT)
        sqlite3_bind_text(s, 1, (const char *)cell->p, (int)cell->n, SQLITE_TRANSIENT);
    else
        sqlite3_bind_blob(s, 1, cell->p, (int)cell->n, SQLITE_TRANSIENT);
    int code = sqlite3_step(s);
    if (code == SQLITE_DONE)
        assert_int_equal(sqlite3_changes(db), 1);
    sqlite3_finalize(s);
    return code == SQLITE_DONE ? SQLITE_OK : code & 0xff;
}
