#ifndef STORE_INSIDE_H
#define STORE_INSIDE_H

#include <pthread.h>

#include "base/error.h"
#include "store.h"

/* What the room's files share. Not for other rooms. */

struct sqlite3;
struct sqlite3_stmt;
struct pg_conn;
struct pg_result;

enum { STORE_PARAMETERS_MAX = 64, STORE_VALUE_MAX = 1000000000 /* bytes: what both engines take */ };

/* One kept prepared statement. Found by the literal's address and the types bound to it. */
struct store_prepared {
    const char *sql;
    uint64_t types[2]; /* PostgreSQL: two bits a parameter; SQLite: 0 */
    bool busy;         /* rows are being read from it (SQLite) */
    bool loose;        /* not in the cache: finalised when its rows end */
    struct sqlite3_stmt *sqlite;
    unsigned char place[STORE_PARAMETERS_MAX]; /* SQLite: the index that $1, $2, ... have there */
    char name[24];                             /* PostgreSQL */
    struct store_prepared *chain;
    struct store_prepared *newer, *older;
};

struct store_cache {
    struct store_prepared **bucket;
    size_t buckets, used, limit;
    struct store_prepared *newest, *oldest;
};

int store_cache_start(struct store_cache *cache, unsigned limit, struct error *error);
struct store_prepared *store_cache_find(struct store_cache *cache, const char *sql, const uint64_t types[2]);
/* The least recently used that is not busy, taken out, when the cache is full; NULL otherwise. */
struct store_prepared *store_cache_evict(struct store_cache *cache);
void store_cache_add(struct store_cache *cache, struct store_prepared *prepared);
/* Takes one out: whichever comes. NULL when empty. */
struct store_prepared *store_cache_take(struct store_cache *cache);
void store_cache_end(struct store_cache *cache);

struct store_engine {
    enum store_engine_kind kind;
    const char *begin_write, *begin_read;
    const char *picture; /* run after begin_read, so that the picture is taken there and then; may be NULL */

    int (*connect)(struct store_session *session, struct error *error);
    void (*disconnect)(struct store_session *session);
    bool (*alive)(const struct store_session *session); /* does an idle connection still stand? no waiting */
    /* Starts a statement and steps to its first row: sets rows->ahead to 1 or 0, rows->changed at the end. */
    int (*start)(struct store_rows *rows, const char *sql, struct store_values values, struct error *error);
    int (*step)(struct store_rows *rows, struct error *error); /* 1, 0 or an error */
    void (*stop)(struct store_rows *rows);
    /* False if the column holds what the common subset does not have. */
    bool (*cell)(const struct store_rows *rows, int column, struct store_value *value);
    /* The same; a text need not be followed by a NUL. */
    bool (*bare_cell)(const struct store_rows *rows, int column, struct store_value *value);
    int (*control)(struct store_session *session, const char *literal,
                   struct error *error);                                                /* BEGIN and such */
    int (*script)(struct store_session *session, const char *sql, struct error *error); /* migrations */
    bool (*transaction_alive)(const struct store_session *session);
    int (*scrub)(struct store_session *session, struct error *error);
};

extern const struct store_engine store_engine_sqlite, store_engine_postgres;

struct store {
    const struct store_engine *engine;
    struct store_settings settings; /* texts owned */
    pthread_mutex_t lock;
    pthread_cond_t freed;
    bool poisoned; /* under lock */
    bool writer_taken;
    bool quiet; /* migrations are not told to the operator */
    struct store_session *writer; /* idle or not; NULL before the first use and after its connection broke */
    struct store_session *idle;   /* readers that nobody has taken */
    unsigned readers;             /* that exist */
};

struct store_session {
    struct store *store;
    const struct store_engine *engine;
    struct store_session *next;
    bool writer;
    bool own;       /* this room's own SQL is running: any statement is allowed */
    bool migrating; /* a migration's SQL is running */
    bool examined;  /* whatever is in the database is to be read: store_examine */

    bool in_transaction;
    enum store_access access;
    int depth;     /* savepoints */
    bool failed;   /* a statement of the transaction failed */
    bool broken;   /* the connection is of no use any more */
    bool poisoned; /* a commit's outcome is unknown */
    bool retry;    /* about the last failure: */
    bool unsure;   /* ... what was written may or may not be there */
    bool full;     /* the disk had no room for the transaction begun last, or the statement outside one */

    struct store_rows *open;
    struct store_counts counts;
    struct store_cache cache;
    struct sqlite3 *sqlite;
    struct pg_conn *postgres;
    unsigned names;             /* PostgreSQL: prepared so far */
    struct store_rows *sending; /* PostgreSQL: whose rows the connection is still sending */
};

struct store_rows {
    struct store_session *session;
    struct store_rows *previous, *next;
    const char *sql;
    struct store_prepared *prepared;
    int columns;
    int ahead;    /* a row was stepped to and not given yet */
    bool on_row;  /* a row may be read */
    bool ended;   /* nothing more will come */
    bool brief;   /* ended before the values that were bound are gone */
    bool dropped; /* ended by the end of the transaction, not by its last row */
    int mistake;  /* 1 + the first column read as what it is not; 0: none */
    int64_t changed;
    struct pg_result *result; /* PostgreSQL: the row that is read */
    struct pg_result **kept;  /* PostgreSQL: rows taken into memory */
    size_t kept_count, kept_next, kept_room, kept_bytes;
    struct error *late; /* PostgreSQL: the error found while taking rows into memory */
};

/* SQL in one line, cut short, as a place for error messages. */
struct store_place {
    char text[120];
};
struct store_place store_place(const char *sql);

/* ERROR_SYSTEM if the session may not be used any more. Forgets the last failure's flags. */
int store_ready(struct store_session *session, struct error *error);
/* The commit's outcome is unknown: nothing more is written by this process. */
void store_poison(struct store_session *session);
/* Notes that a statement failed. Returns `code`. */
int store_note_failure(struct store_session *session, int code);
/* An earlier statement of the transaction failed: ERROR_CONFLICT. */
int store_refuse_failed(const char *where, struct error *error);
/* Commits; after a failure rolls back, and returns it. */
int store_end(struct store_session *session, int result, struct error *error);
void store_end_rows(struct store_session *session);

/* Says if the SQL is one of the statements that sessions may run; NULL if so, otherwise why not. */
const char *store_statement_refused(const char *sql);
/* Surely nothing is written: SELECT, VALUES, or a WITH that does not so much as name a change. */
bool store_only_reads(const char *sql);
/* As store_query_text, for this room's own statements: anything goes. */
int store_own_query(struct store_session *session, const char *sql, struct store_values values,
                    struct store_rows **out, struct error *error);
int store_own_run(struct store_session *session, const char *sql, struct store_values values,
                  struct error *error);

/*
 * Turns SQL of the common dialect into an engine's own. The result is malloc'ed.
 *   ERROR_CHECK   the text begins or ends transactions
 *   ERROR_SYSTEM  memory
 */
int store_dialect(enum store_engine_kind kind, const char *sql, char **out, struct error *error);

/* A new file that only its owner may read; its folder is not synchronised yet. ERROR_CONFLICT if there is one. */
int store_make_file(const char *path, struct error *error);

/* False if it is what the common subset does not have. Lent until the statement is stepped; bare: a text has no NUL after it. */
bool store_sqlite_cell(struct sqlite3_stmt *statement, int column, bool bare, struct store_value *value);
/* SQLite's code. The value is copied unless it `stays` until the statement has ended. */
int store_sqlite_bind(struct sqlite3_stmt *statement, int at, const struct store_value *value, bool stays);
int store_sqlite_error(struct store_session *session, int code, const char *sql, struct error *error);
int store_sqlite_authorize(void *session, int action, const char *first, const char *second,
                           const char *schema, const char *inner);

/* `reply` may be NULL: the connection failed. */
int store_postgres_error(struct store_session *session, const struct pg_result *reply, const char *sql,
                         struct error *error);
/* Only one program at a time has the writer of a database: takes that place, or ERROR_CONFLICT, which names who has it. */
int store_postgres_alone(struct store_session *session, struct error *error);
int store_postgres_scrub(struct store_session *session, struct error *error);
int store_postgres_scrub_table(struct store_session *session, const char *table, struct error *error);
bool store_postgres_cell(const struct pg_result *reply, int row, int column, struct store_value *value);
/* An integer of n bytes, most significant first. */
void store_postgres_number(unsigned char *out, uint64_t number, size_t n);
/*
 * The object id of a value's type, for every value that has one, so that the server need not guess: "$1 - 60" would make $1
 * four bytes.
 */
unsigned store_postgres_type(enum store_value_kind kind);

/*
 * Copies the rows of `tables`, but for store_migration, of the database of `from` (a reader in a transaction) to those of
 * `to` (a writer without one), which the same migrations made; what those put in there goes first. PostgreSQL: all or
 * nothing. SQLite: many transactions.
 */
int store_carry(struct store_session *from, struct store_session *to, const struct store_tables *tables,
                const struct store_progress *progress, struct error *error);

/*
 * Sees that the append-only tables of the settings refuse change: in a transaction of the writer; and the same once more in a
 * database of SQLite that nobody keeps, for a comparison.
 */
int store_append_only_keep(struct store_session *session, struct error *error);
int store_append_only_again(const struct store *store, struct sqlite3 *db, struct error *error);

/* How many rows refer to nothing. SQLite only. */
int store_count_orphans(struct store_session *session, int64_t *count, struct error *error);

/* Makes the tables of this room and of `migrations`, empty, in a database that nobody keeps. */
int store_make_again(const struct store *store, const struct store_migration *migrations, size_t count,
                     struct sqlite3 *db, struct error *error);

#endif
