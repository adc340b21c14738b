#include "account/sessions.h"
#include "batch.h"
#include "keys.h"
#include "pieces.h"
#include "witnesses.h"

#include <string.h>

enum { TRIES = 3, SEEN_MOST = 256, CAREFUL_BATCHES = 16 };
#define SEEN_EVERY (60 * CLOCK_SECOND)

/*
 * *again: the whole batch may succeed if it is run once more: others worked at the same time, or it is run with care then,
 * a savepoint for each job.
 */
static int run_job(struct batch *batch, struct job *job, bool *again)
{
    struct error *error = &job->error;
    arena_reset(batch->scratch);
    int result = batch->careful ? store_savepoint(batch->session, error) : 0;
    if (!result)
        result = job->chore     ? job->chore(batch->session, job->context, error)
                 : job->command ? batch_command(batch, job, error)
                                : batch_looks(batch, job, error);
    if (!result && batch->careful)
        result = store_release(batch->session, error);
    if (!result) {
        *(job->chore ? &batch->chores : &batch->leaves) += 1;
        return 0;
    }
    *again = (!batch->careful && !batch->alone) || (result == ERROR_CONFLICT && store_retry(batch->session));
    struct error ignored;
    if (store_savepoint_depth(batch->session) > 0)
        (void)store_undo(batch->session, &ignored);
    return result;
}

static int commit(struct batch *batch, struct ledger_edge *edge, struct ledger_growth *growth, struct error *error)
{
    struct gate *gate = batch->gate;
    struct ledger_storage pieces = pieces_in(batch->session);
    int result =
        ledger_append(&pieces, batch->arena, &gate->writer->edge, batch->leaf, batch->leaves, edge, growth, error);
    if (!result)
        result = store_run(batch->session,
                           "INSERT INTO log_head (id, size, root, note) VALUES (1, $1, $2, $3)"
                           " ON CONFLICT (id) DO UPDATE SET size = $1, root = $2, note = $3",
                           STORE_BIND(STORE_INT((int64_t)growth->to.size),
                                      STORE_BYTES(growth->to.root.byte, sizeof growth->to.root.byte),
                                      STORE_STRING(gate->published.note)), /* the newest that is signed: of the batch before */
                           NULL, error);
    if (!result)
        result = witnesses_keep(gate, batch->session, error);
    if (!result)
        result = store_commit(batch->session, error);
    if (!result)
        witnesses_kept(gate);
    return result;
}

/* When it was last used, of sessions that were: so that one that is idle ends also across a restart. */
static void write_seen(struct batch *batch)
{
    struct gate *gate = batch->gate;
    struct error ignored;
    struct session_seen seen[SEEN_MOST];
    int64_t now = gate_now(gate);
    int64_t since = now - gate->writer->seen_written;
    if ((since >= 0 && since < SEEN_EVERY) || store_savepoint(batch->session, &ignored) != 0)
        return;
    gate->writer->seen_written = now;
    size_t n = sessions_seen(gate->sessions, SEEN_EVERY, seen, SEEN_MOST);
    int result = 0;
    for (size_t i = 0; !result && i < n; i++)
        result = store_run(batch->session, "UPDATE session SET seen_at = $2 WHERE id = $1",
                           STORE_BIND(STORE_STRING(seen[i].hash), STORE_INT(seen[i].at)), NULL, &ignored);
    if (result || store_release(batch->session, &ignored) != 0)
        (void)store_undo(batch->session, &ignored);
}

/* Runs the jobs and commits. Each has its own result; what is returned is that of the whole. */
static int write_batch(struct batch *batch, struct job *chain, struct ledger_growth *growth, bool *again,
                       struct error *error)
{
    struct gate *gate = batch->gate;
    struct store_session *session = batch->session;
    *again = false;
    batch->leaves = batch->chores = 0;
    batch->look_seq = gate->writer->look_seq;
    arena_reset(batch->arena);
    batch->leaf = ARENA_ARRAY(batch->arena, struct text, BATCH_MOST);
    int result = batch->leaf ? store_begin(session, STORE_WRITE, error) : arena_error(batch->arena, error);
    for (struct job *job = chain; !result && !*again && job; job = job->next) {
        if (job->apart)
            continue;
        job->result = run_job(batch, job, again);
        if (job->result && (store_savepoint_depth(session) > 0 || store_full(session))) {
            *error = job->error; /* not even undone: the transaction is gone, or will be */
            result = ERROR_SYSTEM;
        }
    }
    struct ledger_edge edge;
    if (!result && !*again && batch->leaves) {
        write_seen(batch);
        result = commit(batch, &edge, growth, error);
        *again = result == ERROR_CONFLICT && store_retry(session);
        if (!result) {
            gate->writer->edge = edge;
            gate->writer->look_seq = batch->look_seq;
        }
    } else if (!result && !*again && batch->chores) { /* nothing for the record to tell */
        result = store_commit(session, error);
        *again = result == ERROR_CONFLICT && store_retry(session);
    }
    if (store_in_transaction(session))
        store_rollback(session);
    return result;
}

static bool one_failed(const struct job *chain)
{
    while (chain && !chain->result)
        chain = chain->next;
    return chain;
}

void batch_run(struct gate *gate, struct store_session *session, struct job *chain)
{
    struct error error = {0};
    struct ledger_growth growth;
    struct batch batch = {.gate = gate,
                          .session = session,
                          .arena = gate->writer->batch,
                          .scratch = gate->writer->scratch,
                          .alone = !chain->next,
                          .careful = gate->writer->careful > 0};
    bool again = true;
    int result = 0;
    gate->writer->careful -= gate->writer->careful > 0;
    for (int i = 0; again && i < TRIES; i++) {
        for (struct job *job = chain; job; job = job->next)
            job->result = 0;
        result = write_batch(&batch, chain, &growth, &again, &error);
        if (again && !batch.careful && !batch.alone && one_failed(chain)) {
            batch.careful = true;
            gate->writer->careful = CAREFUL_BATCHES; /* what fails often comes again */
            i--;
        }
        if (result && store_full(session) && !store_poisoned(gate->store) && reserve_release(&gate->writer->reserve))
            again = true;
    }
    if (again && !result)
        result = error_set(&error, ERROR_SYSTEM, "", "", "others wrote to the database at the same time, again and again");
    if (result && store_full(session) && !store_poisoned(gate->store)) {
        unkept_full(gate, chain, &error);
    } else if (result || store_poisoned(gate->store)) {
        if (!error.code)
            error_set(&error, ERROR_SYSTEM, "", "", "the database could not keep what was written");
        unkept_batch(gate, chain, &error);
        if (store_lost(session)) /* and with it the place of the one writer: who has it now is seen at the next start */
            gate_fall_ill(gate, &error);
    } else if (batch.leaves) {
        result = head_sign(gate, &growth, gate->writer->batch, &error);
        if (result == ERROR_SYSTEM && keys_revive(gate, &error) == 0)
            result = head_sign(gate, &growth, gate->writer->batch, &error);
        if (result)
            unkept_unsigned(gate, chain, &error);
        gate->writer->untidy = result == 0;
        gate->health.full = false;
    }
    atomic_fetch_add(&gate->batches, 1);
}
