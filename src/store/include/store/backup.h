#ifndef STORE_BACKUP_H
#define STORE_BACKUP_H

#include "store/session.h"

/*
 * Copies a database into a new file while others go on reading and writing. Of databases that must fit together begin a
 * copy of each, one right after the other: that takes the pictures; then write them at leisure. While a copy is open the
 * database keeps what it shows in its write-ahead log.
 *
 *   store_copy_begin  takes the picture. ERROR_INPUT for PostgreSQL: its own tools (pg_basebackup, pg_dump) do this
 *   store_copy_write  writes it, checks what it wrote and synchronises it. The file is whole or not there; it is one
 *                     ordinary SQLite file, readable by its owner only, which store_open takes in place of the original
 *                       ERROR_CONFLICT  there is a file of that name: nothing is overwritten
 *                       ERROR_CHECK     the copy, and so the original, is damaged
 *                       ERROR_SYSTEM    disk
 *   store_copy_end    lets the picture go
 */
struct store_copy;
struct store_progress {
    void (*tell)(void *context, int64_t done, int64_t of); /* pages; NULL: nobody */
    void *context;
};
int store_copy_begin(struct store *store, struct store_copy **out, struct error *error);
int store_copy_write(struct store_copy *copy, const char *path, const struct store_progress *progress, struct error *error);
void store_copy_end(struct store_copy **copy); /* NULL is fine */

/*
 * Reads the whole database and checks that its pages, indexes and foreign keys fit together; slow.
 * ERROR_CHECK if they do not. On PostgreSQL it does nothing: the server's pg_amcheck and checksums do.
 */
int store_check(struct store *store, struct error *error);

#endif
