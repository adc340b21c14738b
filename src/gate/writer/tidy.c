#include "upload.h"
#include "witnesses/witnesses.h"
#include "writer_inside.h"

#include "store.h"

#define SWEEP_EVERY (3600 * CLOCK_SECOND)
#define UPLOADS_KEPT (8 * CLOCK_DAY)

/* Where the disk is full another is written first, which needs room: the same once more would be no write at all. */
static int put_note(const struct gate *gate, struct store_session *session, struct error *error)
{
    int result = store_begin(session, STORE_WRITE, error);
    if (!result && gate->health.full)
        result = store_run(session, "UPDATE log_head SET note = '' WHERE id = 1", STORE_BIND(), NULL, error);
    if (!result)
        result = store_run(session, "UPDATE log_head SET note = $1 WHERE id = 1", STORE_BIND(STORE_STRING(gate->published.note)), NULL, error);
    if (!result)
        result = store_commit(session, error);
    if (store_in_transaction(session))
        store_rollback(session);
    return result;
}

void tidy_up(struct gate *gate, struct store_session *session)
{
    struct writer *writer = gate->writer;
    struct error ignored;
    bool gone;
    writer->untidy = false;
    reserve_keep(&writer->reserve);
    if (put_note(gate, session, &ignored) == 0) {
        gate->health.full = false;
    } else if (gate->health.full) {
        writer->untidy = true;
        full_tell(gate, &ignored);
        return;
    } else {
        log_line(LOG_LEVEL_WARNING, "gate", "the checkpoint could not be put into the database: %s", ignored.what);
    }
    if (witnesses_keep(gate, session, &ignored) != 0)
        log_line(LOG_LEVEL_WARNING, "gate", "what witnesses signed or said could not be kept: %s", ignored.what);
    else
        witnesses_kept(gate);
    int64_t now = gate_now(gate), seen = age_look(gate, now), steady = clock_steady();
    if (writer->swept && steady - writer->swept < SWEEP_EVERY)
        return;
    writer->swept = steady;
    STORE_SESSION_SCOPE struct store_session *documents = NULL;
    if (store_writer(gate->documents, &documents, &ignored) != 0)
        return;
    int result = upload_sweep(documents, session, (now < seen ? now : seen) - UPLOADS_KEPT, &gone, &ignored);
    if (result)
        log_line(LOG_LEVEL_WARNING, "gate", "uploads that nobody attached could not be removed: %s", ignored.what);
    else if (!gone)
        writer->swept = 0, writer->untidy = true; /* the rest in the next quiet moment */
}
