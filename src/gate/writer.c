/*
 * The one writer. It takes all commands that wait, runs them in one transaction (batch.h), adds an entry for each
 * to the log, commits once, has the new tree signed, and only then answers. While it commits the next batch gathers.
 *
 * The signature comes after the commit, so a signed tree is always durable already (keyholder.h).
 */
#include "batch.h"
#include "packs.h"
#include "waiting.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { BATCH_MOST = 256, BATCH_MEMORY = 64 << 20, JOB_MEMORY = 256 << 20, TRIES = 3, SEEN_MOST = 256, CAREFUL_BATCHES = 16 };
#define SEEN_EVERY (60 * CLOCK_SECOND)
#define SWEEP_EVERY (3600 * CLOCK_SECOND)
#define UPLOADS_KEPT (8 * CLOCK_DAY)

/* ---- the queue ---- */

bool writer_put(struct gate *gate, struct job *job, struct error *error)
{
    job->next = NULL;
    pthread_mutex_lock(&gate->queue_lock);
    bool running = gate->running && !gate->stopping;
    if (running) {
        *gate->last = job;
        gate->last = &job->next;
        pthread_cond_signal(&gate->queue_filled);
    }
    pthread_mutex_unlock(&gate->queue_lock);
    if (!running)
        error_set(error, ERROR_SYSTEM, "", "Try again in a few minutes. Nothing was changed.", "the service is stopping");
    return running;
}

/* Waits for a job; with `idle`, for a second at most. */
static void wait_for_job(struct gate *gate, bool idle)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until); /* as queue_filled goes */
    until.tv_sec++;
    while (!gate->first && !gate->stopping && !gate->cosigned)
        if (!idle)
            pthread_cond_wait(&gate->queue_filled, &gate->queue_lock);
        else if (pthread_cond_timedwait(&gate->queue_filled, &gate->queue_lock, &until) == ETIMEDOUT)
            return;
}

/* A chain of at most BATCH_MOST jobs; NULL when a second passed without one, or when the writer is to stop. */
static struct job *take(struct gate *gate, bool *stop)
{
    pthread_mutex_lock(&gate->queue_lock);
    wait_for_job(gate, gate->untidy);
    gate->untidy = gate->untidy || gate->cosigned;
    gate->cosigned = false;
    struct job *chain = gate->first, *job = chain;
    for (int i = 1; job && i < BATCH_MOST && job->next; i++)
        job = job->next;
    if (job) {
        gate->first = job->next;
        job->next = NULL;
        if (!gate->first)
            gate->last = &gate->first;
    }
    *stop = !chain && gate->stopping;
    pthread_mutex_unlock(&gate->queue_lock);
    return chain;
}

/* ---- a batch ---- */

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
        ledger_append(&pieces, batch->arena, &gate->edge, batch->leaf, batch->leaves, edge, growth, error);
    if (!result)
        result = store_run(batch->session,
                           "INSERT INTO log_head (id, size, root, note) VALUES (1, $1, $2, $3)"
                           " ON CONFLICT (id) DO UPDATE SET size = $1, root = $2, note = $3",
                           STORE_BIND(STORE_INT((int64_t)growth->to.size),
                                      STORE_BYTES(growth->to.root.byte, sizeof growth->to.root.byte),
                                      STORE_STRING(gate->note)), /* the newest that is signed: of the batch before */
                           NULL, error);
    if (!result)
        result = witnesses_keep(gate, batch->session, error);
    if (!result)
        result = store_commit(batch->session, error);
    if (!result)
        witnesses_kept(gate);
    return result;
}

int writer_sign(struct gate *gate, const struct ledger_growth *growth, struct arena *arena, struct error *error)
{
    struct ledger_growth again = {0};
    if (!growth) {
        again.to = ledger_edge_head(&gate->edge);
        growth = &again;
    }
    uint8_t signature[LEDGER_SIGNATURE_SIZE];
    struct ledger_checkpoint checkpoint = {.origin = text_of(gate->origin), .head = growth->to};
    struct ledger_key key;
    struct text body, line;
    int result = keyholder_sign(gate->keyholder, growth, signature, error);
    if (!result)
        result = ledger_checkpoint_text(arena, &checkpoint, &body, error);
    if (!result)
        result = ledger_key_make(LEDGER_KEY_LOG, checkpoint.origin, gate->public_key, &key, error);
    if (!result)
        result = ledger_note_line(arena, &key, 0, signature, &line, error);
    if (result)
        return result;
    if (body.n + line.n + 2 > sizeof gate->note)
        return error_set(error, ERROR_SYSTEM, "", "", "the checkpoint is too long");
    pthread_mutex_lock(&gate->head_lock);
    snprintf(gate->note, sizeof gate->note, "%.*s\n%.*s", TEXT_ARGS(body), TEXT_ARGS(line));
    gate->head = growth->to;
    pthread_mutex_unlock(&gate->head_lock);
    witnesses_wake(gate);
    return 0;
}

/* From here on nothing is acknowledged any more. */
void gate_fall_ill(struct gate *gate, const struct error *why)
{
    pthread_mutex_lock(&gate->head_lock);
    bool first = gate->illness.code == 0;
    if (first)
        gate->illness = *why;
    pthread_mutex_unlock(&gate->head_lock);
    if (!first)
        return;
    char line[800];
    error_line(why, line, sizeof line);
    log_line(LOG_LEVEL_ERROR, "gate", "the service stops: %s", line);
    if (gate->fell_ill)
        gate->fell_ill(gate->fell_ill_context);
}

/* When it was last used, of sessions that were: so that one that is idle ends also across a restart. */
static void write_seen(struct batch *batch)
{
    struct gate *gate = batch->gate;
    struct error ignored;
    struct session_seen seen[SEEN_MOST];
    int64_t now = gate_now(gate);
    int64_t since = now - gate->seen_written;
    if ((since >= 0 && since < SEEN_EVERY) || store_savepoint(batch->session, &ignored) != 0)
        return;
    gate->seen_written = now;
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
    batch->look_seq = gate->look_seq;
    arena_reset(batch->arena);
    batch->leaf = ARENA_ARRAY(batch->arena, struct text, BATCH_MOST);
    int result = batch->leaf ? store_begin(session, STORE_WRITE, error) : arena_error(batch->arena, error);
    for (struct job *job = chain; !result && !*again && job; job = job->next) {
        if (job->apart)
            continue;
        job->code = run_job(batch, job, again);
        if (job->code && (store_savepoint_depth(session) > 0 || store_full(session))) {
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
            gate->edge = edge;
            gate->look_seq = batch->look_seq;
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
    while (chain && !chain->code)
        chain = chain->next;
    return chain;
}

static void fail_all(struct job *chain, int code, const struct error *error)
{
    for (struct job *job = chain; job; job = job->next)
        if (job->code == 0) {
            job->code = code;
            job->error = *error;
        }
}

/* The database's own words are for the operator's log; who waits is told whether anything was changed. */
static void fail_unkept(struct gate *gate, struct job *chain, const struct error *why)
{
    struct error told;
    bool unsure = store_poisoned(gate->store);
    log_line(LOG_LEVEL_ERROR, "gate", "a batch was not kept: %s %s", why->where, why->what);
    if (unsure)
        error_set(&told, ERROR_SYSTEM, "",
                  "Tell the operator. When the service is back, look whether it is there before you do it again.",
                  "it may not have been kept: the disk failed or is full");
    else
        error_set(&told, ERROR_SYSTEM, "", "Try again in a few minutes. If it stays so, tell the operator.",
                  "it could not be kept, and nothing was changed");
    fail_all(chain, ERROR_SYSTEM, &told);
    if (unsure)
        gate_fall_ill(gate, why);
}

/* Surely nothing of it is there, and the next may find room. */
static void fail_full(struct gate *gate, struct job *chain, const struct error *why)
{
    struct error told;
    gate->full = gate->untidy = true; /* the quiet moment tries whether there is room again */
    full_told(gate, why, &told);
    for (struct job *job = chain; job; job = job->next)
        job->code = 0; /* also where the database's own words were told */
    fail_all(chain, ERROR_SYSTEM, &told);
}

/* It is kept, but no signed checkpoint covers it: that is made up for at the next start. */
static void fail_unsigned(struct gate *gate, struct job *chain, const struct error *why)
{
    struct error told;
    error_set(&told, ERROR_SYSTEM, "", "Tell the operator. When the service is back, look whether it is there before you do it again.",
              "it was kept, but the record could not be signed");
    log_line(LOG_LEVEL_ERROR, "gate", "a batch is kept and not signed: %s", why->what);
    fail_all(chain, ERROR_SYSTEM, &told);
    gate_fall_ill(gate, why);
}

static void run_batch(struct gate *gate, struct store_session *session, struct job *chain)
{
    struct error error = {0};
    struct ledger_growth growth;
    struct batch batch = {.gate = gate,
                          .session = session,
                          .arena = gate->batch,
                          .scratch = gate->scratch,
                          .alone = !chain->next,
                          .careful = gate->careful > 0};
    bool again = true;
    int result = 0;
    gate->careful -= gate->careful > 0;
    for (int i = 0; again && i < TRIES; i++) {
        for (struct job *job = chain; job; job = job->next)
            job->code = 0;
        result = write_batch(&batch, chain, &growth, &again, &error);
        if (again && !batch.careful && !batch.alone && one_failed(chain)) {
            batch.careful = true;
            gate->careful = CAREFUL_BATCHES; /* what fails often comes again */
            i--;
        }
        if (result && store_full(session) && !store_poisoned(gate->store) && reserve_release(gate))
            again = true;
    }
    if (again && !result)
        result = error_set(&error, ERROR_SYSTEM, "", "", "others wrote to the database at the same time, again and again");
    if (result && store_full(session) && !store_poisoned(gate->store)) {
        fail_full(gate, chain, &error);
    } else if (result || store_poisoned(gate->store)) {
        if (!error.code)
            error_set(&error, ERROR_SYSTEM, "", "", "the database could not keep what was written");
        fail_unkept(gate, chain, &error);
    } else if (batch.leaves) {
        result = writer_sign(gate, &growth, gate->batch, &error);
        if (result == ERROR_SYSTEM && keys_revive(gate, &error) == 0)
            result = writer_sign(gate, &growth, gate->batch, &error);
        if (result)
            fail_unsigned(gate, chain, &error);
        gate->untidy = result == 0;
        gate->full = false;
    }
    atomic_fetch_add(&gate->batches, 1);
}

/* What a command has set going beside the database. */
static void follow(struct gate *gate, const struct job *job)
{
    struct error error = {0};
    const struct command *command = job->command;
    if (command == &disposal_approve_command)
        forget_ask(gate);
    else if (command == &pack_propose_command)
        effects_ask(gate, &((const struct pack_proposed *)job->out)->adoption_id);
    else if (command == &pack_work_out_command)
        effects_ask(gate, &((const struct pack_settled *)job->out)->adoption_id);
    else if ((command == &pack_approve_command || command == &pack_withdraw_command || command == &pack_found_command) &&
             packs_refresh(gate, &error) != 0)
        gate_fall_ill(gate, &error); /* rather than answer by rules that do not apply */
}

/* Between two transactions. */
static void run_apart(struct store_session *session, struct job *chain)
{
    for (struct job *job = chain; job; job = job->next)
        if (job->apart)
            job->code = job->chore(session, job->context, &job->error);
}

int writer_do(struct gate *gate, int (*chore)(struct store_session *session, void *context, struct error *error), void *context,
              bool apart, struct error *error)
{
    struct waiting waiting = WAITING;
    struct job job = {.chore = chore, .context = context, .apart = apart, .done = {waiting_done, &waiting}};
    return writer_put(gate, &job, error) ? waiting_for(&waiting, error) : ERROR_SYSTEM;
}

static void answer_all(struct gate *gate, struct job *chain)
{
    for (struct job *job = chain, *next; job; job = next) {
        next = job->next;
        if (job->command)
            atomic_fetch_add(job->code ? &gate->refused : &gate->commands, 1);
        else if (!job->code)
            atomic_fetch_add(&gate->looks, job->looks_n);
        else if (job->visit)
            job->visit->unrecorded = true;
        if (job->command && !job->code)
            follow(gate, job);
        const struct id *ended =
            job->code || !job->command ? NULL : command_ends_sessions(job->command, job->in, &job->visit->actor);
        if (ended)
            sessions_forget(gate->sessions, ended);
        bytes_wipe(&job->turn.key, sizeof job->turn.key);
        job_leave(job);
        job->done.call(job->done.context, job->code, job->code ? &job->error : NULL);
    }
}

/*
 * In a quiet moment and at the end: the newest checkpoint goes to the database too, for who reads it beside us; and
 * uploads of last week that nobody attached go.
 */
static void tidy(struct gate *gate, struct store_session *session)
{
    struct error ignored;
    bool gone;
    gate->untidy = false;
    reserve_keep(gate);
    if (store_run(session, "UPDATE log_head SET note = $1 WHERE id = 1", STORE_BIND(STORE_STRING(gate->note)), NULL,
                  &ignored) == 0) {
        gate->full = false;
    } else if (gate->full) {
        gate->untidy = true;
        reserve_tell(gate, &ignored);
        return;
    } else {
        log_line(LOG_LEVEL_WARNING, "gate", "the checkpoint could not be put into the database: %s", ignored.what);
    }
    if (witnesses_keep(gate, session, &ignored) != 0)
        log_line(LOG_LEVEL_WARNING, "gate", "the cosigned checkpoint could not be kept: %s", ignored.what);
    else
        witnesses_kept(gate);
    int64_t now = gate_now(gate), seen = age_look(gate, now), steady = clock_steady();
    if (gate->swept && steady - gate->swept < SWEEP_EVERY)
        return;
    gate->swept = steady;
    STORE_SESSION_SCOPE struct store_session *documents = NULL;
    if (store_writer(gate->documents, &documents, &ignored) != 0)
        return;
    int result = upload_sweep(documents, session, (now < seen ? now : seen) - UPLOADS_KEPT, &gone, &ignored);
    if (result)
        log_line(LOG_LEVEL_WARNING, "gate", "uploads that nobody attached could not be removed: %s", ignored.what);
    else if (!gone)
        gate->swept = 0, gate->untidy = true; /* the rest in the next quiet moment */
}

static void *run(void *context)
{
    struct gate *gate = context;
    struct store_session *session = NULL;
    struct error error = {0}, stopped, why;
    bool stop = false;
    error_set(&stopped, ERROR_SYSTEM, "", "Tell the operator. Nothing was changed.", "the service has stopped taking changes");
    if (store_writer(gate->store, &session, &error) != 0)
        gate_fall_ill(gate, &error);
    while (!stop) {
        struct job *chain = take(gate, &stop);
        bool well = session && gate_is_well(gate, NULL);
        if (!chain && well && gate->untidy)
            tidy(gate, session);
        if (!chain)
            continue;
        if (well) {
            run_batch(gate, session, chain);
            run_apart(session, chain);
        } else
            fail_all(chain, ERROR_SYSTEM, &stopped);
        answer_all(gate, chain);
        if (well && keyholder_pool_fill(gate->keyholder, &why) == ERROR_SYSTEM)
            (void)keys_revive(gate, &why);
    }
    store_give_back(&session);
    return NULL;
}

int writer_start(struct gate *gate, struct error *error)
{
    gate->batch = arena_new(BATCH_MEMORY, ARENA_SECRET);
    gate->scratch = arena_new(JOB_MEMORY, ARENA_SECRET);
    if (!gate->batch || !gate->scratch)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    gate->last = &gate->first;
    gate->untidy = true; /* the checkpoint that was signed at the start */
    int number = pthread_create(&gate->writer, NULL, run, gate);
    if (number)
        return error_system(error, number, "", "cannot start the writer");
    gate->running = true;
    return 0;
}

void writer_stop(struct gate *gate)
{
    if (gate->running) {
        pthread_mutex_lock(&gate->queue_lock);
        gate->stopping = true;
        pthread_cond_signal(&gate->queue_filled);
        pthread_mutex_unlock(&gate->queue_lock);
        pthread_join(gate->writer, NULL);
        gate->running = false;
    }
    arena_free(&gate->batch);
    arena_free(&gate->scratch);
}
