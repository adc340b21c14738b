#ifndef STORE_SESSION_H
#define STORE_SESSION_H

#include "base/text.h"

struct error;

/*
 * A store is one database, shared by all threads. A session is one connection to it, used by one thread at a
 * time: take it, use it, give it back. There is one writer session and a small pool of reader sessions.
 */
struct store;
struct store_session;

enum store_engine_kind { STORE_SQLITE, STORE_POSTGRES };

struct store_settings {
    /*
     * "postgresql://..." or "postgres://..." or "host=... dbname=..." (a libpq connection string, told by its
     * '=') opens PostgreSQL; anything else is the path of an SQLite file. Write "./a=b" for a path with '='.
     */
    const char *database;
    bool may_write; /* false: no writer session, and a missing SQLite file is an error, not made */

    /*
     * No other program that says so has the database open to write: it is refused (ERROR_CONFLICT, which names the other)
     * while one has. PostgreSQL only: an SQLite file is watched over by whoever has its folder.
     */
    bool alone;

    const char *const *append_only; /* tables whose rows may be added but never changed or deleted */
    size_t append_only_count;

    /* 0 takes the default. */
    unsigned readers;         /* reader sessions at most: 4 */
    unsigned cache_kib;       /* SQLite page cache of each session: 8192 */
    unsigned statement_cache; /* prepared statements kept by each session: 256 */
    unsigned wait_ms;         /* how long to wait for another process's lock: 5000 */

    const char *sqlite_vfs; /* SQLite file layer by name, for fault tests; NULL: the system's */
};

/*
 * Opens the database and checks that it can be trusted to keep what it acknowledges: SQLite must give WAL with
 * full synchronisation; PostgreSQL must be version 15 or later, encoded in UTF-8, sorted by bytes (collation C),
 * with fsync on. A new SQLite file is readable by its owner only. The texts of `settings` are copied.
 *   ERROR_INPUT   the database cannot be used as it is: a wrong path, address or setting
 *   ERROR_SYSTEM  disk, memory or network
 */
int store_open(const struct store_settings *settings, struct store **out, struct error *error);

/* Every session must have been given back. NULL is fine. Sets to NULL. */
void store_close(struct store **store);
#define STORE_SCOPE __attribute__((cleanup(store_close)))

enum store_engine_kind store_kind(const struct store *store);

/*
 * Takes the writer session, or a reader session; waits while all are taken. A thread that holds one must not
 * ask for another of the same sort. A reader session refuses to write.
 *   ERROR_FORBIDDEN  writer: the store was opened with may_write false
 *   ERROR_SYSTEM     no connection, or the store is poisoned (see below)
 */
int store_writer(struct store *store, struct store_session **out, struct error *error);
int store_reader(struct store *store, struct store_session **out, struct error *error);

/*
 * For who holds a database that may have been tampered with against something else: until the reader is given back, a cell
 * that is not of the kind it is read as reads as NULL, which elsewhere ends the query, and a text to look for may be any
 * bytes. store_check tells of such cells. On PostgreSQL it does nothing: there are none.
 */
void store_examine(struct store_session *session);

/*
 * Gives a session back and sets to NULL; NULL is fine. A transaction left open is rolled back and logged as a
 * mistake: check with store_in_transaction() first. Rows still open on it are ended.
 */
void store_give_back(struct store_session **session);
#define STORE_SESSION_SCOPE __attribute__((cleanup(store_give_back)))

/*
 * Transactions.
 *
 *   store_begin      STORE_WRITE: the only writer from here on (SQLite), or serialisable (PostgreSQL).
 *                    STORE_READ: one unchanging picture of the database, taken now; writes are refused.
 *   store_commit     ends the transaction whether it succeeds or not: after an error nothing of it is kept,
 *                    unless the session is poisoned.
 *   store_rollback   ends it, keeping nothing. Does nothing when none is open, or the session is NULL.
 *
 * A savepoint is a transaction inside a STORE_WRITE transaction; they nest. store_release keeps what was done
 * since the innermost savepoint, store_undo drops it; both remove the savepoint.
 *
 * After a statement has failed, every further statement of the transaction fails with ERROR_CONFLICT until
 * store_undo or store_rollback; store_commit and store_release then fail too (store_release leaves the
 * savepoint, for store_undo). Rows that are open are ended by store_commit, store_rollback and store_undo.
 *
 * Without a transaction each statement is one.
 */
enum store_access { STORE_READ, STORE_WRITE };

int store_begin(struct store_session *session, enum store_access access, struct error *error);
int store_commit(struct store_session *session, struct error *error);
void store_rollback(struct store_session *session);

int store_savepoint(struct store_session *session, struct error *error);
int store_release(struct store_session *session, struct error *error);
int store_undo(struct store_session *session, struct error *error);

bool store_in_transaction(const struct store_session *session);
int store_savepoint_depth(const struct store_session *session); /* 0: none open */

/*
 * Did the last failure on this session come from others working at the same time, so that running the whole
 * transaction again may succeed? Such failures are ERROR_CONFLICT.
 */
bool store_retry(const struct store_session *session);

/* Is the session of no use any more, because its connection ended? */
bool store_lost(const struct store_session *session);

/*
 * Did the transaction begun last on this session, or the statement outside one, fail because the disk is full?
 * (SQLite; PostgreSQL tells its operator.)
 */
bool store_full(const struct store_session *session);

/*
 * Poisoned: a commit failed in a way that leaves open whether it was kept (disk, fsync, connection lost while
 * committing), or the writer's disk failed otherwise. (A disk that is full is no such failure on SQLite, whose log then
 * lacks the frame that ends the transaction: nothing of it is kept, and it can be tried again once there is room.) Every
 * later call on the session, and every store_writer, fails with ERROR_SYSTEM until the program is started again: it stops
 * rather than guesses. Readers go on.
 */
bool store_poisoned(const struct store *store);

/*
 * Overwrites what deletion left behind, as far as the engine can. SQLite: deleted content was overwritten in the
 * pages already (secure_delete); this moves the write-ahead log into the database file and empties it
 * (ERROR_CONFLICT with store_retry while a reader still needs the log). PostgreSQL: VACUUM, which frees dead
 * rows for reuse but does not overwrite them; then its write-ahead log is ended and begun anew, so that the server removes
 * what is older or writes over it. Where the server does not let us, that is told to the operator and is no error.
 * Call on the writer session, outside a transaction.
 */
int store_scrub(struct store_session *session, struct error *error);

/*
 * Of a table that has no rows any more: takes away the files in which they were, with its indexes. PostgreSQL only, since
 * SQLite overwrites what it frees. ERROR_CONFLICT with store_retry if somebody looks at the table, or there are rows: nobody is
 * made to wait for long. Call as store_scrub.
 */
#define store_scrub_table(session, table, error) store_scrub_table_named((session), "" table "", (error))
int store_scrub_table_named(struct store_session *session, const char *table, struct error *error);

#endif
