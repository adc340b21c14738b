#include "scene.h"

#include "support/port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

static const char *const names[AGENCIES] = {"leeds", "york", "hull"};

void scene_open(struct scene *scene, size_t agency)
{
    struct error error;
    struct agency *at = &scene->agency[agency];
    const char *const logs[] = {host_key(&scene->host)};
    struct witness_desk_settings settings = {.home = at->home, .logs = logs, .log_count = 1};
    struct witness_service_settings serve = {.address = "127.0.0.1", .port = at->port, .requests_per_minute = 60000};
    assert_int_equal(witness_desk_open(&settings, &at->desk, &error), 0);
    assert_int_equal(witness_service_start(at->desk, &serve, &at->service, &error), 0);
    at->port = witness_service_port(at->service);
}

void scene_close(struct scene *scene, size_t agency)
{
    witness_service_stop(&scene->agency[agency].service);
    witness_desk_close(&scene->agency[agency].desk);
}

int scene_make(struct scene *scene)
{
    *scene = (struct scene){.arena = arena_new(64 << 20, ARENA_PLAIN)};
    host_make(&scene->host, "log.example/partnership", 1);
    host_grow(&scene->host, 3, "leaf");
    if (test_folder_make("witness-rounds", scene->folder) != 0)
        return -1;
    for (size_t i = 0; i < AGENCIES; i++) {
        struct agency *at = &scene->agency[i];
        at->port = test_port_make();
        snprintf(at->home, sizeof at->home, "%s/%s", scene->folder, names[i]);
        scene_open(scene, i);
    }
    return 0;
}

int scene_drop(struct scene *scene)
{
    for (size_t i = 0; i < AGENCIES; i++)
        scene_close(scene, i);
    host_free(&scene->host);
    arena_free(&scene->arena);
    return test_folder_remove(scene->folder);
}

void scene_policy(struct scene *scene, const char *rest, struct witness_policy *policy)
{
    struct error error;
    struct buffer source = buffer_in(scene->arena);
    for (size_t i = 0; i < AGENCIES; i++)
        buffer_format(&source, "witness %s %.*s http://127.0.0.1:%u\n", names[i],
                      TEXT_ARGS(witness_desk_key(scene->agency[i].desk, scene->arena)), scene->agency[i].port);
    buffer_string(&source, rest);
    assert_int_equal(witness_policy_parse(scene->arena, buffer_result(&source), "policy", policy, &error), 0);
}

size_t scene_signatures(struct scene *scene, const struct witness_policy *policy, struct text note)
{
    struct error error;
    struct ledger_checkpoint checkpoint;
    uint64_t times[WITNESS_POLICY_MOST];
    bool met;
    size_t count = 0;
    assert_int_equal(witness_policy_judge(scene->arena, policy, &scene->host.signer.signer.key, note, &checkpoint, times, &met,
                                          &error),
                     0);
    assert_true(met);
    for (size_t i = 0; i < policy->witness_count; i++)
        count += times[i] != 0;
    return count;
}

/* ---- the log's side ---- */

static int newest(void *self, struct arena *into, struct text *note, struct error *why)
{
    struct host *log = ((struct front *)self)->host;
    pthread_mutex_lock(&log->lock);
    *note = arena_text(into, log->note);
    pthread_mutex_unlock(&log->lock);
    return note->n ? 0 : error_set(why, ERROR_MISSING, "", "", "none yet");
}

static int prove(void *self, struct arena *into, uint64_t from, uint64_t to, struct ledger_proof *proof, struct error *why)
{
    struct host *log = ((struct front *)self)->host;
    pthread_mutex_lock(&log->lock);
    int result = ledger_consistency(&log->storage, into, from, to, proof, why);
    pthread_mutex_unlock(&log->lock);
    return result;
}

static int publish(void *self, struct text note, const struct ledger_checkpoint *checkpoint, struct error *why)
{
    struct front *front = self;
    (void)why;
    pthread_mutex_lock(&front->lock);
    snprintf(front->note, sizeof front->note, "%.*s", TEXT_ARGS(note));
    atomic_store(&front->size, checkpoint->head.size);
    atomic_fetch_add(&front->times, 1);
    pthread_mutex_unlock(&front->lock);
    return 0;
}

static void alarm_told(void *self, size_t witness, int64_t at, const char *problem)
{
    struct front *front = self;
    pthread_mutex_lock(&front->lock);
    front->alarm[witness].at = at;
    snprintf(front->words[witness], sizeof front->words[witness], "%s", problem);
    pthread_mutex_unlock(&front->lock);
}

struct witness_alarm front_alarm(struct front *front, struct arena *arena, size_t agency)
{
    pthread_mutex_lock(&front->lock);
    struct witness_alarm alarm = {front->alarm[agency].at, arena_text(arena, text_of(front->words[agency]))};
    pthread_mutex_unlock(&front->lock);
    return alarm;
}

struct text front_note(struct front *front, struct arena *arena)
{
    pthread_mutex_lock(&front->lock);
    struct text note = arena_text(arena, text_of(front->note));
    pthread_mutex_unlock(&front->lock);
    return note;
}

struct witness_rounds *front_start(struct front *front, struct host *log, const struct witness_policy *policy,
                                   struct text cosigned)
{
    return front_start_with(front, log, policy, cosigned, NULL);
}

struct witness_rounds *front_start_with(struct front *front, struct host *log, const struct witness_policy *policy,
                                        struct text cosigned, const struct witness_alarm *alarms)
{
    struct error error;
    struct witness_rounds *rounds;
    *front = (struct front){.host = log, .lock = PTHREAD_MUTEX_INITIALIZER};
    struct witness_rounds_settings settings = {.policy = policy,
                                               .log = log->signer.signer.key,
                                               .source = {front, newest, prove, publish, alarm_told},
                                               .cosigned = cosigned,
                                               .alarms = alarms,
                                               .pause = 1000,
                                               .call_seconds = 600};
    assert_int_equal(witness_rounds_start(&settings, &rounds, &error), 0);
    return rounds;
}

struct witness_standing look(struct witness_rounds *rounds, size_t agency)
{
    struct witness_state_of_all all;
    struct witness_standing standings[WITNESS_POLICY_MOST];
    witness_rounds_look(rounds, &all, standings);
    return standings[agency];
}

struct witness_state_of_all look_at_all(struct witness_rounds *rounds)
{
    struct witness_state_of_all all;
    struct witness_standing standings[WITNESS_POLICY_MOST];
    witness_rounds_look(rounds, &all, standings);
    return all;
}
