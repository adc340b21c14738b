#include "pipe.h"

#include <pthread.h>
#include <stdlib.h>
#include "base/bytes.h"
#include "base/error.h"

enum { SLOTS = 4 };

struct vault_pipe {
    struct vault_writer writer;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t thread;
    bool running, closed;
    uint8_t *slot[SLOTS];
    size_t size[SLOTS];
    size_t put, written; /* counts of slots; slot i stands at i % SLOTS */
    int failed;
    struct error error;
};

int vault_pipe_new(const struct vault_writer *writer, struct vault_pipe **out, struct error *error)
{
    struct vault_pipe *pipe = *out = calloc(1, sizeof *pipe);
    if (!pipe)
        return error_set(error, ERROR_SYSTEM, "writing", "", "out of memory");
    pipe->writer = *writer;
    pthread_mutex_init(&pipe->lock, NULL);
    pthread_cond_init(&pipe->changed, NULL);
    for (int i = 0; i < SLOTS; i++) {
        pipe->slot[i] = malloc(VAULT_PIPE_SLOT);
        if (!pipe->slot[i]) {
            vault_pipe_free(out);
            return error_set(error, ERROR_SYSTEM, "writing", "", "out of memory");
        }
    }
    return 0;
}

static void *write_slots(void *argument)
{
    struct vault_pipe *pipe = argument;
    pthread_mutex_lock(&pipe->lock);
    for (;;) {
        while (pipe->written == pipe->put && !pipe->closed)
            pthread_cond_wait(&pipe->changed, &pipe->lock);
        if (pipe->written == pipe->put)
            break;
        size_t i = pipe->written % SLOTS;
        int result = pipe->failed;
        struct error error = {0};
        pthread_mutex_unlock(&pipe->lock);
        if (!result) /* after a failure the rest is only taken off the queue */
            result = pipe->writer.write(pipe->writer.self, pipe->slot[i], pipe->size[i], &error);
        pthread_mutex_lock(&pipe->lock);
        if (result && !pipe->failed) {
            pipe->failed = result;
            pipe->error = error;
        }
        pipe->written++;
        pthread_cond_broadcast(&pipe->changed);
    }
    pthread_mutex_unlock(&pipe->lock);
    return NULL;
}

uint8_t *vault_pipe_slot(struct vault_pipe *pipe)
{
    pthread_mutex_lock(&pipe->lock);
    while (pipe->put - pipe->written == SLOTS)
        pthread_cond_wait(&pipe->changed, &pipe->lock);
    uint8_t *slot = pipe->slot[pipe->put % SLOTS];
    pthread_mutex_unlock(&pipe->lock);
    return slot;
}

int vault_pipe_put(struct vault_pipe *pipe, size_t n, struct error *error)
{
    pthread_mutex_lock(&pipe->lock);
    pipe->size[pipe->put % SLOTS] = n;
    pipe->put++;
    int result = pipe->failed;
    if (result && error)
        *error = pipe->error;
    pthread_cond_broadcast(&pipe->changed);
    pthread_mutex_unlock(&pipe->lock);
    if (!result && !pipe->running && pipe->put > 1) {
        if (pthread_create(&pipe->thread, NULL, write_slots, pipe) != 0)
            return error_set(error, ERROR_SYSTEM, "writing", "", "a thread could not be started");
        pipe->running = true;
    }
    return result;
}

static void join(struct vault_pipe *pipe)
{
    pthread_mutex_lock(&pipe->lock);
    pipe->closed = true;
    pthread_cond_broadcast(&pipe->changed);
    pthread_mutex_unlock(&pipe->lock);
    if (pipe->running)
        pthread_join(pipe->thread, NULL);
    pipe->running = false;
}

int vault_pipe_finish(struct vault_pipe *pipe, struct error *error)
{
    if (!pipe->running && pipe->put == 1)
        return pipe->writer.write(pipe->writer.self, pipe->slot[0], pipe->size[0], error);
    join(pipe);
    if (pipe->failed && error)
        *error = pipe->error;
    return pipe->failed;
}

void vault_pipe_free(struct vault_pipe **pipe)
{
    struct vault_pipe *p = *pipe;
    if (!p)
        return;
    join(p);
    for (int i = 0; i < SLOTS; i++) {
        if (p->slot[i] && (size_t)i <= p->put) /* the others were never touched */
            bytes_wipe(p->slot[i], VAULT_PIPE_SLOT);
        free(p->slot[i]);
    }
    pthread_cond_destroy(&p->changed);
    pthread_mutex_destroy(&p->lock);
    free(p);
    *pipe = NULL;
}
