#include "forget.h"

/* Once the keys are gone: what still lies on the disk. */

/* ---- payloads of documents ---- */

enum { PAYLOADS = 64, PIECES = 64, MOVED = 1000 };

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
            result = queue_do(gate, forget_due, &due, false, error);
        if (!result)
            result = forget_check_stop(gate, error);
    } while (!result && due.n);
    return result;
}

/*
 * ---- the index of names ----
 *
 * SQLite overwrites what is deleted, but a page of an index that was split while names were added keeps a copy of cells
 * that moved to its neighbour. A page that is freed is overwritten whole. So the names move to the other table, and every
 * page of this one is freed. (The other tables grow at their end only, where no page is split so: a test looks.)
 * PostgreSQL overwrites nothing: there the files of the table that the names have left are taken away.
 */

struct moving {
    bool second; /* where names are added now */
    int64_t moved;
};

static int read_side(struct store_session *session, struct moving *moving, struct error *error)
{
    int64_t second = 0;
    int result = store_one_int(session, "SELECT second FROM trigram_side WHERE id = 1", STORE_BIND(), &second, error);
    moving->second = second != 0;
    return result;
}

/* Unless a move is unfinished: then it goes on. */
static int change_side(struct store_session *session, void *context, struct error *error)
{
    struct moving *moving = context;
    int64_t other = 0;
    int result = read_side(session, moving, error);
    if (!result)
        result = moving->second ? store_one_int(session, "SELECT count(*) FROM (SELECT 1 FROM subject_trigram LIMIT 1) one", STORE_BIND(), &other, error)
                                : store_one_int(session, "SELECT count(*) FROM (SELECT 1 FROM subject_trigram_2 LIMIT 1) one", STORE_BIND(), &other, error);
    if (result || other)
        return result;
    moving->second = !moving->second;
    return store_run(session, "UPDATE trigram_side SET second = $1 WHERE id = 1", STORE_BIND(STORE_BOOL(moving->second)), NULL, error);
}

#define FIRST(table)                                                                                           \
    "(SELECT agency_id, trigram, subject_id FROM " table " ORDER BY agency_id, trigram, subject_id LIMIT $1)"
#define COPY(from, to)                                                                                         \
    store_run(session,                                                                                         \
              "INSERT INTO " to " (agency_id, trigram, subject_id) SELECT agency_id, trigram, subject_id FROM " FIRST(from) \
              " piece WHERE true ON CONFLICT DO NOTHING",                                                      \
              STORE_BIND(STORE_INT(MOVED)), NULL, error)
#define DROP(from)                                                                                             \
    store_run(session, "DELETE FROM " from " WHERE (agency_id, trigram, subject_id) IN " FIRST(from),          \
              STORE_BIND(STORE_INT(MOVED)), &moving->moved, error)

static int move_piece(struct store_session *session, void *context, struct error *error)
{
    struct moving *moving = context;
    int result = moving->second ? COPY("subject_trigram", "subject_trigram_2") : COPY("subject_trigram_2", "subject_trigram");
    if (!result)
        result = moving->second ? DROP("subject_trigram") : DROP("subject_trigram_2");
    if (result || moving->moved)
        return result;
    /* empty: on SQLite this frees what is left of its pages, and clears its root */
    return moving->second ? store_run(session, "DELETE FROM subject_trigram", STORE_BIND(), NULL, error)
                          : store_run(session, "DELETE FROM subject_trigram_2", STORE_BIND(), NULL, error);
}

static int drop_left(struct store_session *session, void *context, struct error *error)
{
    const struct moving *moving = context;
    return moving->second ? store_scrub_table(session, "subject_trigram", error)
                          : store_scrub_table(session, "subject_trigram_2", error);
}

static int name_was_disposed(struct gate *gate, int64_t *n, struct error *error)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    int result = store_reader(gate->store, &session, error);
    return result ? result
                  : store_one_int(session,
                                  "SELECT count(*) FROM disposal d JOIN tombstone t ON t.disposal_id = d.id AND t.tbl = 'subject'"
                                  " WHERE d.state = 'waiting'",
                                  STORE_BIND(), n, error);
}

int forget_names(struct gate *gate, struct error *error)
{
    struct moving moving = {.moved = 0};
    int64_t n = 0;
    int result = name_was_disposed(gate, &n, error);
    if (result || !n)
        return result;
    result = queue_do(gate, change_side, &moving, false, error);
    do {
        if (!result)
            result = queue_do(gate, move_piece, &moving, false, error);
        if (!result)
            result = forget_check_stop(gate, error);
    } while (!result && moving.moved);
    return result ? result : queue_do(gate, drop_left, &moving, true, error);
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
    int result = queue_do(gate, scrub, NULL, true, error);
    STORE_SESSION_SCOPE struct store_session *documents = NULL;
    if (!result)
        result = store_writer(gate->documents, &documents, error);
    return result ? result : store_scrub(documents, error);
}
