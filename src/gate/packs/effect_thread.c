/*
 * One thread works out what proposals would change, one after the other, beside everything else. What it holds in memory
 * is lost with the process; a proposal without a result is asked for again at the next start.
 */
#include "effect_thread.h"
#include "effect.h"
#include "inside.h"

#include "store.h"

#include <stdlib.h>

enum { WAITING_MOST = 32 };

struct effects {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct id waiting[WAITING_MOST], failed[WAITING_MOST]; /* failed: the latest, in turn */
    size_t n, failures;
    struct id current;
    bool running;
    _Atomic bool stop;
    struct effect_progress progress;
    pthread_t thread;
};

static bool next(struct effects *effects, struct id *adoption)
{
    pthread_mutex_lock(&effects->lock);
    while (effects->n == 0 && !atomic_load(&effects->stop))
        pthread_cond_wait(&effects->filled, &effects->lock);
    bool go_on = !atomic_load(&effects->stop);
    if (go_on) {
        *adoption = effects->current = effects->waiting[0];
        effects->n--;
        for (size_t i = 0; i < effects->n; i++)
            effects->waiting[i] = effects->waiting[i + 1];
        atomic_store(&effects->progress.done, 0);
        atomic_store(&effects->progress.of, 0);
    }
    pthread_mutex_unlock(&effects->lock);
    return go_on;
}

static void *run(void *context)
{
    struct gate *gate = context;
    struct effects *effects = gate->effects;
    struct id adoption;
    while (next(effects, &adoption)) {
        struct error error = {0};
        int result = effect_work_out(gate, &adoption, &effects->progress, &effects->stop, &error);
        pthread_mutex_lock(&effects->lock);
        effects->current = (struct id){""};
        if (result)
            effects->failed[effects->failures++ % WAITING_MOST] = adoption;
        pthread_mutex_unlock(&effects->lock);
        if (result && !atomic_load(&effects->stop))
            log_line(LOG_LEVEL_WARNING, "gate", "what a proposal would change was not worked out: %s %s", error.where,
                     error.what);
    }
    return NULL;
}

void effects_ask(struct gate *gate, const struct id *adoption)
{
    struct effects *effects = gate->effects;
    if (!effects)
        return;
    pthread_mutex_lock(&effects->lock);
    bool known = id_equal(&effects->current, adoption);
    for (size_t i = 0; i < effects->n; i++)
        known |= id_equal(&effects->waiting[i], adoption);
    if (!known && effects->n < WAITING_MOST) {
        effects->waiting[effects->n++] = *adoption;
        for (size_t i = 0; i < WAITING_MOST; i++)
            if (id_equal(&effects->failed[i], adoption))
                effects->failed[i] = (struct id){""};
        pthread_cond_signal(&effects->filled);
    }
    pthread_mutex_unlock(&effects->lock);
}

struct shelf_progress effects_progress(struct gate *gate, const struct id *adoption)
{
    struct effects *effects = gate->effects;
    struct shelf_progress progress = {0};
    if (!effects)
        return progress;
    pthread_mutex_lock(&effects->lock);
    bool current = id_equal(&effects->current, adoption);
    progress.working = current;
    for (size_t i = 0; i < effects->n; i++)
        progress.working |= id_equal(&effects->waiting[i], adoption);
    for (size_t i = 0; i < WAITING_MOST; i++)
        progress.failed |= id_equal(&effects->failed[i], adoption);
    if (current) {
        progress.done = atomic_load(&effects->progress.done);
        progress.of = atomic_load(&effects->progress.of);
    }
    pthread_mutex_unlock(&effects->lock);
    return progress;
}

/* Proposals of before the restart. */
static int ask_again(struct gate *gate, struct error *error)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_reader(gate->store, &session, error);
    if (!got)
        got = store_query(session,
                          "SELECT a.id FROM policy_adoption a WHERE a.state = 'proposed'"
                          " AND NOT EXISTS (SELECT 1 FROM policy_effect e WHERE e.adoption_id = a.id)",
                          STORE_BIND(), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct id adoption;
        if (id_parse(store_text(rows, 0), &adoption))
            effects_ask(gate, &adoption);
        got = 0;
    }
    return got;
}

int effects_start(struct gate *gate, struct error *error)
{
    struct effects *effects = gate->effects = calloc(1, sizeof *effects);
    if (!effects)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    pthread_mutex_init(&effects->lock, NULL);
    pthread_cond_init(&effects->filled, NULL);
    int number = pthread_create(&effects->thread, NULL, run, gate);
    if (number)
        return error_system(error, number, "", "cannot start the thread that works out effects");
    effects->running = true;
    return ask_again(gate, error);
}

void effects_stop(struct gate *gate)
{
    struct effects *effects = gate->effects;
    if (!effects)
        return;
    if (effects->running) {
        pthread_mutex_lock(&effects->lock);
        atomic_store(&effects->stop, true);
        pthread_cond_signal(&effects->filled);
        pthread_mutex_unlock(&effects->lock);
        pthread_join(effects->thread, NULL);
    }
    pthread_cond_destroy(&effects->filled);
    pthread_mutex_destroy(&effects->lock);
    free(effects);
    gate->effects = NULL;
}
