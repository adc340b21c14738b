#include "alarms.h"

#include "base/error.h"
#include "store.h"

#include <stdio.h>

void alarms_begin(struct alarms *alarms)
{
    pthread_mutex_init(&alarms->lock, NULL);
}

void alarms_end(struct alarms *alarms)
{
    pthread_mutex_destroy(&alarms->lock);
}

void alarms_take(struct alarms *alarms, size_t witness, int64_t at, const char *problem)
{
    pthread_mutex_lock(&alarms->lock);
    struct told *now = &alarms->of[witness].now;
    now->at = at;
    snprintf(now->problem, sizeof now->problem, "%s", problem);
    alarms->of[witness].times++;
    pthread_mutex_unlock(&alarms->lock);
}

/* A witness is its key: another that has its name in a later policy has not said it. */
static int put(struct store_session *session, struct text key, const struct told *now, struct error *error)
{
    if (!now->at)
        return store_run(session, "DELETE FROM witness_alarm WHERE witness = $1", STORE_BIND(STORE_TEXT(key)), NULL, error);
    return store_run(session,
                     "INSERT INTO witness_alarm (witness, at, problem) VALUES ($1, $2, $3)"
                     " ON CONFLICT (witness) DO UPDATE SET at = $2, problem = $3",
                     STORE_BIND(STORE_TEXT(key), STORE_INT(now->at), STORE_STRING(now->problem)), NULL, error);
}

static int keep_one(struct alarms *alarms, size_t i, const struct ledger_key *witness, struct store_session *session, struct error *error)
{
    struct told now;
    pthread_mutex_lock(&alarms->lock);
    now = alarms->of[i].now;
    bool fresh = alarms->of[i].times != alarms->of[i].kept;
    alarms->of[i].writing = alarms->of[i].times;
    pthread_mutex_unlock(&alarms->lock);
    if (!fresh)
        return 0;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 16, ARENA_PLAIN);
    struct text key = arena ? ledger_key_text(arena, witness) : (struct text){NULL, 0};
    return key.p ? put(session, key, &now, error) : error_set(error, ERROR_SYSTEM, "", "", "out of memory");
}

int alarms_keep(struct alarms *alarms, const struct witness_policy *policy, struct store_session *session, struct error *error)
{
    int result = 0;
    for (size_t i = 0; !result && i < policy->witness_count; i++)
        result = keep_one(alarms, i, &policy->witness[i].key, session, error);
    return result;
}

void alarms_kept(struct alarms *alarms)
{
    pthread_mutex_lock(&alarms->lock);
    for (size_t i = 0; i < WITNESS_POLICY_MOST; i++)
        alarms->of[i].kept = alarms->of[i].writing;
    pthread_mutex_unlock(&alarms->lock);
}

static int recall_one(struct arena *arena, struct store_session *session, const struct ledger_key *key, struct witness_alarm *alarm,
                      struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    struct text witness = ledger_key_text(arena, key);
    int result = witness.p ? store_one(session, "SELECT at, problem FROM witness_alarm WHERE witness = $1",
                                       STORE_BIND(STORE_TEXT(witness)), &rows, error)
                           : arena_error(arena, error);
    if (result)
        return result == ERROR_MISSING ? 0 : result;
    *alarm = (struct witness_alarm){store_int(rows, 0), store_text_in(rows, 1, arena)};
    return alarm->problem.p ? 0 : arena_error(arena, error);
}

int alarms_recall(struct arena *arena, const struct witness_policy *policy, struct store_session *session,
                  const struct witness_alarm **out, struct error *error)
{
    struct witness_alarm *alarm = ARENA_ARRAY(arena, struct witness_alarm, policy->witness_count + 1);
    int result = alarm ? 0 : arena_error(arena, error);
    for (size_t i = 0; !result && i < policy->witness_count; i++)
        result = recall_one(arena, session, &policy->witness[i].key, &alarm[i], error);
    *out = alarm;
    return result;
}
