/*
 * The one writer. It takes all commands that wait, runs them in one transaction (batch.h), adds an entry for each
 * to the log, commits once, has the new tree signed, and only then answers. While it commits the next batch gathers.
 *
 * The signature comes after the commit, so a signed tree is always durable already (keyholder.h).
 */
#include "batch.h"

#include "account/sessions.h"
#include "packs/packs.h"

enum { BATCH_MEMORY = 64 << 20, JOB_MEMORY = 256 << 20 };

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
        struct job *chain = queue_take(gate, &stop);
        bool well = session && gate_is_well(gate, NULL);
        if (!chain && well && gate->untidy)
            tidy_up(gate, session);
        if (!chain)
            continue;
        if (well) {
            batch_run(gate, session, chain);
            run_apart(session, chain);
        } else
            unkept_all(chain, ERROR_SYSTEM, &stopped);
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
