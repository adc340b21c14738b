#ifndef STORE_BACKUP_H
#define STORE_BACKUP_H

#include "store/session.h"

/*
 * Copies the database, as it is now, into a new file while others go on reading and writing, checks the copy and
 * synchronises it. The file is whole or not there; it is one ordinary SQLite file, readable by its owner only,
 * which store_open takes in place of the original.
 *   ERROR_CONFLICT  there is a file of that name: nothing is overwritten
 *   ERROR_INPUT     PostgreSQL: its own tools (pg_basebackup, pg_dump) do this
 *   ERROR_CHECK     the copy, and so the original, is damaged
 *   ERROR_SYSTEM    disk
 */
int store_backup(struct store *store, const char *path, struct error *error);

/*
 * Reads the whole database and checks that its pages, indexes and foreign keys fit together; slow.
 * ERROR_CHECK if they do not. On PostgreSQL it does nothing: the server's pg_amcheck and checksums do.
 */
int store_check(struct store *store, struct error *error);

#endif
