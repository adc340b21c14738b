#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "store/session.h"

/*
 * One step from an older shape of the tables to a newer one. Once released its text never changes.
 *
 * The text is one or more SQL statements in a dialect of both engines, which is turned into each one's own:
 *     CREATE TABLE paper (id TEXT PRIMARY KEY, made_at BIGINT NOT NULL, body BLOB) STRICT;
 *   on SQLite     BIGINT becomes INTEGER;
 *   on PostgreSQL BLOB becomes BYTEA and STRICT is dropped
 * wherever the word stands outside strings, quoted names and comments: give no column such a name.
 * Every table must be STRICT. Where an engine needs other words, give it its own text, written in the same
 * dialect. A text must not begin or end transactions.
 */
struct store_migration {
    int number; /* 1, 2, 3, ... without a gap */
    const char *name;
    const char *sqlite;
    const char *postgres; /* NULL: the same text */
};

/*
 * Applies the migrations that the database lacks, in order, each in its own transaction, and records number,
 * name and SHA-256 of the text in the table store_migration. Then sees that the append-only tables of the
 * settings refuse change. The tables of store/blob.h are made too. With may_write false it only checks.
 * Runs on the writer session, which must be free.
 *   ERROR_CHECK   the database is newer than the program, or was made by other migrations (a text differs,
 *                 there is a gap), or holds tables but no record of migrations; or is older and may_write is
 *                 false
 *   ERROR_SYSTEM  a migration failed: nothing of it is kept
 */
int store_migrate(struct store *store, const struct store_migration *migrations, size_t count,
                  struct error *error);

/*
 * Compares the tables, indexes, views and triggers that are there with those that the migrations make: a trigger that
 * somebody put in changes what is written without leaving a mark in any row. `differs` is told each that is missing,
 * changed or of somebody else's making. On PostgreSQL it does nothing.
 */
struct store_schema_report {
    void *self;
    void (*differs)(void *self, struct text name, const char *what);
};
int store_schema_check(struct store *store, const struct store_migration *migrations, size_t count,
                       const struct store_schema_report *report, struct error *error);

#endif
