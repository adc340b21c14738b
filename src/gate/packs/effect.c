#include "effect_inside.h"

#include "packs.h"

#include "store.h"

enum { EFFECT_MEMORY = 64 << 20 };

static int read_proposal(struct effect *e, struct error *error)
{
    struct gate *gate = e->gate;
    struct id version = {""};
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_reader(gate->store, &session, error);
    if (!result)
        result = store_one(session, "SELECT version_id, from_day FROM policy_adoption WHERE id = $1",
                           STORE_BIND(STORE_TEXT(id_text(&e->adoption))), &rows, error);
    if (result)
        return result;
    id_parse(store_text(rows, 0), &version);
    e->day = store_text_in(rows, 1, e->arena);
    date_parse(e->day, &e->from);
    store_done(&rows);
    result = store_one(session,
                       "SELECT version_id FROM policy_adoption WHERE state = 'approved' AND from_day <= $1 AND id <> $2"
                       " ORDER BY from_day DESC, approved_at DESC LIMIT 1",
                       STORE_BIND(STORE_TEXT(e->day), STORE_TEXT(id_text(&e->adoption))), &rows, error);
    if (result)
        return result;
    id_parse(store_text(rows, 0), &e->present_id);
    store_done(&rows);
    store_give_back(&session);
    result = packs_kept(gate, &version, &e->proposed, error);
    return result ? result : packs_kept(gate, &e->present_id, &e->present, error);
}

static int keep(struct effect *e, struct text json, struct error *error)
{
    struct visit *visit VISIT_SCOPE = NULL;
    struct pack_effect_keep in = {.adoption_id = e->adoption,
                                  .against_id = e->present_id,
                                  .effect = {json},
                                  .decisions = (int64_t)e->decisions,
                                  .differing = (int64_t)e->differing,
                                  .cases = {e->changed, e->cases}};
    struct pack_effect_kept out;
    int result = visit_begin(e->gate, e->arena, &visit, error);
    if (result)
        return result;
    visit_as_operator(visit);
    return visit_act_wait(visit, &pack_effect_keep_command, &in, &out, error);
}

static int work_out(struct effect *e, _Atomic bool *stop, struct error *error)
{
    int64_t since = gate_now(e->gate) - 365 * CLOCK_DAY, n = 0;
    struct recorded_reader recorded = {e, effect_read_answer, effect_read_unreadable, effect_decision_done, stop},
                           open_cases = {e, effect_read_case, effect_read_unreadable, NULL, stop};
    struct buffer out = buffer_in(e->arena);
    struct json_writer w = json_writer_in(&out);
    int result = read_proposal(e, error);
    if (!result)
        result = recorded_count(e->gate, since, &n, error);
    atomic_store(&e->progress->of, (size_t)n);
    json_object(&w);
    json_key(&w, "compared");
    json_array(&w);
    for (int d = 0; !result && d < POLICY_DECISIONS && !atomic_load(stop); d++)
        result = effect_write_decision(e, (enum policy_decision)d, &w, error);
    json_end(&w);
    if (!result)
        result = recorded_walk(e->gate, since, &recorded, error);
    size_t unreadable = e->unreadable; /* what does not open was counted there; an older one of an open case is not a second */
    if (!result)
        result = recorded_walk_open(e->gate, &open_cases, error);
    e->unreadable = unreadable;
    if (result)
        return result;
    effect_write_moves(e, since, &w);
    json_end(&w);
    if (buffer_failed(&out) || arena_exhausted(e->arena))
        return arena_error(e->arena, error);
    return keep(e, buffer_result(&out), error);
}

int effect_work_out(struct gate *gate, const struct id *adoption, struct effect_progress *progress, _Atomic bool *stop,
                    struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(EFFECT_MEMORY, ARENA_SECRET);
    struct effect *e = arena ? ARENA_NEW(arena, struct effect) : NULL;
    if (!e)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    e->gate = gate;
    e->arena = arena;
    e->adoption = *adoption;
    e->progress = progress;
    return work_out(e, stop, error);
}
