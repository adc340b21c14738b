#include <sqlite3.h>

#include "inside.h"

/*
 * A text as bytes is lent where it lies in the page; as text it is copied for the NUL after it, unless it is short. The
 * value is asked for once, and it is asked what it is: a session is one thread's at a time, so nobody else changes it.
 */
bool store_sqlite_cell(sqlite3_stmt *statement, int column, bool bare, struct store_value *value)
{
    sqlite3_value *cell = sqlite3_column_value(statement, column);
    *value = (struct store_value){0};
    switch (sqlite3_value_type(cell)) {
    case SQLITE_NULL:
        value->is_null = true;
        return true;
    case SQLITE_INTEGER:
        value->kind = STORE_KIND_INT;
        value->integer = sqlite3_value_int64(cell);
        return true;
    case SQLITE_TEXT:
        value->kind = STORE_KIND_TEXT;
        value->text.p = bare ? sqlite3_value_blob(cell) : (const char *)sqlite3_value_text(cell);
        break;
    case SQLITE_BLOB:
        value->kind = STORE_KIND_BYTES;
        value->text.p = sqlite3_value_blob(cell);
        break;
    default:
        return false;
    }
    value->text.n = (size_t)sqlite3_value_bytes(cell);
    return value->text.p || value->text.n == 0;
}

int store_sqlite_bind(sqlite3_stmt *statement, int at, const struct store_value *value, bool stays)
{
    sqlite3_destructor_type kept = stays ? SQLITE_STATIC : SQLITE_TRANSIENT;
    const char *p = value->text.p ? value->text.p : "";
    if (value->is_null || value->kind == STORE_KIND_NULL)
        return sqlite3_bind_null(statement, at);
    if (value->kind == STORE_KIND_INT)
        return sqlite3_bind_int64(statement, at, value->integer);
    return value->kind == STORE_KIND_TEXT ? sqlite3_bind_text64(statement, at, p, value->text.n, kept, SQLITE_UTF8)
                                          : sqlite3_bind_blob64(statement, at, p, value->text.n, kept);
}
