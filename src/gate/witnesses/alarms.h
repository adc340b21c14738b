#ifndef GATE_ALARMS_H
#define GATE_ALARMS_H

#include "base/arena.h"
#include "witness/rounds.h"

#include <pthread.h>

struct store_session;

/*
 * The alarms of witnesses that stand, kept in the database: what a witness has said against the log is not taken back by a
 * restart, only by its signature. The thread of the rounds hands them over; the writer keeps them.
 */
struct alarms {
    pthread_mutex_t lock;
    struct {
        struct told {
            int64_t at;
            char problem[sizeof(((struct witness_standing *)NULL)->problem)];
        } now;
        unsigned times, writing, kept; /* how often it was told anew; up to which is in the transaction, and which is kept */
    } of[WITNESS_POLICY_MOST];
};

void alarms_begin(struct alarms *alarms);
void alarms_end(struct alarms *alarms);

/* By the rounds. at == 0: it signs again. */
void alarms_take(struct alarms *alarms, size_t witness, int64_t at, const char *problem);

/* By the writer: what was handed over since goes into its transaction; and, that being committed, needs not be written again. */
int alarms_keep(struct alarms *alarms, const struct witness_policy *policy, struct store_session *session, struct error *error);
void alarms_kept(struct alarms *alarms);

/* Those that stood when the server ended: an array with a place for each witness of the policy. */
int alarms_recall(struct arena *arena, const struct witness_policy *policy, struct store_session *session,
                  const struct witness_alarm **out, struct error *error);

#endif
