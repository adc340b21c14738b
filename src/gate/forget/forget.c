#include "backup/escrow.h"
#include "forget_inside.h"
#include "keys.h"
#include "parcels.h"
#include "writer/writer.h"

#include "keyholder.h"
#include "store.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LOOK_EVERY = 5, TRY_AGAIN = 2 }; /* seconds */

int forget_check_stop(struct gate *gate, struct error *error)
{
    if (!gate->forget || !atomic_load(&gate->forget->stop))
        return 0;
    return error_set(error, ERROR_CONFLICT, "", "It goes on after the next start.", "the service is stopping");
}

static void done(struct gate *gate, const char *step)
{
    struct forget *forget = gate->forget;
    atomic_store(&forget->step, step);
    if (forget->turned)
        forget->turned(forget->turned_context, step);
}

/* ---- a turn ---- */

static int describe(struct gate *gate, struct keyholder_description *known, struct error *error)
{
    int result = keyholder_describe(gate->keyholder, known, error);
    if (result == ERROR_SYSTEM && keys_revive(gate, error) == 0)
        result = keyholder_describe(gate->keyholder, known, error);
    return result;
}

/* A new epoch, unless the last turn was not finished. What is disposed of from here on waits for the next one. */
static int turn_epoch(struct gate *gate, const struct keyholder_description *known, uint32_t *epoch, struct error *error)
{
    *epoch = known->epoch;
    if (known->oldest_epoch < known->epoch) {
        atomic_store(&gate->epoch.newest, (int64_t)known->epoch);
        return 0;
    }
    atomic_store(&gate->epoch.newest, (int64_t)known->epoch + 1); /* before: see turn.epoch */
    return keyholder_turn(gate->keyholder, epoch, error);
}

static int retire(struct gate *gate, uint32_t oldest, uint32_t epoch, struct error *error)
{
    int result = 0;
    for (uint32_t old = oldest; !result && old < epoch; old++)
        result = keyholder_retire(gate->keyholder, old, error);
    return result;
}

/* Looks again where the keyholder stands: only what it says is gone is final. */
static int mark_final(struct gate *gate, struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(64 << 20, ARENA_SECRET);
    struct keyholder_description known;
    struct visit *visit = NULL;
    struct disposal_finals out;
    if (!arena)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    int result = describe(gate, &known, error);
    if (!result)
        result = visit_begin(gate, arena, &visit, error);
    if (result)
        return result;
    visit_as_operator(visit);
    struct disposal_final in = {.living = (int64_t)known.oldest_epoch};
    return visit_act_wait(visit, &disposal_final_command, &in, &out, error);
}

#define STEP(what, name)                                                                                       \
    if (!result && (result = (what)) == 0)                                                                     \
    done(gate, name)

static int turn_keys(struct gate *gate, struct error *error)
{
    struct keyholder_description known;
    uint32_t epoch = 0;
    int result = describe(gate, &known, error);
    if (!result)
        result = escrow_check_plan(gate, error);
    STEP(turn_epoch(gate, &known, &epoch, error), "turned");
    if (!result)
        result = forget_wait_out(gate, error); /* commands that took keys of the old epoch */
    STEP(forget_names(gate, error), "moved"); /* before: the key that it leaves is never wrapped anew */
    if (!result)
        result = forget_wrap(gate, epoch, error);
    if (!result)
        result = forget_wait_out(gate, error); /* views that see keys as they were wrapped before */
    STEP(0, "wrapped");
    STEP(gate_escrow(gate, error), "escrowed");
    STEP(retire(gate, known.oldest_epoch, epoch, error), "retired");
    if (!result)
        result = gate_escrow(gate, error); /* takes the old shares away */
    return result;
}

/*
 * A parcel that was being opened while it was disposed of; and what the libraries have given back of memory, with whatever they
 * left in it: whole pages of that go back to the system, which clears them.
 */
static void forget_memory(struct gate *gate)
{
    parcels_forget(gate->parcels, INT64_MAX);
    (void)malloc_trim(0);
}

/* What somebody who reads for long holds up (a backup) is tried again without another epoch, whose shares agencies would have to keep. */
static int turn_all(struct gate *gate, struct error *error)
{
    int result = gate->forget->retired ? 0 : turn_keys(gate, error);
    gate->forget->retired = result == 0;
    STEP(forget_payloads(gate, error), "deleted");
    if (!result)
        result = forget_names_left(gate, error);
    STEP(forget_logs(gate, error), "scrubbed");
    if (!result)
        forget_memory(gate);
    STEP(mark_final(gate, error), "final");
    if (!result)
        gate->forget->retired = false;
    return result;
}

#undef STEP

/* ---- in time ---- */

static int read_waiting(struct gate *gate, int64_t *n, int64_t *since, struct error *error)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_reader(gate->store, &session, error);
    if (!result)
        result = store_one(session, "SELECT count(*), coalesce(min(approved_at), 0) FROM disposal WHERE state = 'waiting'", STORE_BIND(),
                           &rows, error);
    if (!result) {
        *n = store_int(rows, 0);
        *since = store_int(rows, 1);
    }
    return result;
}

/* A quarter of the set time is left for the turn itself. What was approved "later" than it is now does not wait for the clock. */
static bool is_due(struct gate *gate)
{
    int64_t n = 0, since = 0, now = gate_now(gate);
    struct error ignored;
    if (!gate_is_well(gate, NULL))
        return false;
    return atomic_load(&gate->forget->unfinished) ||
           (read_waiting(gate, &n, &since, &ignored) == 0 && n > 0 &&
            (now < since || now - since >= gate->forget->within / 4 * 3));
}

/*
 * On SQLite documents have a file and a writer of their own, whose failure the one writer does not see: with it no payload is
 * deleted and none is taken until the service is started anew.
 */
static void feel_documents(struct gate *gate)
{
    struct error error;
    if (!store_poisoned(gate->documents) || !gate_is_well(gate, NULL))
        return;
    error_set(&error, ERROR_SYSTEM, "documents", "Mend the cause told in the log, then start the program again.",
              "a write to the documents failed and may or may not be kept");
    gate_fall_ill(gate, &error);
}

static int turn_locked(struct gate *gate, struct error *error)
{
    struct forget *forget = gate->forget;
    atomic_store(&forget->turning, true);
    atomic_store(&forget->step, "");
    atomic_store(&forget->unfinished, true);
    int result = turn_all(gate, error);
    feel_documents(gate);
    atomic_store(&forget->unfinished, result != 0);
    atomic_store(&forget->turning, false);
    return result;
}

int gate_turn_keys(struct gate *gate, struct error *error)
{
    if (!gate->forget)
        return error_set(error, ERROR_FORBIDDEN, "", "", "this home was opened to read only");
    pthread_mutex_lock(&gate->forget->work);
    gate->forget->retired = false; /* what was disposed of until now */
    int result = turn_locked(gate, error);
    pthread_mutex_unlock(&gate->forget->work);
    return result;
}

/* Whoever had the lock before may have done it. */
static int turn_if_due(struct gate *gate, struct error *error)
{
    pthread_mutex_lock(&gate->forget->work);
    int result = is_due(gate) ? turn_locked(gate, error) : 0;
    pthread_mutex_unlock(&gate->forget->work);
    return result;
}

static void rest(struct forget *forget, int seconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until); /* as `changed` goes */
    until.tv_sec += seconds;
    pthread_mutex_lock(&forget->lock);
    while (!forget->asked && !atomic_load(&forget->stop))
        if (pthread_cond_timedwait(&forget->changed, &forget->lock, &until) == ETIMEDOUT)
            break;
    forget->asked = false;
    pthread_mutex_unlock(&forget->lock);
}

static int nothing(struct store_session *session, void *context, struct error *error)
{
    (void)session;
    (void)context;
    (void)error;
    return 0;
}

/*
 * That a connection to PostgreSQL has ended is noticed when it is used, and with the writer's the place of the one writer is
 * lost: then the service ends, also where nobody has anything to write just now.
 */
static void feel_writer(struct gate *gate)
{
    struct error ignored;
    if (store_kind(gate->store) == STORE_POSTGRES && gate_is_well(gate, NULL))
        (void)writer_do(gate, nothing, NULL, true, &ignored);
}

static void *run(void *context)
{
    struct gate *gate = context;
    struct forget *forget = gate->forget;
    char told[sizeof((struct error){0}.what)] = "";
    while (!atomic_load(&forget->stop)) {
        struct error error = {0};
        age_look(gate, gate_now(gate));
        age_keep(gate, false);
        parcels_forget(gate->parcels, clock_steady());
        feel_writer(gate);
        feel_documents(gate);
        int result = turn_if_due(gate, &error);
        if (!result)
            told[0] = '\0';
        else if (!atomic_load(&forget->stop) && strcmp(told, error.what) != 0) {
            memcpy(told, error.what, sizeof told); /* once, however often it is tried */
            log_line(LOG_LEVEL_WARNING, "gate", "what was disposed of is not final yet: %s", error.what);
        }
        rest(forget, result ? TRY_AGAIN : LOOK_EVERY);
    }
    return NULL;
}

void forget_ask(struct gate *gate)
{
    struct forget *forget = gate->forget;
    if (!forget)
        return;
    pthread_mutex_lock(&forget->lock);
    forget->asked = true;
    pthread_cond_signal(&forget->changed);
    pthread_mutex_unlock(&forget->lock);
}

struct forget_progress gate_forget_progress(struct gate *gate)
{
    struct forget_progress progress = {.step = ""};
    struct error ignored;
    if (gate->forget) {
        const char *step = atomic_load(&gate->forget->step);
        progress.step = step ? step : "";
        progress.turning = atomic_load(&gate->forget->turning);
        progress.done = atomic_load(&gate->forget->done);
        progress.of = atomic_load(&gate->forget->of);
    }
    (void)read_waiting(gate, &progress.waiting, &progress.waiting_since, &ignored);
    return progress;
}

int forget_start(struct gate *gate, const struct gate_settings *settings, struct error *error)
{
    struct forget *forget = gate->forget = calloc(1, sizeof *forget);
    if (!forget)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    struct keyholder_description known;
    int result = keyholder_describe(gate->keyholder, &known, error);
    if (result) {
        free(forget);
        gate->forget = NULL;
        return result;
    }
    atomic_store(&forget->unfinished, known.oldest_epoch < known.epoch);
    forget->within = settings->epoch ? settings->epoch : CLOCK_DAY;
    forget->turned = settings->turned;
    forget->turned_context = settings->turned_context;
    pthread_mutex_init(&forget->lock, NULL);
    pthread_mutex_init(&forget->work, NULL);
    clock_condition_init(&forget->changed);
    int number = pthread_create(&forget->thread, NULL, run, gate);
    if (number)
        return error_system(error, number, "", "cannot start the thread that turns the epoch of keys");
    forget->running = true;
    return 0;
}

void forget_stop(struct gate *gate)
{
    struct forget *forget = gate->forget;
    if (!forget)
        return;
    if (forget->running) {
        pthread_mutex_lock(&forget->lock);
        atomic_store(&forget->stop, true);
        pthread_cond_signal(&forget->changed);
        pthread_mutex_unlock(&forget->lock);
        pthread_join(forget->thread, NULL);
    }
    pthread_cond_destroy(&forget->changed);
    pthread_mutex_destroy(&forget->work);
    pthread_mutex_destroy(&forget->lock);
    free(forget);
    gate->forget = NULL;
}
