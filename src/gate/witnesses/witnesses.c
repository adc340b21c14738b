#include "witnesses_inside.h"
#include "writer/pieces.h"
#include "writer/writer.h"

#include "gate/log.h"

#include <stdlib.h>
#include <string.h>

/* ---- before the process is confined ---- */

static int read_policy(struct witnesses *witnesses, const struct gate_settings *settings, struct error *error)
{
    int result = witness_policy_read(witnesses->arena, settings->witnesses, &witnesses->policy, error);
    if (!result && settings->witness_ca && !(witnesses->ca_file = strdup(settings->witness_ca)))
        result = error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    return result;
}

int witnesses_read(struct gate *gate, const struct gate_settings *settings, struct error *error)
{
    if (!settings->witnesses || settings->read_only)
        return 0;
    struct witnesses *witnesses = gate->witnesses = calloc(1, sizeof *witnesses);
    if (!witnesses)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    pthread_mutex_init(&witnesses->lock, NULL);
    alarms_begin(&witnesses->alarms);
    witnesses->arena = arena_new(4 << 20, ARENA_PLAIN);
    if (!witnesses->arena)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    return read_policy(witnesses, settings, error);
}

/* ---- what the rounds are given ---- */

static int newest(void *self, struct arena *arena, struct text *note, struct error *error)
{
    return gate_checkpoint(self, arena, note, error);
}

static int prove(void *self, struct arena *arena, uint64_t from, uint64_t to, struct ledger_proof *proof,
                 struct error *error)
{
    struct gate *gate = self;
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    int result = store_reader(gate->store, &session, error);
    if (result)
        return result;
    struct ledger_storage pieces = pieces_in(session);
    return ledger_consistency(&pieces, arena, from, to, proof, error);
}

static int publish(void *self, struct text note, const struct ledger_checkpoint *checkpoint, struct error *error)
{
    struct gate *gate = self;
    struct witnesses *witnesses = gate->witnesses;
    char *copy = strndup(note.p, note.n);
    if (!copy)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    pthread_mutex_lock(&witnesses->lock);
    free(witnesses->waiting);
    witnesses->waiting = copy;
    witnesses->waiting_size = checkpoint->head.size;
    pthread_mutex_unlock(&witnesses->lock);
    writer_wake(gate);
    return 0;
}

static void alarm_told(void *self, size_t witness, int64_t at, const char *problem)
{
    struct gate *gate = self;
    alarms_take(&gate->witnesses->alarms, witness, at, problem);
    writer_wake(gate);
}

/* ---- the writer's part ---- */

int witnesses_keep(struct gate *gate, struct store_session *session, struct error *error)
{
    struct witnesses *witnesses = gate->witnesses;
    if (!witnesses)
        return 0;
    pthread_mutex_lock(&witnesses->lock);
    if (witnesses->waiting) {
        free(witnesses->writing);
        witnesses->writing = witnesses->waiting;
        witnesses->writing_size = witnesses->waiting_size;
        witnesses->waiting = NULL;
    }
    pthread_mutex_unlock(&witnesses->lock);
    int result = alarms_keep(&witnesses->alarms, &witnesses->policy, session, error);
    if (result || !witnesses->writing)
        return result;
    return store_run(session,
                     "INSERT INTO log_cosigned (id, size, note) VALUES (1, $1, $2)"
                     " ON CONFLICT (id) DO UPDATE SET size = $1, note = $2",
                     STORE_BIND(STORE_INT((int64_t)witnesses->writing_size), STORE_STRING(witnesses->writing)), NULL, error);
}

void witnesses_kept(struct gate *gate)
{
    struct witnesses *witnesses = gate->witnesses;
    if (!witnesses)
        return;
    alarms_kept(&witnesses->alarms);
    if (!witnesses->writing)
        return;
    pthread_mutex_lock(&witnesses->lock);
    free(witnesses->shown);
    witnesses->shown = witnesses->writing;
    witnesses->shown_size = witnesses->writing_size;
    witnesses->writing = NULL;
    pthread_mutex_unlock(&witnesses->lock);
}

void witnesses_wake(struct gate *gate)
{
    if (gate->witnesses && gate->witnesses->rounds)
        witness_rounds_wake(gate->witnesses->rounds);
}

/* ---- its life ---- */

/* What was shown before the restart, if it still is what the policy asks for. */
static int recall_shown(struct gate *gate, struct arena *arena, struct store_session *session, struct error *error)
{
    struct witnesses *witnesses = gate->witnesses;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    struct ledger_checkpoint checkpoint;
    struct error why;
    int result = store_one(session, "SELECT note FROM log_cosigned WHERE id = 1", STORE_BIND(), &rows, error);
    if (result)
        return result == ERROR_MISSING ? 0 : result;
    struct text note = arena_text(arena, store_text(rows, 0));
    if (!note.p)
        return arena_error(arena, error);
    if (witness_policy_judge(arena, &witnesses->policy, &witnesses->log, note, &checkpoint, NULL, NULL, &why) != 0 ||
        checkpoint.head.size > gate->published.head.size) {
        log_line(LOG_LEVEL_WARNING, "gate", "the cosigned checkpoint of before is not used: it is not what the policy of witnesses asks for now");
        return 0;
    }
    witnesses->shown = strndup(note.p, note.n);
    witnesses->shown_size = checkpoint.head.size;
    return witnesses->shown ? 0 : error_set(error, ERROR_SYSTEM, "", "", "out of memory");
}

static int recall(struct gate *gate, struct arena *arena, const struct witness_alarm **alarms, struct error *error)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    int result = store_reader(gate->store, &session, error);
    if (!result)
        result = recall_shown(gate, arena, session, error);
    return result ? result : alarms_recall(arena, &gate->witnesses->policy, session, alarms, error);
}

int witnesses_start(struct gate *gate, struct error *error)
{
    struct witnesses *witnesses = gate->witnesses;
    if (!witnesses)
        return 0;
    const struct witness_alarm *alarms = NULL;
    ARENA_SCOPE struct arena *arena = arena_new(4 << 20, ARENA_PLAIN);
    int result = arena ? log_verifier_key(gate, &witnesses->log, error) : error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    if (!result && !witness_policy_knows(&witnesses->policy, &witnesses->log))
        result = error_set(error, ERROR_INPUT, "witnesses", "Put the line \"log\" with the key of \"proviso ledger key\" into it, or leave its log lines out.",
                           "the policy of witnesses is for other logs than this one");
    if (!result)
        result = recall(gate, arena, &alarms, error);
    if (result)
        return result;
    struct witness_rounds_settings settings = {
        .policy = &witnesses->policy,
        .log = witnesses->log,
        .source = {gate, newest, prove, publish, alarm_told},
        .cosigned = text_of(witnesses->shown),
        .alarms = alarms,
        .ca_file = witnesses->ca_file,
    };
    return witness_rounds_start(&settings, &witnesses->rounds, error);
}

void witnesses_stop(struct gate *gate)
{
    struct witnesses *witnesses = gate->witnesses;
    if (!witnesses)
        return;
    witness_rounds_stop(&witnesses->rounds);
    pthread_mutex_destroy(&witnesses->lock);
    alarms_end(&witnesses->alarms);
    arena_free(&witnesses->arena);
    free(witnesses->ca_file);
    free(witnesses->waiting);
    free(witnesses->writing);
    free(witnesses->shown);
    free(witnesses);
    gate->witnesses = NULL;
}
