#ifndef STORE_H
#define STORE_H

/*
 * store: one interface over embedded SQLite 3 and PostgreSQL 15 or later.
 *
 *   store/session.h    open a database, take a session, transactions
 *   store/statement.h  run SQL, read rows
 *   store/migrate.h    bring the tables to the program's version
 *   store/blob.h       content larger than memory
 *   store/backup.h     a copy of it all, and whether it is sound
 *
 * It knows nothing of what is stored. The SQL both engines understand in the same way:
 *   parameters $1, $2, ...; types BIGINT, TEXT and BLOB (see store/migrate.h for CREATE TABLE); times as BIGINT
 *   microseconds, booleans as BIGINT 0 or 1; RETURNING; ON CONFLICT; WITH; no full-text search, no REPLACE.
 * Text is valid UTF-8 without NUL characters and sorts by its bytes.
 */
#include "store/session.h"
#include "store/statement.h"
#include "store/migrate.h"
#include "store/blob.h"
#include "store/backup.h"

#endif
