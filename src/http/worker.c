#include "worker.h"

#include "http/http.h"

#include <pthread.h>
#include <stdlib.h>

struct job {
    struct http_request *request;
    worker_function *function;
};

struct worker_pool {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    pthread_t *thread;
    unsigned threads;
    bool stopping;
    unsigned places, first, n; /* a ring */
    struct job job[];
};

static void *run(void *context)
{
    struct worker_pool *pool = context;
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        while (pool->n == 0 && !pool->stopping)
            pthread_cond_wait(&pool->filled, &pool->lock);
        if (pool->n == 0)
            break;
        struct job job = pool->job[pool->first];
        pool->first = (pool->first + 1) % pool->places;
        pool->n--;
        pthread_mutex_unlock(&pool->lock);
        struct error error = {0};
        int result = job.function(job.request, &error);
        if (result != HTTP_LATER)
            http_answer(job.request, result, &error);
        pthread_mutex_lock(&pool->lock);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

struct worker_pool *worker_pool_new(unsigned threads, unsigned places)
{
    struct worker_pool *pool = calloc(1, sizeof *pool + places * sizeof(struct job));
    if (!pool)
        return NULL;
    pool->places = places;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->filled, NULL);
    pool->thread = calloc(threads, sizeof *pool->thread);
    while (pool->thread && pool->threads < threads &&
           pthread_create(&pool->thread[pool->threads], NULL, run, pool) == 0)
        pool->threads++;
    if (pool->threads < threads)
        worker_pool_free(&pool);
    return pool;
}

void worker_pool_free(struct worker_pool **slot)
{
    struct worker_pool *pool = *slot;
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    pthread_cond_broadcast(&pool->filled);
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->threads; i++)
        pthread_join(pool->thread[i], NULL);
    pthread_cond_destroy(&pool->filled);
    pthread_mutex_destroy(&pool->lock);
    free(pool->thread);
    free(pool);
    *slot = NULL;
}

bool worker_add(struct worker_pool *pool, struct http_request *request, worker_function *function)
{
    pthread_mutex_lock(&pool->lock);
    bool room = pool->n < pool->places && !pool->stopping;
    if (room) {
        pool->job[(pool->first + pool->n) % pool->places] = (struct job){request, function};
        pool->n++;
        pthread_cond_signal(&pool->filled);
    }
    pthread_mutex_unlock(&pool->lock);
    return room;
}
