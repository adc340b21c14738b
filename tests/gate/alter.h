#ifndef TESTS_GATE_ALTER_H
#define TESTS_GATE_ALTER_H

#include "home.h"

#include <sqlite3.h>

/*
 * A home as its dishonest administrator has it: who writes the files past the program, with no constraint, no guard and
 * no schema in the way. A file is altered in memory and written whole; what verifying says of it is found out in a process
 * of its own, so that a fall or a hang is an answer like others.
 */

/* A database that is kept as it was. */
struct alter_file {
    const char *name; /* "proviso" or "documents" */
    char path[128];
    unsigned char *good;
    size_t n;
};
void alter_file_read(struct alter_file *file, const char *home, const char *name);
void alter_file_end(struct alter_file *file);
/* A copy in memory; then the copy, altered, in place of the file, and the file as it was. */
sqlite3 *alter_begin(const struct alter_file *file);
void alter_write(const struct alter_file *file, sqlite3 **db);
void alter_put_back(const struct alter_file *file);
void alter_write_as(const struct alter_file *file, const struct alter_file *other); /* another in its place */

/* ---- tables ---- */

enum { ALTER_COLUMNS = 32 };
struct alter_column {
    char name[64];
    int key; /* its place in the primary key, from 1; 0: no part of it */
    bool indexed;
};
struct alter_table {
    char name[64];
    struct alter_column column[ALTER_COLUMNS];
    size_t columns, keys;
    bool without_rowid, alias; /* alias: its only key is the number of the row */
    int64_t rows;
};
/* The tables of the file, by name; gives how many. Fails the test where there is no room. */
size_t alter_tables(sqlite3 *db, struct alter_table *table, size_t room);

/*
 * For what is done in between the table has no types, no checks and no references; `bare`: nor anything that is unique, and
 * its indexes hear of nothing. Then its schema says again what it said.
 */
void alter_loosen(sqlite3 *db, const struct alter_table *table, bool bare);
void alter_tighten(sqlite3 *db, const struct alter_table *table);

/* Runs SQL that must be right; alter_try: SQLITE_OK, or what a constraint says against it. */
void alter_run(sqlite3 *db, const char *format, ...) __attribute__((format(printf, 2, 3)));
int alter_try(sqlite3 *db, const char *format, ...) __attribute__((format(printf, 2, 3)));
int64_t alter_int(sqlite3 *db, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- what is found ---- */

enum alter_result { ALTER_HELD, ALTER_FOUND, ALTER_REFUSED, ALTER_FELL, ALTER_HUNG };
struct alter_outcome {
    enum alter_result result;
    int code;          /* of ALTER_REFUSED: the error's; of ALTER_FELL: what the process ended by */
    char said[16384];  /* lines */
};
/* As `proviso ledger verify` does: opens the home to read, and verifies. */
void alter_verify(struct test_home *home, struct alter_outcome *outcome);
const char *alter_result_name(enum alter_result result);
/* Is the table told of? Its name begins a line, or is a word in one of the database's pages or of the schema. */
bool alter_names(const char *said, const char *table);
/* Or one of its indexes? */
bool alter_names_index(sqlite3 *db, const char *said, const struct alter_table *table);

#endif
