/* What others see of the witnesses: the checkpoint that they have cosigned, their keys, and how they stand. */
#include "witnesses_inside.h"

#include "gate/log.h"
#include "gate/witnesses.h"

/* The cosigned checkpoint if it has more than `index` entries; {NULL, 0} otherwise. */
static struct text cosigned(struct gate *gate, struct arena *arena, uint64_t index)
{
    struct witnesses *witnesses = gate->witnesses;
    struct text note = {NULL, 0};
    if (!witnesses || witnesses->policy.needs_none)
        return note;
    pthread_mutex_lock(&witnesses->lock);
    if (witnesses->shown && witnesses->shown_size > index)
        note = arena_text(arena, text_of(witnesses->shown));
    pthread_mutex_unlock(&witnesses->lock);
    return note;
}

/* Beside the server that has the home, without its policy: what that has kept, if this log has signed it. */
static int read_kept(struct gate *gate, struct arena *arena, uint64_t index, struct text *note, struct error *error)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_reader(gate->store, &session, error);
    if (!result)
        result = store_one(session, "SELECT note FROM log_cosigned WHERE id = 1 AND size > $1",
                           STORE_BIND(STORE_INT((int64_t)index)), &rows, error);
    if (result)
        return result == ERROR_MISSING ? 0 : result;
    struct ledger_checkpoint checkpoint;
    struct ledger_key key;
    struct error other;
    struct text kept = store_text_in(rows, 0, arena);
    result = kept.p ? log_verifier_key(gate, &key, error) : arena_error(arena, error);
    /* after a restore under a new name there may be one of the log of before */
    if (!result && ledger_checkpoint_open(arena, kept, key.name, &key, 1, &checkpoint, NULL, &other) == 0)
        *note = kept;
    return result;
}

int gate_checkpoint_shown(struct gate *gate, struct arena *arena, struct text *note, struct error *error)
{
    return gate_checkpoint_with(gate, arena, 0, note, error);
}

int gate_checkpoint_with(struct gate *gate, struct arena *arena, uint64_t index, struct text *note, struct error *error)
{
    *note = cosigned(gate, arena, index);
    int result = gate->read_only ? read_kept(gate, arena, index, note, error) : 0;
    if (result)
        return result;
    return note->p ? 0 : gate_checkpoint(gate, arena, note, error);
}

int gate_log_keys(struct gate *gate, struct arena *arena, struct text_list *keys, struct error *error)
{
    const struct witness_policy *policy = gate->witnesses ? &gate->witnesses->policy : NULL;
    size_t n = policy ? policy->witness_count : 0;
    struct text *key = ARENA_ARRAY(arena, struct text, n + 1);
    if (!key)
        return arena_error(arena, error);
    key[0] = gate_log_key(gate, arena);
    for (size_t i = 0; i < n; i++)
        key[1 + i] = ledger_key_text(arena, &policy->witness[i].key);
    *keys = (struct text_list){key, n + 1};
    return arena_exhausted(arena) ? arena_error(arena, error) : 0;
}

/* Lends the words of `standing`. */
static void describe(const struct witness_standing *standing, uint64_t size, int64_t now, struct gate_witness *witness)
{
    *witness = (struct gate_witness){
        .name = standing->name,
        .size = (int64_t)standing->size,
        .behind = standing->size < size ? (int64_t)(size - standing->size) : 0,
        .signed_at = standing->signed_at,
        .failures = standing->failures,
        .alarm = standing->alarm,
        .alarm_at = standing->alarm_at,
        .problem = text_of(standing->problem),
    };
    if (witness->behind && standing->behind_since && now > standing->behind_since)
        witness->behind_for = now - standing->behind_since;
}

int gate_witnesses(struct gate *gate, struct arena *arena, struct gate_witnesses *out, struct error *error)
{
    struct witnesses *witnesses = gate->witnesses;
    *out = (struct gate_witnesses){0};
    if (!witnesses)
        return 0;
    struct witness_state_of_all all;
    struct witness_standing *standings = ARENA_ARRAY(arena, struct witness_standing, WITNESS_POLICY_MOST);
    struct gate_witness *list = ARENA_ARRAY(arena, struct gate_witness, witnesses->policy.witness_count);
    if (!standings || !list)
        return arena_error(arena, error);
    witness_rounds_look(witnesses->rounds, &all, standings);
    uint64_t size = log_size(gate);
    pthread_mutex_lock(&witnesses->lock);
    uint64_t shown = witnesses->shown ? witnesses->shown_size : 0;
    pthread_mutex_unlock(&witnesses->lock);
    int64_t now = clock_now();
    for (size_t i = 0; i < all.count; i++)
        describe(&standings[i], size, now, &list[i]);
    *out = (struct gate_witnesses){
        .asked = true,
        .needed = !witnesses->policy.needs_none,
        .words = witness_policy_words(arena, &witnesses->policy),
        .size = (int64_t)shown,
        .behind = size > shown ? (int64_t)(size - shown) : 0,
        .witness = list,
        .count = all.count,
    };
    out->met = !out->needed || (shown && out->behind == 0);
    if (out->behind && all.behind_since && now > all.behind_since)
        out->behind_for = now - all.behind_since;
    return 0;
}
