#include "forget_inside.h"
#include "writer/writer.h"

#include "store.h"

/* Once the keys are gone: what still lies on the disk. */

/* ---- payloads of documents ---- */

enum { PAYLOADS = 64, PIECES = 64 };

struct payloads {
    struct id name[PAYLOADS];
    size_t n;
};

static int read_due(struct gate *gate, struct payloads *due, struct error *error)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    due->n = 0;
    int got = store_reader(gate->store, &session, error);
    if (!got)
        got = store_query(session, "SELECT payload FROM payload_due ORDER BY payload LIMIT $1", STORE_BIND(STORE_INT(PAYLOADS)), &rows,
                          error);
    while (!got && (got = store_next(rows, error)) > 0)
        got = id_parse(store_text(rows, 0), &due->name[due->n]) ? (due->n++, 0) : 0;
    return got;
}

static int delete_payload(struct gate *gate, const struct id *name, struct error *error)
{
    bool gone = false;
    int result = 0;
    while (!result && !gone) { /* a session for each step: uploads get their turn in between */
        STORE_SESSION_SCOPE struct store_session *documents = NULL;
        result = store_writer(gate->documents, &documents, error);
        if (!result)
            result = store_blob_delete(documents, id_text(name), PIECES, &gone, error);
        if (!result && gone)
            result = store_run(documents, "DELETE FROM upload WHERE payload = $1", STORE_BIND(STORE_TEXT(id_text(name))), NULL, error);
    }
    return result;
}

static int forget_due(struct store_session *session, void *context, struct error *error)
{
    const struct payloads *done = context;
    int result = 0;
    for (size_t i = 0; !result && i < done->n; i++)
        result = store_run(session, "DELETE FROM payload_due WHERE payload = $1", STORE_BIND(STORE_TEXT(id_text(&done->name[i]))), NULL,
                           error);
    return result;
}

int forget_payloads(struct gate *gate, struct error *error)
{
    struct payloads due;
    int result;
    do {
        result = read_due(gate, &due, error);
        for (size_t i = 0; !result && i < due.n; i++)
            result = delete_payload(gate, &due.name[i], error);
        if (!result && due.n)
            result = writer_do(gate, forget_due, &due, false, error);
        if (!result)
            result = forget_check_stop(gate, error);
    } while (!result && due.n);
    return result;
}

/* ---- write-ahead logs ---- */

static int scrub(struct store_session *session, void *context, struct error *error)
{
    (void)context;
    return store_scrub(session, error);
}

/* On PostgreSQL by a connection of its own, while the others go on: it may take long there. */
static int scrub_aside(struct gate *gate, struct error *error)
{
    STORE_SCOPE struct store *aside = NULL;
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    struct store_settings settings = {.database = gate->database, .may_write = true};
    int result = store_open(&settings, &aside, error);
    if (!result)
        result = store_writer(aside, &session, error);
    return result ? result : store_scrub(session, error);
}

int forget_logs(struct gate *gate, struct error *error)
{
    if (store_kind(gate->store) == STORE_POSTGRES)
        return scrub_aside(gate, error);
    int result = writer_do(gate, scrub, NULL, true, error);
    STORE_SESSION_SCOPE struct store_session *documents = NULL;
    if (!result)
        result = store_writer(gate->documents, &documents, error);
    return result ? result : store_scrub(documents, error);
}
