#include "account/sessions.h"
#include "batch.h"
#include "keys.h"
#include "pieces.h"
#include "witnesses/witnesses.h"

#include <string.h>

enum { TRIES = 3, SEEN_MOST = 256, CAREFUL_BATCHES = 16 };
#define SEEN_EVERY (60 * CLOCK_SECOND)

/*
 * *again, here and below: the whole batch may succeed if it is run once more: others worked at the same time, or it is run
 * with care then, a savepoint for each job.
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

/* When it was last used, of sessions that were: so that one that is idle ends also across a restart. */
static void write_seen(struct batch *batch)
{
    struct gate *gate = batch->gate;
    struct writer *writer = gate->writer;
    struct error ignored;
    struct session_seen seen[SEEN_MOST];
    int64_t now = gate_now(gate);
    int64_t since = now - writer->seen_written;
    if ((since >= 0 && since < SEEN_EVERY) || store_savepoint(batch->session, &ignored) != 0)
        return;
    writer->seen_written = now;
    size_t n = sessions_seen(gate->sessions, SEEN_EVERY, seen, SEEN_MOST);
    int result = 0;
    for (size_t i = 0; !result && i < n; i++)
        result = store_run(batch->session, "UPDATE session SET seen_at = $2 WHERE id = $1",
                           STORE_BIND(STORE_STRING(seen[i].hash), STORE_INT(seen[i].at)), NULL, &ignored);
    if (result || store_release(batch->session, &ignored) != 0)
        (void)store_undo(batch->session, &ignored);
}

/* The leaves go into the log, and with its head whatever witnesses have said since; the next batch goes on from there. */
static int commit_to_log(struct batch *batch, struct ledger_growth *growth, struct error *error)
{
    struct gate *gate = batch->gate;
    struct writer *writer = gate->writer;
    struct ledger_storage pieces = pieces_in(batch->session);
    struct ledger_edge edge;
    int result = ledger_append(&pieces, batch->arena, &writer->edge, batch->leaf, batch->leaves, &edge, growth, error);
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
    if (result)
        return result;
    witnesses_kept(gate);
    writer->edge = edge;
    writer->look_seq = batch->look_seq;
    return 0;
}

/* Each job has its own result; what is returned is that of the whole. */
static int run_jobs(struct batch *batch, struct job *chain, bool *again, struct error *error)
{
    for (struct job *job = chain; job && !*again; job = job->next) {
        if (job->apart)
            continue;
        job->result = run_job(batch, job, again);
        if (job->result && (store_savepoint_depth(batch->session) > 0 || store_full(batch->session))) {
            *error = job->error; /* not even undone: the transaction is gone, or will be */
            return ERROR_SYSTEM;
        }
    }
    return 0;
}

/* Of chores the record has nothing to tell; and where every job was refused there is nothing to commit. */
static int keep(struct batch *batch, struct ledger_growth *growth, bool *again, struct error *error)
{
    if (!batch->leaves && !batch->chores)
        return 0;
    if (batch->leaves)
        write_seen(batch);
    int result = batch->leaves ? commit_to_log(batch, growth, error) : store_commit(batch->session, error);
    *again = result == ERROR_CONFLICT && store_retry(batch->session);
    return result;
}

/* All of it once, from the beginning. It leaves no transaction open. */
static int attempt(struct batch *batch, struct job *chain, struct ledger_growth *growth, bool *again, struct error *error)
{
    *again = false;
    for (struct job *job = chain; job; job = job->next)
        job->result = 0;
    batch->leaves = batch->chores = 0;
    batch->look_seq = batch->gate->writer->look_seq;
    arena_reset(batch->arena);
    batch->leaf = ARENA_ARRAY(batch->arena, struct text, BATCH_MOST);
    int result = batch->leaf ? store_begin(batch->session, STORE_WRITE, error) : arena_error(batch->arena, error);
    if (!result)
        result = run_jobs(batch, chain, again, error);
    if (!result && !*again)
        result = keep(batch, growth, again, error);
    if (store_in_transaction(batch->session))
        store_rollback(batch->session);
    return result;
}

static bool one_failed(const struct job *chain)
{
    while (chain && !chain->result)
        chain = chain->next;
    return chain;
}

/* The disk has no room, and surely nothing of the batch is there. */
static bool is_full(const struct batch *batch)
{
    return store_full(batch->session) && !store_poisoned(batch->gate->store);
}

/* As often as it may go better: with care once one has failed, with the room of the reserve, or when others are out of the way. */
static int attempt_again(struct batch *batch, struct job *chain, struct ledger_growth *growth, struct error *error)
{
    struct writer *writer = batch->gate->writer;
    bool again = true;
    int result = 0, tries = 0;
    while (again && tries < TRIES) {
        result = attempt(batch, chain, growth, &again, error);
        if (again && !batch->careful && !batch->alone && one_failed(chain)) {
            batch->careful = true;             /* whoever waits beside it has used up no try */
            writer->careful = CAREFUL_BATCHES; /* what fails often comes again */
        } else {
            tries++;
        }
        if (result && is_full(batch) && reserve_release(&writer->reserve))
            again = true;
    }
    if (again && !result)
        result = error_set(error, ERROR_SYSTEM, "", "", "others wrote to the database at the same time, again and again");
    return result;
}

static void sign_batch(struct batch *batch, struct job *chain, const struct ledger_growth *growth)
{
    struct gate *gate = batch->gate;
    struct error error;
    int result = head_sign(gate, growth, batch->arena, &error);
    if (result == ERROR_SYSTEM && keys_revive(gate, &error) == 0)
        result = head_sign(gate, growth, batch->arena, &error);
    if (result)
        unkept_unsigned(gate, chain, &error);
    gate->writer->untidy = result == 0; /* the checkpoint is to go to the database too */
    gate->health.full = false;
}

void batch_run(struct gate *gate, struct store_session *session, struct job *chain)
{
    struct writer *writer = gate->writer;
    struct error error = {0};
    struct ledger_growth growth;
    struct batch batch = {.gate = gate,
                          .session = session,
                          .arena = writer->batch,
                          .scratch = writer->scratch,
                          .alone = !chain->next,
                          .careful = writer->careful > 0};
    writer->careful -= writer->careful > 0;
    int result = attempt_again(&batch, chain, &growth, &error);
    if (result && is_full(&batch)) {
        unkept_full(gate, chain, &error);
    } else if (result || store_poisoned(gate->store)) {
        if (!error.code)
            error_set(&error, ERROR_SYSTEM, "", "", "the database could not keep what was written");
        unkept_batch(gate, session, chain, &error);
    } else if (batch.leaves) {
        sign_batch(&batch, chain, &growth);
    }
    atomic_fetch_add(&gate->batches, 1);
}
