#include "upload.h"
#include "inside.h"

#include "store.h"

/*
 * A payload lies in a file of its own, beside the database that has its row: an upload whose command never came would stay
 * for ever. So each is remembered beside the payloads, and looked up a week later.
 */
enum { AT_ONCE = 16, PIECES_AT_ONCE = 64 };

int upload_remember(struct gate *gate, struct store_session *documents, struct text payload, struct error *error)
{
    int64_t now = gate_now(gate), seen = age_look(gate, now); /* a clock that is behind must not make it old when it is put right */
    return store_run(documents, "INSERT INTO upload (payload, at) VALUES ($1, $2)",
                     STORE_BIND(STORE_TEXT(payload), STORE_INT(now > seen ? now : seen)), NULL, error);
}

/* *gone: nothing more is to be done about it. */
static int sweep_one(struct store_session *documents, struct store_session *session, struct text payload, bool *gone,
                     struct error *error)
{
    int64_t attached = 0;
    int result = store_one_int(session, "SELECT count(*) FROM document WHERE payload = $1", STORE_BIND(STORE_TEXT(payload)),
                               &attached, error);
    *gone = attached > 0;
    if (!result && !attached)
        result = store_blob_delete(documents, payload, PIECES_AT_ONCE, gone, error);
    if (!result && *gone)
        result = store_run(documents, "DELETE FROM upload WHERE payload = $1", STORE_BIND(STORE_TEXT(payload)), NULL, error);
    return result;
}

int upload_check(struct gate *gate, struct text payload, struct error *error)
{
    struct store_blob blob;
    STORE_SESSION_SCOPE struct store_session *documents = NULL;
    int result = store_reader(gate->documents, &documents, error);
    if (!result)
        result = store_blob_look(documents, payload, &blob, error);
    if (result == ERROR_MISSING || (!result && !blob.finished))
        return error_set(error, ERROR_MISSING, "document", "Choose the file again.", "the upload is not whole, or was too long ago");
    return result;
}

int upload_sweep(struct store_session *documents, struct store_session *session, int64_t before, bool *done,
                 struct error *error)
{
    struct id payload[AT_ONCE];
    size_t n = 0;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(documents, "SELECT payload FROM upload WHERE at < $1 ORDER BY at LIMIT $2",
                          STORE_BIND(STORE_INT(before), STORE_INT(AT_ONCE)), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        if (n < AT_ONCE)
            id_parse(store_text(rows, 0), &payload[n++]);
        got = 0;
    }
    store_done(&rows);
    *done = n < AT_ONCE;
    for (size_t i = 0; !got && i < n; i++) {
        bool gone = false;
        got = sweep_one(documents, session, id_text(&payload[i]), &gone, error);
        *done &= gone;
    }
    return got;
}
