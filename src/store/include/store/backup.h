#ifndef STORE_BACKUP_H
#define STORE_BACKUP_H

#include "store/migrate.h"

/*
 * Copies a database into a new SQLite file while others go on reading and writing. Of databases that must fit together begin a
 * copy of each, one right after the other: that takes the pictures; then write them at leisure. While a copy is open the
 * database keeps what it shows in its write-ahead log.
 *
 *   store_copy_begin  takes the picture
 *   store_copy_write  SQLite: writes it, checks what it wrote and synchronises it. The file is whole or not there; it is one
 *                     ordinary SQLite file, readable by its owner only, which store_open takes in place of the original
 *                       ERROR_CONFLICT  there is a file of that name: nothing is overwritten
 *                       ERROR_CHECK     the copy, and so the original, is damaged
 *                       ERROR_SYSTEM    disk
 *   store_copy_rows   either engine: the same by rows, of the tables that `form` names, into a file that it describes
 *   store_copy_end    lets the picture go
 */
struct store_copy;
struct store_progress {
    void (*tell)(void *context, int64_t done, int64_t of); /* pages, or rows; NULL: nobody */
    void *context;
};
struct store_tables {
    const char *const *name;
    size_t count;
    bool others; /* all but these */
};
struct store_copy_form {
    const struct store_migration *migrations; /* what makes its tables */
    size_t count;
    const char *const *append_only; /* as in store_settings */
    size_t append_only_count;
    struct store_tables tables;
};
int store_copy_begin(struct store *store, struct store_copy **out, struct error *error);
int store_copy_write(struct store_copy *copy, const char *path, const struct store_progress *progress, struct error *error);
int store_copy_rows(struct store_copy *copy, const struct store_copy_form *form, const char *path, const struct store_progress *progress,
                    struct error *error);
void store_copy_end(struct store_copy **copy); /* NULL is fine */

/*
 * Fills the tables of one database from those of another, of whichever engine, that the same migrations made: of a new
 * database, which holds nothing but what the migrations put in. PostgreSQL has all of it or, after an error, nothing.
 */
int store_fill(struct store *from, struct store *to, const struct store_tables *tables, const struct store_progress *progress,
               struct error *error);

/*
 * Reads the whole database and checks that its pages, indexes and foreign keys fit together; slow. `differs` is told each
 * thing that is wrong, up to a thousand, in a line that names the table or the index. An error only where it could not
 * look. On PostgreSQL it does nothing: the server's pg_amcheck and checksums do.
 */
struct store_check_report {
    void *self;
    void (*differs)(void *self, struct text what);
};
int store_check(struct store *store, const struct store_check_report *report, struct error *error);

/*
 * Does this ERROR_SYSTEM say that a file of SQLite is not as it was written: damaged, cut short, none at all, without a table?
 * Then the system is well, and to try again is of no use.
 */
bool store_told_damage(const struct error *error);

#endif
