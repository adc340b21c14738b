#include <string.h>

#include "inside.h"

enum { GROWING, FINISHED, GOING };
enum { PIECES_AT_ONCE = 64 };

/* Each call is one transaction, unless the caller has opened one. */
static int enter(struct store_session *session, bool *opened, struct error *error)
{
    *opened = !store_in_transaction(session);
    return *opened ? store_begin(session, STORE_WRITE, error) : 0;
}

static int leave(struct store_session *session, bool opened, int result, struct error *error)
{
    return opened ? store_end(session, result, error) : result;
}

static int missing(struct error *error)
{
    return error_set(error, ERROR_MISSING, "", "", "There is no such content");
}

static int look(struct store_session *session, struct text name, int64_t *size, int64_t *begun_at,
                int64_t *state, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_one(session, "SELECT size, begun_at, state FROM store_blob WHERE name = $1",
                           STORE_BIND(STORE_TEXT(name)), &rows, error);
    if (result)
        return result == ERROR_MISSING ? missing(error) : result;
    *size = store_int(rows, 0);
    *begun_at = store_int(rows, 1);
    *state = store_int(rows, 2);
    return *state == GOING ? missing(error) : 0;
}

int store_blob_begin(struct store_session *session, struct text name, int64_t at, struct error *error)
{
    int64_t added = 0;
    int result = store_run(session,
                           "INSERT INTO store_blob (name, size, begun_at, state) VALUES ($1, 0, $2, 0)"
                           " ON CONFLICT DO NOTHING",
                           STORE_BIND(STORE_TEXT(name), STORE_INT(at)), &added, error);
    if (!result && added == 0)
        return error_set(error, ERROR_CONFLICT, "", "", "There is content of this name already");
    return result;
}

static int append(struct store_session *session, struct text name, int64_t offset, struct text piece,
                  struct error *error)
{
    int64_t size = 0, begun_at = 0, state = 0;
    int result = look(session, name, &size, &begun_at, &state, error);
    if (result)
        return result;
    if (state != GROWING || offset != size)
        return error_set(error, ERROR_CONFLICT, "", "",
                         state != GROWING ? "The content is finished"
                                          : "The piece does not follow what is there");
    for (size_t at = 0; !result && at < piece.n; at += STORE_BLOB_PIECE) {
        struct text part = text_cut(piece, at, at + STORE_BLOB_PIECE);
        result = store_run(
            session, "INSERT INTO store_piece (owner, start, content) VALUES ($1, $2, $3)",
            STORE_BIND(STORE_TEXT(name), STORE_INT(size + (int64_t)at), STORE_BYTES(part.p, part.n)), NULL,
            error);
    }
    if (!result)
        result = store_run(session, "UPDATE store_blob SET size = $1 WHERE name = $2",
                           STORE_BIND(STORE_INT(size + (int64_t)piece.n), STORE_TEXT(name)), NULL, error);
    return result;
}

int store_blob_append(struct store_session *session, struct text name, int64_t offset, struct text piece,
                      struct error *error)
{
    if (piece.n > (size_t)PIECES_AT_ONCE * STORE_BLOB_PIECE)
        return error_set(error, ERROR_TOO_LARGE, "", "Send smaller pieces.",
                         "A piece may have 16 MiB at most");
    bool opened = false;
    int result = enter(session, &opened, error);
    if (result)
        return result;
    return leave(session, opened, append(session, name, offset, piece, error), error);
}

static int finish(struct store_session *session, struct text name, int64_t size, struct error *error)
{
    int64_t there = 0, begun_at = 0, state = 0;
    int result = look(session, name, &there, &begun_at, &state, error);
    if (!result && (state != GROWING || there != size))
        return error_set(error, ERROR_CONFLICT, "", "",
                         state != GROWING ? "The content is finished" : "The content has another size");
    if (!result)
        result = store_run(session, "UPDATE store_blob SET state = 1 WHERE name = $1",
                           STORE_BIND(STORE_TEXT(name)), NULL, error);
    return result;
}

int store_blob_finish(struct store_session *session, struct text name, int64_t size, struct error *error)
{
    bool opened = false;
    int result = enter(session, &opened, error);
    if (result)
        return result;
    return leave(session, opened, finish(session, name, size, error), error);
}

int store_blob_look(struct store_session *session, struct text name, struct store_blob *out,
                    struct error *error)
{
    int64_t state = 0;
    *out = (struct store_blob){0};
    int result = look(session, name, &out->size, &out->begun_at, &state, error);
    out->finished = state == FINISHED;
    return result;
}

int store_blob_read(struct store_session *session, struct text name, int64_t offset, void *into,
                    size_t capacity, size_t *got, struct error *error)
{
    *got = 0;
    int64_t size = 0, begun_at = 0, state = 0;
    int result = look(session, name, &size, &begun_at, &state, error);
    if (result)
        return result;
    if (offset < 0)
        return error_set(error, ERROR_INPUT, "", "", "The place to read from is negative");
    while (*got < capacity && offset + (int64_t)*got < size) {
        int64_t at = offset + (int64_t)*got;
        STORE_ROWS_SCOPE struct store_rows *rows = NULL;
        result = store_one(session,
                           "SELECT start, content FROM store_piece WHERE owner = $1 AND start <= $2"
                           " ORDER BY start DESC LIMIT 1",
                           STORE_BIND(STORE_TEXT(name), STORE_INT(at)), &rows, error);
        if (result && result != ERROR_MISSING)
            return result;
        struct text content = result ? (struct text){0} : store_bytes(rows, 1);
        int64_t within = result ? 0 : at - store_int(rows, 0);
        if (within < 0 || within >= (int64_t)content.n)
            return error_set(error, ERROR_CHECK, "store_piece", "Restore the newest backup.",
                             "A piece of stored content is not there");
        size_t n = content.n - (size_t)within;
        if (n > capacity - *got)
            n = capacity - *got;
        memcpy((char *)into + *got, content.p + within, n);
        *got += n;
    }
    return 0;
}

int store_blob_check(struct store_session *session, struct text name, const struct store_blob *blob, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int64_t at = 0;
    int got = store_query(session, "SELECT start, length(content) FROM store_piece WHERE owner = $1 ORDER BY start",
                          STORE_BIND(STORE_TEXT(name)), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        got = store_int(rows, 0) == at && store_int(rows, 1) > 0 ? 0 : ERROR_CHECK;
        at += store_int(rows, 1);
    }
    return got == ERROR_CHECK || (!got && at != blob->size)
               ? error_set(error, ERROR_CHECK, "store_piece", "Restore the newest backup.", "The pieces of stored content do not fit together")
               : got;
}

/* The end of what is there, `pieces` back; removed from there on. */
static int delete_some(struct store_session *session, struct text name, int pieces, bool *gone,
                       struct error *error)
{
    int64_t removed = 0;
    int result = store_run(session, "UPDATE store_blob SET state = 2 WHERE name = $1 AND state <> 2",
                           STORE_BIND(STORE_TEXT(name)), NULL, error);
    if (!result)
        result = store_run(session,
                           "DELETE FROM store_piece WHERE owner = $1 AND start IN"
                           " (SELECT start FROM store_piece WHERE owner = $1 ORDER BY start DESC LIMIT $2)",
                           STORE_BIND(STORE_TEXT(name), STORE_INT(pieces)), &removed, error);
    *gone = !result && removed < pieces;
    if (*gone)
        result = store_run(session, "DELETE FROM store_blob WHERE name = $1", STORE_BIND(STORE_TEXT(name)),
                           NULL, error);
    return result;
}

int store_blob_delete(struct store_session *session, struct text name, int pieces, bool *gone,
                      struct error *error)
{
    *gone = false;
    if (pieces < 1)
        return error_set(error, ERROR_INPUT, "", "", "At least one piece must be deleted at a time");
    bool opened = false;
    int result = enter(session, &opened, error);
    if (result)
        return result;
    result = leave(session, opened, delete_some(session, name, pieces, gone, error), error);
    if (result)
        *gone = false;
    return result;
}
