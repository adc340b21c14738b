#ifndef STORE_STATEMENT_H
#define STORE_STATEMENT_H

#include "base/arena.h"
#include "store/session.h"

/*
 * SQL is a string literal written where it is used (anything else does not compile); values are bound, never
 * pasted in. One statement a call: SELECT, WITH, VALUES, INSERT, UPDATE or DELETE. Prepared statements are kept
 * by the session.
 *
 *     STORE_ROWS_SCOPE struct store_rows *rows = NULL;
 *     int got = store_query(session, "SELECT id, size FROM paper WHERE owner = $1 ORDER BY id",
 *                           STORE_BIND(STORE_TEXT(owner)), &rows, error);
 *     while (!got && (got = store_next(rows, error)) > 0)
 *         got = use(store_text(rows, 0), store_int(rows, 1));
 */
struct store_value {
    enum store_value_kind { STORE_KIND_NULL, STORE_KIND_INT, STORE_KIND_TEXT, STORE_KIND_BYTES } kind;
    bool is_null;
    int64_t integer;
    struct text text; /* STORE_KIND_TEXT, STORE_KIND_BYTES */
};

/* Variadic only so that a compound literal may be given. */
#define STORE_INT(...) ((struct store_value){.kind = STORE_KIND_INT, .integer = (__VA_ARGS__)})
#define STORE_BOOL(...) ((struct store_value){.kind = STORE_KIND_INT, .integer = (__VA_ARGS__) ? 1 : 0})
#define STORE_TEXT(...) ((struct store_value){.kind = STORE_KIND_TEXT, .text = (__VA_ARGS__)})
#define STORE_STRING(...) ((struct store_value){.kind = STORE_KIND_TEXT, .text = text_of(__VA_ARGS__)})
#define STORE_BYTES(start, length)                                                                           \
    ((struct store_value){.kind = STORE_KIND_BYTES, .text = {(const char *)(start), (length)}})
#define STORE_NULL() ((struct store_value){.kind = STORE_KIND_NULL, .is_null = true})

/* NULL unless `present`. Prefer these to STORE_NULL(): the type is then known to the engine. */
#define STORE_INT_IF(present, value)                                                                         \
    ((struct store_value){.kind = STORE_KIND_INT, .is_null = !(present), .integer = (value)})
#define STORE_TEXT_IF(present, value)                                                                        \
    ((struct store_value){.kind = STORE_KIND_TEXT, .is_null = !(present), .text = (value)})
#define STORE_BYTES_IF(present, start, length)                                                               \
    ((struct store_value){                                                                                   \
        .kind = STORE_KIND_BYTES, .is_null = !(present), .text = {(const char *)(start), (length)}})

struct store_values {
    const struct store_value *value;
    size_t count;
};

/* The values of $1, $2, ... in order; STORE_BIND() for none. Lives to the end of the enclosing block. */
#define STORE_BIND(...)                                                                                      \
    ((struct store_values){                                                                                  \
        &((const struct store_value[]){{0}, __VA_ARGS__})[1],                                                \
        sizeof((const struct store_value[]){{0}, __VA_ARGS__}) / sizeof(struct store_value) - 1})

/* The rows of a query, read one after another as the engine finds them. */
struct store_rows;

/*
 * Starts a query and gives its rows, before the first. A statement that writes (INSERT ... RETURNING) must be in
 * a transaction here (ERROR_SYSTEM otherwise), and has written all when this returns. Other statements may run on
 * the session while rows are open; PostgreSQL then takes the rest of the open rows into memory, at most 64 MiB
 * (ERROR_TOO_LARGE).
 * On failure *out is NULL.
 *   ERROR_CONFLICT  a unique or foreign key forbids it, or others work at the same time (store_retry)
 *   ERROR_INVALID   a CHECK, NOT NULL or column type forbids it
 *   ERROR_INPUT     a bound text is not UTF-8 or holds a NUL character
 *   ERROR_SYSTEM    anything else: the disk, the connection, SQL that is wrong or not allowed
 */
#define store_query(session, sql, values, out, error)                                                        \
    store_query_text((session), "" sql "", (values), (out), (error))

/* The next row: 1, or 0 after the last (and ever after), or an error code. */
int store_next(struct store_rows *rows, struct error *error);

/* Ends the rows and sets to NULL; NULL is fine. */
void store_done(struct store_rows **rows);
#define STORE_ROWS_SCOPE __attribute__((cleanup(store_done)))

/*
 * A column, counted from 0, of the row that store_next gave. Text and bytes are lent until the next store_next
 * or store_done. NULL reads as 0 or the empty text. Reading a column as what it is not, or one that is not
 * there, gives 0 or the empty text, and the next store_next fails with ERROR_SYSTEM.
 */
bool store_is_null(struct store_rows *rows, int column);
int64_t store_int(struct store_rows *rows, int column);
bool store_bool(struct store_rows *rows, int column);
struct text store_text(struct store_rows *rows, int column);
struct text store_bytes(struct store_rows *rows, int column);
/*
 * Whatever the column holds, NULL too, as the value itself tells. The cheapest way where many rows are read: a text is not
 * copied for a NUL after it. It is lent as above, and only until another getter reads the same column.
 */
struct store_value store_cell(struct store_rows *rows, int column);

/* As the getters, copied into the arena; a full arena gives {NULL, 0}: see arena_exhausted(). */
struct text store_text_in(struct store_rows *rows, int column, struct arena *arena);
struct text store_bytes_in(struct store_rows *rows, int column, struct arena *arena);

/* Runs a statement for its effect. `changed` (may be NULL) is the number of rows that it inserted, updated or
 * deleted itself (0 for a SELECT). Errors as store_query. */
#define store_run(session, sql, values, changed, error)                                                      \
    store_run_text((session), "" sql "", (values), (changed), (error))

/* A query for one row, which is ready to be read on return. ERROR_MISSING when there is none. */
#define store_one(session, sql, values, out, error)                                                          \
    store_one_text((session), "" sql "", (values), (out), (error))

/* A query for one integer: the first column of the first row. ERROR_MISSING when there is no row. */
#define store_one_int(session, sql, values, value, error)                                                    \
    store_one_int_text((session), "" sql "", (values), (value), (error))

/* What the macros call. Not for use elsewhere: the macros are what proves that SQL is a literal. */
int store_query_text(struct store_session *session, const char *sql, struct store_values values,
                     struct store_rows **out, struct error *error);
int store_run_text(struct store_session *session, const char *sql, struct store_values values,
                   int64_t *changed, struct error *error);
int store_one_text(struct store_session *session, const char *sql, struct store_values values,
                   struct store_rows **out, struct error *error);
int store_one_int_text(struct store_session *session, const char *sql, struct store_values values,
                       int64_t *value, struct error *error);

/* Statements started and rows stepped on this session so far: for tests that compare the work of two paths. */
struct store_counts {
    uint64_t statements, rows;
};
struct store_counts store_count(const struct store_session *session);

#endif
