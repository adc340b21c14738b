#include "account/sessions.h"
#include "batch.h"
#include "forget/forget.h"
#include "keys.h"
#include "packs/effect_thread.h"
#include "packs/packs.h"
#include "parcels.h"

#include "keyholder.h"

#include <stdio.h>
#include <stdlib.h>

enum { BATCH_MEMORY = 64 << 20, JOB_MEMORY = 256 << 20 };

/* What a command has set going beside the database. */
static void follow(struct gate *gate, const struct job *job)
{
    struct error error = {0};
    const struct command *command = job->command;
    if (command == &disposal_approve_command) {
        parcels_forget(gate->parcels, INT64_MAX); /* somebody outside may have opened one that held it */
        forget_ask(gate);
    } else if (command == &pack_propose_command) {
        effects_ask(gate, &((const struct pack_proposed *)job->out)->adoption_id);
    } else if (command == &pack_work_out_command) {
        effects_ask(gate, &((const struct pack_settled *)job->out)->adoption_id);
    } else if ((command == &pack_approve_command || command == &pack_withdraw_command || command == &pack_found_command) &&
               packs_refresh(gate, &error) != 0) {
        gate_fall_ill(gate, &error); /* rather than answer by rules that do not apply */
    }
    const struct id *ended = command_ends_sessions(command, job->in, &job->visit->actor);
    if (ended)
        sessions_forget(gate->sessions, ended);
}

/* Between two transactions. */
static void run_apart(struct store_session *session, struct job *chain)
{
    for (struct job *job = chain; job; job = job->next)
        if (job->apart)
            job->result = job->chore(session, job->context, &job->error);
}

static void answer_all(struct gate *gate, struct job *chain)
{
    for (struct job *job = chain, *next; job; job = next) {
        next = job->next;
        if (job->command)
            atomic_fetch_add(job->result ? &gate->refused : &gate->commands, 1);
        else if (!job->result)
            atomic_fetch_add(&gate->looks, job->looks_n);
        else if (job->visit)
            job->visit->unrecorded = true;
        if (job->command && !job->result)
            follow(gate, job);
        bytes_wipe(&job->turn.key, sizeof job->turn.key);
        job_leave(job);
        job->done.call(job->done.context, job->result, job->result ? &job->error : NULL);
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
        struct job *chain = queue_take(gate->writer, &stop);
        bool well = session && gate_is_well(gate, NULL);
        if (!chain && well && gate->writer->untidy)
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

struct writer *writer_new(void)
{
    struct writer *writer = calloc(1, sizeof *writer);
    if (!writer)
        return NULL;
    pthread_mutex_init(&writer->lock, NULL);
    clock_condition_init(&writer->filled);
    writer->last = &writer->first;
    return writer;
}

void writer_free(struct writer **slot)
{
    struct writer *writer = *slot;
    if (!writer)
        return;
    pthread_cond_destroy(&writer->filled);
    pthread_mutex_destroy(&writer->lock);
    free(writer);
    *slot = NULL;
}

void writer_reserve(struct gate *gate)
{
    struct reserve *reserve = &gate->writer->reserve;
    if (store_kind(gate->store) != STORE_SQLITE)
        return;
    snprintf(reserve->path, sizeof reserve->path, "%s/data/reserve", gate->home);
    reserve_keep(reserve);
}

int writer_start(struct gate *gate, struct error *error)
{
    struct writer *writer = gate->writer;
    writer->batch = arena_new(BATCH_MEMORY, ARENA_SECRET);
    writer->scratch = arena_new(JOB_MEMORY, ARENA_SECRET);
    if (!writer->batch || !writer->scratch)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    writer->untidy = true; /* the checkpoint that was signed at the start */
    int number = pthread_create(&writer->thread, NULL, run, gate);
    if (number)
        return error_system(error, number, "", "cannot start the writer");
    writer->running = true;
    return 0;
}

void writer_stop(struct gate *gate)
{
    struct writer *writer = gate->writer;
    if (!writer)
        return;
    if (writer->running) {
        pthread_mutex_lock(&writer->lock);
        writer->stopping = true;
        pthread_cond_signal(&writer->filled);
        pthread_mutex_unlock(&writer->lock);
        pthread_join(writer->thread, NULL);
        writer->running = false;
    }
    arena_free(&writer->batch);
    arena_free(&writer->scratch);
}
