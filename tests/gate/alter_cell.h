#ifndef TESTS_GATE_ALTER_CELL_H
#define TESTS_GATE_ALTER_CELL_H

#include "alter.h"

/* What can stand in one place of a table, and what somebody may put there instead. */
struct alter_cell {
    int type; /* SQLITE_NULL, ... */
    sqlite3_int64 integer;
    double real;
    unsigned char *p; /* of a text or bytes */
    size_t n;
};
void alter_cell_end(struct alter_cell *cell);
bool alter_cell_same(const struct alter_cell *a, const struct alter_cell *b);

extern const char *const alter_kinds[]; /* in words; ended by NULL */
enum { ALTER_KIND_EXCHANGE = 0, ALTER_KIND_NEIGHBOUR = 1 }; /* these two need a row beside it */
bool alter_kinds_same(size_t kind); /* the same value, of another type */
/* The cell by this kind of change; false where it would be the same, or cannot be. `beside` is the next row's. */
bool alter_cell_make(size_t kind, const struct alter_cell *cell, const struct alter_cell *beside, struct alter_cell *out);

/* One row, told by its number or, where it has none, by its key. */
struct alter_row {
    const struct alter_table *table;
    int64_t at; /* in the order of its key */
    sqlite3_int64 rowid;
};
void alter_row_find(sqlite3 *db, const struct alter_table *table, int64_t at, struct alter_row *row);
void alter_cell_read(sqlite3 *db, const struct alter_row *row, size_t column, struct alter_cell *cell);
int alter_cell_write(sqlite3 *db, const struct alter_row *row, size_t column, const struct alter_cell *cell);
/* As SQL that is true of this row alone, and the key's columns with commas between. */
const char *alter_row_where(const struct alter_row *row, char out[1024]);
const char *alter_keys(const struct alter_table *table, char out[512]);

#endif
