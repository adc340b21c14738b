#include "watch.h"

#include "base/clock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

struct watched {
    struct watched *next, *previous;
    int socket;
    bool ended, nudged; /* of the watching thread */
    _Atomic int mode;
    _Atomic int64_t since;
    _Atomic uint64_t moved;
    int64_t paused_at; /* of the connection's own thread */
};

struct watch {
    struct watch_limits limits;
    struct watched *first;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t thread;
    bool stopping, end_all;
};

static bool too_slow(const struct watch *watch, struct watched *connection, int64_t now)
{
    int mode = atomic_load(&connection->mode);
    int64_t milliseconds = (now - atomic_load(&connection->since)) / 1000;
    if (mode == WATCH_EXEMPT)
        return false;
    if (watch->end_all)
        return true;
    if (mode == WATCH_HEADER)
        return milliseconds > watch->limits.header_time;
    uint64_t earned = atomic_load(&connection->moved) / watch->limits.slowest_rate;
    if (earned > UINT32_MAX)
        earned = UINT32_MAX;
    return milliseconds > (int64_t)watch->limits.patience + (int64_t)earned * 1000;
}

/*
 * A client that went away: libmicrohttpd 0.9.75 does not see it if the end came together with the last bytes, because it
 * waits for another event. Shutting down the reading side makes one, and harms no client that only closed its own sending
 * side and still waits for the answer.
 */
static void nudge(struct watched *connection)
{
    char byte;
    if (connection->nudged || atomic_load(&connection->mode) != WATCH_MOVING ||
        recv(connection->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) != 0)
        return;
    connection->nudged = true;
    shutdown(connection->socket, SHUT_RD);
}

static void *run(void *context)
{
    struct watch *watch = context;
    unsigned least = watch->limits.header_time < watch->limits.patience ? watch->limits.header_time
                                                                        : watch->limits.patience;
    unsigned period = least / 4 < 20 ? 20 : least / 4 > 1000 ? 1000 : least / 4;
    pthread_mutex_lock(&watch->lock);
    while (!watch->stopping) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += (long)(period % 1000) * 1000000;
        until.tv_sec += period / 1000 + until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&watch->changed, &watch->lock, &until);
        int64_t now = clock_steady();
        for (struct watched *c = watch->first; c; c = c->next) {
            if (!c->ended && too_slow(watch, c, now)) {
                c->ended = true;
                shutdown(c->socket, SHUT_RDWR);
            }
            nudge(c);
        }
    }
    pthread_mutex_unlock(&watch->lock);
    return NULL;
}

struct watch *watch_new(const struct watch_limits *limits)
{
    struct watch *watch = calloc(1, sizeof *watch);
    pthread_condattr_t steady;
    if (!watch)
        return NULL;
    watch->limits = *limits;
    pthread_mutex_init(&watch->lock, NULL);
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&watch->changed, &steady);
    pthread_condattr_destroy(&steady);
    if (pthread_create(&watch->thread, NULL, run, watch) != 0) {
        pthread_cond_destroy(&watch->changed);
        pthread_mutex_destroy(&watch->lock);
        free(watch);
        return NULL;
    }
    return watch;
}

void watch_free(struct watch **slot)
{
    struct watch *watch = *slot;
    if (!watch)
        return;
    pthread_mutex_lock(&watch->lock);
    watch->stopping = true;
    pthread_cond_signal(&watch->changed);
    pthread_mutex_unlock(&watch->lock);
    pthread_join(watch->thread, NULL);
    pthread_cond_destroy(&watch->changed);
    pthread_mutex_destroy(&watch->lock);
    free(watch);
    *slot = NULL;
}

void watch_end_all(struct watch *watch)
{
    pthread_mutex_lock(&watch->lock);
    watch->end_all = true;
    pthread_cond_signal(&watch->changed);
    pthread_mutex_unlock(&watch->lock);
}

struct watched *watch_add(struct watch *watch, int socket)
{
    struct watched *connection = calloc(1, sizeof *connection);
    if (!connection)
        return NULL;
    connection->socket = socket;
    watch_mode(connection, WATCH_HEADER);
    pthread_mutex_lock(&watch->lock);
    connection->next = watch->first;
    if (watch->first)
        watch->first->previous = connection;
    watch->first = connection;
    pthread_mutex_unlock(&watch->lock);
    return connection;
}

void watch_remove(struct watch *watch, struct watched *connection)
{
    pthread_mutex_lock(&watch->lock);
    if (connection->previous)
        connection->previous->next = connection->next;
    else
        watch->first = connection->next;
    if (connection->next)
        connection->next->previous = connection->previous;
    pthread_mutex_unlock(&watch->lock);
    free(connection);
}

void watch_mode(struct watched *connection, enum watch_mode mode)
{
    /* Exempt in between, so that the new mode is never judged by the old mode's start. */
    atomic_store(&connection->mode, WATCH_EXEMPT);
    atomic_store(&connection->since, clock_steady());
    atomic_store(&connection->moved, 0);
    atomic_store(&connection->mode, (int)mode);
}

void watch_pause(struct watched *connection)
{
    connection->paused_at = clock_steady();
    atomic_store(&connection->mode, WATCH_EXEMPT);
}

void watch_resume(struct watched *connection)
{
    if (!connection->paused_at)
        return;
    atomic_fetch_add(&connection->since, clock_steady() - connection->paused_at);
    connection->paused_at = 0;
    atomic_store(&connection->mode, WATCH_MOVING);
}

void watch_moved(struct watched *connection, uint64_t bytes)
{
    atomic_fetch_add(&connection->moved, bytes);
}
