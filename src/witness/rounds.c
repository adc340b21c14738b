#include "witness/rounds.h"

#include "answer.h"
#include "calls.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "ledger/witness.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUND_MEMORY = 16 << 20, ANSWER_MOST = 64 * 1024, TRIES = 4, CALL_SECONDS = 15, REST_MOST = 300 };

/* What the thread knows of one witness. `standing` is looked at by others: under the lock. */
struct stop {
    const struct witness_policy_member *witness;
    struct witness_standing standing;
    char *url;
    uint64_t seen;     /* the size that it is thought to have seen last */
    int64_t rest_until; /* steady clock */
    unsigned tries;    /* in this round */
    bool asked;        /* in this round, and nothing has come of it yet */
};

struct witness_rounds {
    const struct witness_policy *policy;
    struct ledger_key log;
    struct witness_source source;
    struct witness_caller *caller;
    int64_t pause;
    unsigned seconds;

    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool started, stopping, woken;
    struct witness_state_of_all all;
    struct stop stop[WITNESS_POLICY_MOST];

    /* one round */
    struct arena *arena;
    struct ledger_checkpoint checkpoint;
    struct text sent; /* the checkpoint as the log alone signed it: nobody need read more than that and what it signs itself */
    struct text note; /* with what has been cosigned so far */
    int64_t began;    /* wall clock */
    bool fresh;       /* signatures came that were not published */

    /*
     * From one round to the next: what was cosigned of this tree. While the log stands still a later round (a witness
     * was away) must not lose who had signed.
     */
    struct arena *kept;
    struct text kept_note;
    struct ledger_head kept_head;
};

/* ---- what became of it ---- */

static void rest(struct witness_rounds *rounds, struct stop *stop, const char *problem, bool alarm)
{
    pthread_mutex_lock(&rounds->lock);
    struct witness_standing *standing = &stop->standing;
    unsigned shift = standing->failures < 9 ? standing->failures : 9;
    int64_t seconds = alarm || (1 << shift) > REST_MOST ? REST_MOST : 1 << shift;
    bool stands = standing->alarm && !alarm; /* what it said is not taken back by its silence: only its signature does that */
    bool said = stands || (standing->alarm == alarm && strcmp(standing->problem, problem) == 0);
    standing->failures++;
    if (!stands) {
        if (alarm && !standing->alarm)
            standing->alarm_at = clock_now();
        standing->alarm = alarm;
        snprintf(standing->problem, sizeof standing->problem, "%s", problem);
    }
    stop->rest_until = clock_steady() + seconds * CLOCK_SECOND;
    stop->asked = false;
    pthread_mutex_unlock(&rounds->lock);
    if (said)
        return;
    log_line(alarm ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING, "witness", "%.*s: %s", TEXT_ARGS(stop->witness->name), problem);
    if (alarm)
        rounds->source.alarm(rounds->source.self, (size_t)(stop - rounds->stop), standing->alarm_at, problem);
}

static void publish(struct witness_rounds *rounds)
{
    struct error error;
    if (!rounds->fresh)
        return;
    rounds->fresh = false;
    if (rounds->source.publish(rounds->source.self, rounds->note, &rounds->checkpoint, &error) != 0) {
        log_line(LOG_LEVEL_WARNING, "witness", "a cosigned checkpoint was not published: %s %s", error.where, error.what);
        return;
    }
    pthread_mutex_lock(&rounds->lock);
    rounds->all.cosigned_size = rounds->checkpoint.head.size;
    rounds->all.cosigned_at = clock_now();
    rounds->all.behind_since = rounds->all.size > rounds->all.cosigned_size ? rounds->began : 0;
    pthread_mutex_unlock(&rounds->lock);
}

/* Is the policy met by what has been cosigned of this very checkpoint? */
static bool is_met(const struct witness_rounds *rounds)
{
    bool seen[WITNESS_POLICY_MOST] = {false};
    for (size_t i = 0; i < rounds->policy->witness_count; i++)
        seen[i] = rounds->stop[i].standing.size == rounds->checkpoint.head.size && rounds->stop[i].standing.signed_at;
    return witness_policy_met(rounds->policy, seen);
}

static void take_signature(struct witness_rounds *rounds, struct stop *stop, const struct witness_answer *answer)
{
    bool before = is_met(rounds);
    rounds->note = answer->note;
    rounds->fresh = true;
    stop->seen = rounds->checkpoint.head.size;
    stop->asked = false;
    pthread_mutex_lock(&rounds->lock);
    struct witness_standing *standing = &stop->standing;
    bool had_alarm = standing->alarm, was_ill = standing->failures > 0 || had_alarm;
    standing->size = rounds->checkpoint.head.size;
    standing->signed_at = (int64_t)answer->time * CLOCK_SECOND;
    standing->behind_since = rounds->all.size > standing->size ? rounds->began : 0;
    standing->failures = 0;
    standing->alarm = false;
    standing->alarm_at = 0;
    standing->problem[0] = '\0';
    pthread_mutex_unlock(&rounds->lock);
    if (had_alarm)
        rounds->source.alarm(rounds->source.self, (size_t)(stop - rounds->stop), 0, "");
    if (was_ill)
        log_line(LOG_LEVEL_INFO, "witness", "%.*s signs again", TEXT_ARGS(stop->witness->name));
    if (!before && is_met(rounds))
        publish(rounds); /* at once; what comes later is added at the end of the round */
}

/* The body of the question, from what it is thought to have seen. */
static int ask(struct witness_rounds *rounds, struct stop *stop, struct text *body, struct error *error)
{
    struct ledger_submission submission = {.old_size = stop->seen, .checkpoint = rounds->sent};
    uint64_t size = rounds->checkpoint.head.size;
    int result = 0;
    stop->tries++;
    if (stop->seen > 0 && stop->seen < size)
        result = rounds->source.prove(rounds->source.self, rounds->arena, stop->seen, size, &submission.proof, error);
    return result ? result : ledger_submission_text(rounds->arena, &submission, body, error);
}

static const char OTHER_TREE[] =
    "it has cosigned another tree of the same size: this log has shown two faces, or its signing key is in other hands";

/* It has seen something else than it was told. True: ask again, from there. */
static bool from_there(struct witness_rounds *rounds, struct stop *stop, uint64_t seen, struct text *body)
{
    struct error error;
    char problem[240];
    uint64_t size = rounds->checkpoint.head.size;
    bool same = seen == stop->seen;
    stop->seen = seen;
    if (same && seen == size) {
        rest(rounds, stop, OTHER_TREE, true);
        return false;
    }
    if (seen > size) {
        snprintf(problem, sizeof problem,
                 "it has seen %llu entries, more than this log has: an older copy was put back, or another server signs with this key",
                 (unsigned long long)seen);
        rest(rounds, stop, problem, true);
        return false;
    }
    if (same || stop->tries >= TRIES) {
        rest(rounds, stop, "it does not stay with what it says that it has seen", false);
        return false;
    }
    if (ask(rounds, stop, body, &error) != 0) {
        snprintf(problem, sizeof problem, "there is no proof for it: %s", error.what);
        rest(rounds, stop, problem, false);
        return false;
    }
    return true;
}

static bool on_answer(void *context, struct witness_call *call)
{
    struct witness_rounds *rounds = context;
    struct stop *stop = call->self;
    char problem[240];
    if (call->status == 0) {
        snprintf(problem, sizeof problem, "it cannot be reached: %s", call->problem);
        rest(rounds, stop, problem, false);
        return false;
    }
    struct witness_answer answer = witness_answer_read(rounds->arena, &stop->witness->key, rounds->note, call->status,
                                                       text_of(call->type), witness_call_answer(call));
    if (answer.kind == WITNESS_COSIGNED)
        take_signature(rounds, stop, &answer);
    else if (answer.kind == WITNESS_OTHER_SIZE)
        return from_there(rounds, stop, answer.size, &call->body);
    else if (answer.kind == WITNESS_CONFLICT && stop->seen == rounds->checkpoint.head.size)
        rest(rounds, stop, OTHER_TREE, true);
    else
        rest(rounds, stop, answer.problem, call->status == 422); /* its tree and ours have parted */
    return false;
}

/* ---- a round ---- */

/* Whose alarm stands is asked also about what it is known to have signed: that ends it. */
static bool has_all(const struct stop *stop, uint64_t size)
{
    return stop->standing.size == size && stop->standing.signed_at && !stop->standing.alarm;
}

static bool is_due(const struct stop *stop, uint64_t size, int64_t now)
{
    return stop->url && !has_all(stop, size) && stop->rest_until <= now;
}

static int begin(struct witness_rounds *rounds, struct error *error)
{
    struct text note;
    arena_reset(rounds->arena);
    rounds->began = clock_now();
    rounds->fresh = false;
    int result = rounds->source.newest(rounds->source.self, rounds->arena, &note, error);
    if (result == 0)
        result = ledger_checkpoint_open(rounds->arena, note, rounds->log.name, &rounds->log, 1, &rounds->checkpoint, NULL,
                                        error);
    if (result != 0)
        return result;
    uint64_t size = rounds->checkpoint.head.size;
    pthread_mutex_lock(&rounds->lock);
    struct witness_state_of_all *all = &rounds->all;
    all->size = size;
    if (all->cosigned_size < size && !all->behind_since)
        all->behind_since = rounds->began;
    for (size_t i = 0; i < rounds->policy->witness_count; i++) {
        struct witness_standing *standing = &rounds->stop[i].standing;
        if (standing->size < size && !standing->behind_since)
            standing->behind_since = rounds->began;
        rounds->stop[i].tries = 0;
    }
    pthread_mutex_unlock(&rounds->lock);
    rounds->sent = rounds->note = note;
    return 0;
}

static void keep(struct witness_rounds *rounds, struct text note, const struct ledger_head *head)
{
    arena_reset(rounds->kept);
    rounds->kept_note = arena_text(rounds->kept, note);
    rounds->kept_head = *head;
}

/* Signatures of before, where this is the checkpoint that they are of. */
static void recall(struct witness_rounds *rounds, struct text cosigned)
{
    struct ledger_checkpoint checkpoint;
    uint64_t times[WITNESS_POLICY_MOST] = {0};
    bool met = false;
    struct error error;
    if (cosigned.n == 0)
        return;
    if (witness_policy_judge(rounds->arena, rounds->policy, &rounds->log, cosigned, &checkpoint, times, &met, &error) != 0) {
        log_line(LOG_LEVEL_WARNING, "witness", "the cosigned checkpoint of before the restart is left out: %s", error.what);
        return;
    }
    for (size_t i = 0; i < rounds->policy->witness_count; i++) {
        if (!times[i])
            continue;
        rounds->stop[i].seen = rounds->stop[i].standing.size = checkpoint.head.size;
        rounds->stop[i].standing.signed_at = (int64_t)times[i] * CLOCK_SECOND;
        if (met && rounds->all.cosigned_at < rounds->stop[i].standing.signed_at)
            rounds->all.cosigned_at = rounds->stop[i].standing.signed_at;
    }
    rounds->all.cosigned_size = met ? checkpoint.head.size : 0;
    keep(rounds, cosigned, &checkpoint.head);
}

/* Alarms of before. */
static void raise_again(struct witness_rounds *rounds, const struct witness_alarm *alarms)
{
    for (size_t i = 0; alarms && i < rounds->policy->witness_count; i++) {
        struct witness_standing *standing = &rounds->stop[i].standing;
        if (!alarms[i].at)
            continue;
        standing->alarm = true;
        standing->alarm_at = alarms[i].at;
        snprintf(standing->problem, sizeof standing->problem, "%.*s", TEXT_ARGS(alarms[i].problem));
        log_line(LOG_LEVEL_ERROR, "witness", "%.*s: its alarm of before the restart stands until it signs again: %s",
                 TEXT_ARGS(standing->name), standing->problem);
    }
}

/* Those of whom on_answer was not told, or who could not be asked again, rest too: it is this machine that lacks something. */
static void call(struct witness_rounds *rounds, struct witness_call *calls, size_t count)
{
    struct error error;
    char problem[240];
    int result = witness_call_all(rounds->caller, calls, count, count, rounds->seconds, on_answer, rounds, &error);
    pthread_mutex_lock(&rounds->lock);
    bool stopping = rounds->stopping;
    pthread_mutex_unlock(&rounds->lock);
    for (size_t i = 0; i < count; i++) {
        struct stop *stop = calls[i].self;
        if (stop->asked && !stopping) {
            snprintf(problem, sizeof problem, "it was not asked to the end: %.180s", result ? error.what : calls[i].problem);
            rest(rounds, stop, problem, false);
        }
        witness_call_clear(&calls[i]);
    }
}

static void go_round(struct witness_rounds *rounds)
{
    struct witness_call calls[WITNESS_POLICY_MOST] = {{0}};
    struct error error = {0};
    size_t count = 0;
    if (begin(rounds, &error) != 0) {
        if (error.code != ERROR_MISSING)
            log_line(LOG_LEVEL_WARNING, "witness", "the newest checkpoint cannot be read: %s", error.what);
        return;
    }
    const struct ledger_head *head = &rounds->checkpoint.head;
    if (rounds->kept_note.n && rounds->kept_head.size == head->size &&
        ledger_hash_equal(&rounds->kept_head.root, &head->root))
        rounds->note = arena_text(rounds->arena, rounds->kept_note);
    for (size_t i = 0; i < rounds->policy->witness_count; i++) {
        struct stop *stop = &rounds->stop[i];
        struct text body;
        if (!is_due(stop, head->size, clock_steady()))
            continue;
        if (stop->seen > head->size)
            stop->seen = head->size; /* it will say again what it has seen */
        if (ask(rounds, stop, &body, &error) != 0) {
            rest(rounds, stop, error.what, false);
            continue;
        }
        stop->asked = true;
        calls[count++] = (struct witness_call){
            .url = stop->url, .body = body, .post = true, .answer_most = ANSWER_MOST, .self = stop};
    }
    call(rounds, calls, count);
    if (is_met(rounds))
        publish(rounds);
    keep(rounds, rounds->note, head);
}

/* Until something is new or a witness has rested. False: it is to end. */
static bool wait(struct witness_rounds *rounds, int64_t began)
{
    pthread_mutex_lock(&rounds->lock);
    while (!rounds->stopping) {
        int64_t now = clock_steady(), until = INT64_MAX;
        for (size_t i = 0; i < rounds->policy->witness_count; i++) {
            const struct stop *stop = &rounds->stop[i];
            if (stop->url && !has_all(stop, rounds->all.size) && rounds->all.size && stop->rest_until < until)
                until = stop->rest_until;
        }
        if (rounds->woken)
            until = now;
        if (until < began + rounds->pause)
            until = began + rounds->pause;
        if (until <= now && (rounds->woken || until != INT64_MAX))
            break;
        if (until == INT64_MAX) {
            pthread_cond_wait(&rounds->changed, &rounds->lock);
            continue;
        }
        struct timespec at = {.tv_sec = until / CLOCK_SECOND, .tv_nsec = until % CLOCK_SECOND * 1000};
        pthread_cond_timedwait(&rounds->changed, &rounds->lock, &at);
    }
    bool go_on = !rounds->stopping;
    rounds->woken = false;
    pthread_mutex_unlock(&rounds->lock);
    return go_on;
}

static void *run(void *context)
{
    struct witness_rounds *rounds = context;
    int64_t began = clock_steady() - rounds->pause;
    while (wait(rounds, began)) {
        began = clock_steady();
        go_round(rounds);
    }
    return NULL;
}

/* ---- its life ---- */

static int prepare(struct witness_rounds *rounds, const struct witness_rounds_settings *settings, struct error *error)
{
    pthread_condattr_t steady;
    pthread_mutex_init(&rounds->lock, NULL);
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&rounds->changed, &steady);
    pthread_condattr_destroy(&steady);
    rounds->policy = settings->policy;
    rounds->log = settings->log;
    rounds->source = settings->source;
    rounds->pause = settings->pause ? settings->pause : CLOCK_SECOND;
    rounds->seconds = settings->call_seconds ? settings->call_seconds : CALL_SECONDS;
    rounds->all.count = settings->policy->witness_count;
    rounds->woken = true; /* the checkpoint that is there already */
    rounds->arena = arena_new(ROUND_MEMORY, ARENA_PLAIN);
    rounds->kept = arena_new(ROUND_MEMORY, ARENA_PLAIN);
    rounds->caller = witness_caller_new(settings->ca_file);
    if (!rounds->arena || !rounds->kept || !rounds->caller)
        return error_set(error, ERROR_SYSTEM, "", "", "the HTTP client does not start");
    for (size_t i = 0; i < settings->policy->witness_count; i++) {
        struct stop *stop = &rounds->stop[i];
        stop->witness = &settings->policy->witness[i];
        stop->standing.name = stop->witness->name;
        if (stop->witness->url.n == 0) {
            snprintf(stop->standing.problem, sizeof stop->standing.problem, "the policy does not say where it is asked");
            continue;
        }
        if (asprintf(&stop->url, "%.*s/add-checkpoint", TEXT_ARGS(stop->witness->url)) < 0) {
            stop->url = NULL;
            return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
        }
    }
    recall(rounds, settings->cosigned);
    raise_again(rounds, settings->alarms);
    int number = pthread_create(&rounds->thread, NULL, run, rounds);
    if (number)
        return error_system(error, number, "", "cannot start the thread that asks the witnesses");
    rounds->started = true;
    return 0;
}

int witness_rounds_start(const struct witness_rounds_settings *settings, struct witness_rounds **out,
                         struct error *error)
{
    struct witness_rounds *rounds = calloc(1, sizeof *rounds);
    *out = NULL;
    if (!rounds)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    int result = prepare(rounds, settings, error);
    if (result != 0)
        witness_rounds_stop(&rounds);
    *out = rounds;
    return result;
}

void witness_rounds_stop(struct witness_rounds **slot)
{
    struct witness_rounds *rounds = *slot;
    if (!rounds)
        return;
    if (rounds->started) {
        pthread_mutex_lock(&rounds->lock);
        rounds->stopping = true;
        pthread_cond_signal(&rounds->changed);
        pthread_mutex_unlock(&rounds->lock);
        witness_caller_stop(rounds->caller);
        pthread_join(rounds->thread, NULL);
    }
    witness_caller_free(&rounds->caller);
    arena_free(&rounds->arena);
    arena_free(&rounds->kept);
    for (size_t i = 0; i < WITNESS_POLICY_MOST; i++)
        free(rounds->stop[i].url);
    pthread_cond_destroy(&rounds->changed);
    pthread_mutex_destroy(&rounds->lock);
    free(rounds);
    *slot = NULL;
}

void witness_rounds_wake(struct witness_rounds *rounds)
{
    pthread_mutex_lock(&rounds->lock);
    if (!rounds->woken) {
        rounds->woken = true;
        pthread_cond_signal(&rounds->changed);
    }
    pthread_mutex_unlock(&rounds->lock);
}

void witness_rounds_look(struct witness_rounds *rounds, struct witness_state_of_all *all,
                         struct witness_standing *standings)
{
    pthread_mutex_lock(&rounds->lock);
    *all = rounds->all;
    for (size_t i = 0; i < rounds->policy->witness_count; i++)
        standings[i] = rounds->stop[i].standing;
    pthread_mutex_unlock(&rounds->lock);
}
