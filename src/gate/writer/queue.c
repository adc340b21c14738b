#include "waiting.h"
#include "writer_inside.h"

#include <errno.h>
#include <time.h>

bool writer_put(struct gate *gate, struct job *job, struct error *error)
{
    struct writer *writer = gate->writer;
    job->next = NULL;
    pthread_mutex_lock(&writer->lock);
    bool running = writer->running && !writer->stopping;
    if (running) {
        *writer->last = job;
        writer->last = &job->next;
        pthread_cond_signal(&writer->filled);
    }
    pthread_mutex_unlock(&writer->lock);
    if (!running)
        error_set(error, ERROR_SYSTEM, "", "Try again in a few minutes. Nothing was changed.", "the service is stopping");
    return running;
}

/* Waits for a job; with `idle`, for a second at most. */
static void wait_for_job(struct writer *writer, bool idle)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until); /* as `filled` goes */
    until.tv_sec++;
    while (!writer->first && !writer->stopping && !writer->woken)
        if (!idle)
            pthread_cond_wait(&writer->filled, &writer->lock);
        else if (pthread_cond_timedwait(&writer->filled, &writer->lock, &until) == ETIMEDOUT)
            return;
}

struct job *queue_take(struct writer *writer, bool *stop)
{
    pthread_mutex_lock(&writer->lock);
    wait_for_job(writer, writer->untidy);
    writer->untidy = writer->untidy || writer->woken;
    writer->woken = false;
    struct job *chain = writer->first, *job = chain;
    for (int i = 1; job && i < BATCH_MOST && job->next; i++)
        job = job->next;
    if (job) {
        writer->first = job->next;
        job->next = NULL;
        if (!writer->first)
            writer->last = &writer->first;
    }
    *stop = !chain && writer->stopping;
    pthread_mutex_unlock(&writer->lock);
    return chain;
}

void writer_wake(struct gate *gate)
{
    struct writer *writer = gate->writer;
    pthread_mutex_lock(&writer->lock);
    writer->woken = true;
    pthread_cond_signal(&writer->filled);
    pthread_mutex_unlock(&writer->lock);
}

int writer_do(struct gate *gate, int (*chore)(struct store_session *session, void *context, struct error *error), void *context,
              bool apart, struct error *error)
{
    struct waiting waiting = WAITING;
    struct job job = {.chore = chore, .context = context, .apart = apart, .done = {waiting_done, &waiting}};
    return writer_put(gate, &job, error) ? waiting_for(&waiting, error) : ERROR_SYSTEM;
}
