#include "inside.h"

int store_note_failure(struct store_session *session, int code)
{
    if (session->in_transaction)
        session->failed = true;
    /* Outside a transaction the statement was its own commit. Inside, the engine's view of its files is in doubt. */
    if (session->unsure && session->writer)
        store_poison(session);
    return code;
}

int store_refuse_failed(const char *where, struct error *error)
{
    return error_set(error, ERROR_CONFLICT, where, "Roll the transaction back.",
                     "An earlier statement of the transaction failed");
}

static void transaction_over(struct store_session *session)
{
    session->in_transaction = session->failed = false;
    session->depth = 0;
}

int store_begin(struct store_session *session, enum store_access access, struct error *error)
{
    int result = store_ready(session, error);
    if (result)
        return result;
    if (session->in_transaction)
        return error_set(error, ERROR_SYSTEM, "database", "", "A transaction is open on the session already");
    if (access == STORE_WRITE && !session->writer)
        return error_set(error, ERROR_SYSTEM, "database", "", "A reader session cannot begin to write");
    store_end_rows(session);
    const struct store_engine *engine = session->engine;
    result =
        engine->control(session, access == STORE_WRITE ? engine->begin_write : engine->begin_read, error);
    if (!result && access == STORE_READ && engine->picture)
        result = engine->control(session, engine->picture, error);
    if (result) {
        bool retry = session->retry;
        if (engine->transaction_alive(session))
            engine->control(session, "ROLLBACK", NULL);
        session->retry = retry;
        return result;
    }
    session->in_transaction = true;
    session->access = access;
    session->failed = session->full = false;
    session->depth = 0;
    return 0;
}

void store_rollback(struct store_session *session)
{
    if (!session || !session->in_transaction)
        return;
    store_end_rows(session);
    bool retry = session->retry;
    if (!session->broken && session->engine->transaction_alive(session))
        session->engine->control(session, "ROLLBACK", NULL);
    session->retry = retry; /* it speaks of the failure that led here */
    transaction_over(session);
    if (session->engine->transaction_alive(session))
        session->broken = true;
}

int store_commit(struct store_session *session, struct error *error)
{
    if (!session->in_transaction)
        return error_set(error, ERROR_SYSTEM, "database", "", "No transaction is open on the session");
    if (session->failed || session->depth > 0) {
        int code = session->failed ? store_refuse_failed("database", error)
                                   : error_set(error, ERROR_SYSTEM, "database", "",
                                               "A savepoint is open still; the transaction was rolled back");
        store_rollback(session);
        return code;
    }
    int result = store_ready(session, error);
    store_end_rows(session);
    if (!result && session->failed) /* what was not read of the rows */
        result = store_refuse_failed("database", error);
    if (!result) {
        bool before = session->full;
        session->full = false;
        result = session->engine->control(session, "COMMIT", error);
        /* Refused (a deferred constraint, a conflict, no room): surely not kept. Anything else: nobody knows. */
        if (result && result != ERROR_CONFLICT && result != ERROR_INVALID && !session->full &&
            session->access == STORE_WRITE)
            store_poison(session);
        session->full = session->full || before;
    }
    if (result)
        store_rollback(session);
    transaction_over(session);
    return result;
}

int store_end(struct store_session *session, int result, struct error *error)
{
    if (!result)
        return store_commit(session, error);
    store_rollback(session);
    return result;
}

static int in_write(struct store_session *session, bool wants_savepoint, struct error *error)
{
    int result = store_ready(session, error);
    if (result)
        return result;
    if (!session->in_transaction || session->access != STORE_WRITE)
        return error_set(error, ERROR_SYSTEM, "database", "", "Savepoints need a STORE_WRITE transaction");
    if (wants_savepoint && session->depth == 0)
        return error_set(error, ERROR_SYSTEM, "database", "", "No savepoint is open");
    return 0;
}

int store_savepoint(struct store_session *session, struct error *error)
{
    int result = in_write(session, false, error);
    if (result)
        return result;
    if (session->failed)
        return store_refuse_failed("database", error);
    result = session->engine->control(session, "SAVEPOINT step", error);
    if (result)
        return store_note_failure(session, result);
    session->depth++;
    return 0;
}

/* Savepoints share one name: both engines take the innermost of that name. */
int store_release(struct store_session *session, struct error *error)
{
    int result = in_write(session, true, error);
    if (result)
        return result;
    if (session->failed)
        return store_refuse_failed("database", error);
    result = session->engine->control(session, "RELEASE SAVEPOINT step", error);
    if (result)
        return store_note_failure(session, result);
    session->depth--;
    return 0;
}

int store_undo(struct store_session *session, struct error *error)
{
    int result = in_write(session, true, error);
    if (result)
        return result;
    store_end_rows(session);
    /* A full disk or lost connection may have ended the whole transaction. */
    if (session->broken || !session->engine->transaction_alive(session)) {
        session->failed = true;
        return error_set(error, ERROR_SYSTEM, "database", "Roll the transaction back.",
                         "The database gave up the whole transaction");
    }
    result = session->engine->control(session, "ROLLBACK TO SAVEPOINT step", error);
    if (!result)
        result = session->engine->control(session, "RELEASE SAVEPOINT step", error);
    if (result)
        return store_note_failure(session, result);
    session->failed = false;
    session->depth--;
    return 0;
}

bool store_in_transaction(const struct store_session *session)
{
    return session->in_transaction;
}

int store_savepoint_depth(const struct store_session *session)
{
    return session->depth;
}

bool store_retry(const struct store_session *session)
{
    return session->retry;
}

bool store_lost(const struct store_session *session)
{
    return session->broken;
}

bool store_full(const struct store_session *session)
{
    return session->full;
}

static int ready_to_scrub(struct store_session *session, struct error *error)
{
    int result = store_ready(session, error);
    if (result)
        return result;
    if (!session->writer || session->in_transaction)
        return error_set(error, ERROR_SYSTEM, "database", "",
                         "Scrubbing needs the writer session, outside a transaction");
    store_end_rows(session);
    return 0;
}

int store_scrub(struct store_session *session, struct error *error)
{
    int result = ready_to_scrub(session, error);
    return result ? result : session->engine->scrub(session, error);
}

int store_scrub_table_named(struct store_session *session, const char *table, struct error *error)
{
    int result = ready_to_scrub(session, error);
    if (result || session->engine->kind == STORE_SQLITE)
        return result;
    return store_postgres_scrub_table(session, table, error);
}
