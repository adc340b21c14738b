#ifndef TESTS_WITNESS_SCENE_H
#define TESTS_WITNESS_SCENE_H

#include "base.h"
#include "host.h"
#include "support/folder.h"
#include "witness.h"

#include <stdatomic.h>

/* A log of three entries and three agencies with a witness each, which have seen nothing. Fails the test where making fails. */
enum { AGENCIES = 3 }; /* leeds, york, hull */

struct agency {
    struct witness_desk *desk;
    struct witness_service *service;
    unsigned port;
    char home[100];
};

struct scene {
    char folder[TEST_FOLDER_SIZE];
    struct arena *arena;
    struct host host;
    struct agency agency[AGENCIES];
};

int scene_make(struct scene *scene);
int scene_drop(struct scene *scene);

/* The service of a witness, which keeps its port and its folder. */
void scene_open(struct scene *scene, size_t agency);
void scene_close(struct scene *scene, size_t agency);

/* The three, and a quorum. */
void scene_policy(struct scene *scene, const char *rest, struct witness_policy *policy);

/* How many have signed a checkpoint of the scene's log. Fails the test where the policy is not met. */
size_t scene_signatures(struct scene *scene, const struct witness_policy *policy, struct text note);

/* The log's side: what it hands to the rounds, and what they published. */
struct front {
    struct host *host;
    pthread_mutex_t lock;
    char note[8192]; /* published last */
    _Atomic uint64_t size;
    _Atomic unsigned times;
    struct witness_alarm alarm[AGENCIES]; /* see front_alarm() */
    char words[AGENCIES][300];
};

struct witness_rounds *front_start(struct front *front, struct host *log, const struct witness_policy *policy,
                                   struct text cosigned);
struct witness_rounds *front_start_with(struct front *front, struct host *log, const struct witness_policy *policy,
                                        struct text cosigned, const struct witness_alarm *alarms);
/* The alarm of an agency as it was handed over last; at == 0: none stands. */
struct witness_alarm front_alarm(struct front *front, struct arena *arena, size_t agency);
struct text front_note(struct front *front, struct arena *arena); /* published last */

struct witness_standing look(struct witness_rounds *rounds, size_t agency);
struct witness_state_of_all look_at_all(struct witness_rounds *rounds);

#endif
