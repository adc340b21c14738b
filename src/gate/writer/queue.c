#include "batch.h"
#include "waiting.h"

#include <errno.h>
#include <time.h>

bool queue_put(struct gate *gate, struct job *job, struct error *error)
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

struct job *queue_take(struct gate *gate, bool *stop)
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

int queue_do(struct gate *gate, int (*chore)(struct store_session *session, void *context, struct error *error), void *context,
              bool apart, struct error *error)
{
    struct waiting waiting = WAITING;
    struct job job = {.chore = chore, .context = context, .apart = apart, .done = {waiting_done, &waiting}};
    return queue_put(gate, &job, error) ? waiting_for(&waiting, error) : ERROR_SYSTEM;
}
