#include "effect.h"

#include "packs.h"
#include "recorded.h"

#include <stdlib.h>

enum { COMPARE_MEMORY = 512 << 20, EFFECT_MEMORY = 64 << 20, CLASSES_MOST = 12, MOVES_MOST = 100, CASES_MOST = 200000 };

/* How often one outcome would become another; was equals now: only what is to be done beside it differs. */
struct move {
    struct text was, now;
    size_t count;
    struct text *when; /* the first such case, in words */
    size_t whens;
};

struct effect {
    struct gate *gate;
    struct arena *arena;
    const struct policy_pack *proposed, *present;
    struct id adoption, present_id;
    struct date from;
    struct text day; /* from, as a fact */
    struct effect_progress *progress;

    struct move move[MOVES_MOST];
    size_t moves;
    size_t decisions, answers, differing, obligations, unreadable;
    bool differs, alters; /* of the decision that is being read */

    struct id *changed; /* open cases */
    size_t cases, cases_room, looked;
    struct id looked_at; /* the case of the decision before */
};

/* ---- words ---- */

static const struct {
    const char *title;
    enum policy_words_kind kind;
} asked[POLICY_DECISIONS] = {
    [POLICY_SHARE] = {"May it be shared?", POLICY_WORDS_OUTCOME},
    [POLICY_CONSENT] = {"Whose consent?", POLICY_WORDS_CONSENT},
    [POLICY_CHANNEL] = {"How may it travel?", POLICY_WORDS_CHANNEL},
    [POLICY_RETENTION] = {"How long is it kept?", POLICY_WORDS_RETENTION},
    [POLICY_DEADLINE] = {"By when?", POLICY_WORDS_DEADLINE},
};

static struct text outcome_words(const struct effect *e, enum policy_decision decision, struct text code)
{
    struct policy_words words;
    if (!code.n || text_equal(code, TEXT("open")))
        return TEXT("Not clear without asking more");
    struct text title = policy_words(e->proposed, asked[decision].kind, code, &words)->title;
    if (text_equal(title, code)) /* the present rules may have a word for what the proposed ones never say */
        title = policy_words(e->present, asked[decision].kind, code, &words)->title;
    return title;
}

/* "Consent: refused", for each fact of a case; `plain`: only facts that cannot point at a person. */
static struct text *case_words(const struct effect *e, const struct json *facts, bool plain, struct arena *arena, size_t *n)
{
    size_t most = json_is(facts, JSON_OBJECT) ? facts->count : 0;
    struct text *list = ARENA_ARRAY(arena, struct text, most);
    *n = 0;
    for (size_t i = 0; list && i < most; i++) {
        const struct policy_pack *pack = policy_fact_find(e->proposed, facts->key[i]) ? e->proposed : e->present;
        const struct policy_fact_info *fact = policy_fact_find(pack, facts->key[i]);
        const struct json *value = &facts->item[i];
        if (!fact || value->kind == JSON_NULL ||
            (plain && ((fact->kind != POLICY_FACT_CHOICE && fact->kind != POLICY_FACT_BOOLEAN) ||
                       !policy_fact_matters(pack, POLICY_SHARE, fact->key))))
            continue;
        struct text said = value->kind == JSON_TRUE    ? TEXT("yes")
                           : value->kind == JSON_FALSE ? TEXT("no")
                                                       : policy_value_words(pack, fact->key, value->text);
        list[(*n)++] = arena_format(arena, "%.*s: %.*s", TEXT_ARGS(policy_fact_words(pack, fact->key)), TEXT_ARGS(said));
    }
    return list;
}

static void write_when(struct json_writer *w, const struct text *when, size_t n)
{
    json_key(w, "when");
    json_array(w);
    for (size_t i = 0; i < n; i++)
        json_put_text(w, when[i]);
    json_end(w);
}

static void write_member(struct json_writer *w, const char *key, struct text value)
{
    json_key(w, key);
    json_put_text(w, value);
}

/* ---- the two versions over every possible case ---- */

static struct text percent(struct arena *arena, double share)
{
    return share > 0 && share < 0.0005 ? TEXT("less than 0.1") : arena_format(arena, "%.1f", 100 * share);
}

static void write_class(const struct effect *e, enum policy_decision decision, const struct policy_difference *d,
                        struct arena *arena, struct json_writer *w)
{
    const struct json *example = NULL;
    struct error ignored;
    size_t n = 0;
    struct text *when = NULL;
    if (json_read(arena, d->example, "example", &example, &ignored) == 0)
        when = case_words(e, example, false, arena, &n);
    json_object(w);
    write_member(w, "was", d->here);
    write_member(w, "now", d->there);
    write_member(w, "was_words", outcome_words(e, decision, d->here));
    write_member(w, "now_words", outcome_words(e, decision, d->there));
    write_member(w, "percent", percent(arena, d->share));
    write_when(w, when, n);
    json_end(w);
}

static int write_decision(const struct effect *e, enum policy_decision decision, struct json_writer *w,
                          struct error *error)
{
    const struct policy_pack_info *now = policy_pack_info(e->present), *then = policy_pack_info(e->proposed);
    const struct policy_difference *list = NULL;
    size_t count = 0;
    double differ = 0;
    if (!now->decides[decision] && !then->decides[decision])
        return 0;
    ARENA_SCOPE struct arena *arena = arena_new(COMPARE_MEMORY, ARENA_PLAIN);
    if (!arena)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    bool both = now->decides[decision] && then->decides[decision];
    int result = both ? policy_compare(e->present, e->proposed, decision, arena, &list, &count, error) : 0;
    if (result)
        return result;
    for (size_t i = 0; i < count; i++)
        differ += list[i].share;
    json_object(w);
    write_member(w, "decision", text_of(policy_decision_name(decision)));
    write_member(w, "title", text_of(asked[decision].title));
    write_member(w, "percent", both ? percent(arena, differ) : TEXT("100.0"));
    json_key(w, "rows");
    json_array(w);
    if (!both) {
        json_object(w);
        write_member(w, "was_words", now->decides[decision] ? TEXT("The rules say it") : TEXT("The rules do not say it"));
        write_member(w, "now_words", then->decides[decision] ? TEXT("The rules say it") : TEXT("The rules do not say it"));
        write_member(w, "percent", TEXT("100.0"));
        write_when(w, NULL, 0);
        json_end(w);
    }
    for (size_t i = 0; i < count && i < CLASSES_MOST; i++)
        write_class(e, decision, &list[i], arena, w);
    json_end(w);
    json_end(w);
    return arena_exhausted(arena) ? arena_error(arena, error) : 0;
}

/* ---- what was recorded, answered again ---- */

/* The facts as the proposed version understands them, on the first day that it would apply. */
static struct policy_facts *facts_then(const struct effect *e, const struct json *recorded, struct arena *arena)
{
    struct policy_facts *facts = policy_facts_new(e->proposed, arena);
    struct error ignored;
    for (size_t i = 0; facts && i < recorded->count; i++) {
        const struct json one = {.kind = JSON_OBJECT, .count = 1, .item = &recorded->item[i], .key = &recorded->key[i]};
        (void)policy_facts_read(facts, &one, &ignored); /* what it does not know of is left out */
    }
    if (facts)
        (void)policy_facts_set(facts, TEXT("date"), e->day, &ignored);
    return facts;
}

static bool same_obligations(const struct json *was, const struct policy_answer *now)
{
    size_t n = json_is(was, JSON_ARRAY) ? was->count : 0, found = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < now->obligations; k++)
            found += text_equal(json_text(&was->item[i]), now->obligation[k]);
    return n == now->obligations && found == n;
}

static int answer_then(const struct effect *e, const struct recorded *one, struct arena *scratch, struct text *was,
                       struct text *now, bool *alters, struct error *error)
{
    struct policy_answer answer;
    struct policy_facts *facts = facts_then(e, one->facts, scratch);
    if (!facts)
        return arena_error(scratch, error);
    int result = policy_answer(e->proposed, POLICY_SHARE, facts, scratch, &answer, error);
    if (result)
        return result;
    *was = json_text(json_get(one->answer, "outcome"));
    *now = answer.outcome.p ? answer.outcome : TEXT("open");
    if (!was->n)
        *was = TEXT("open");
    *alters = !same_obligations(json_get(one->answer, "obligations"), &answer);
    return 0;
}

static int note_move(struct effect *e, struct text was, struct text now, const struct json *facts, struct error *error)
{
    size_t i = 0;
    while (i < e->moves && !(text_equal(e->move[i].was, was) && text_equal(e->move[i].now, now)))
        i++;
    if (i == MOVES_MOST)
        return 0;
    struct move *move = &e->move[i];
    if (i == e->moves) {
        e->moves++;
        move->was = arena_text(e->arena, was);
        move->now = arena_text(e->arena, now);
        move->when = case_words(e, facts, true, e->arena, &move->whens);
        if (arena_exhausted(e->arena))
            return arena_error(e->arena, error);
    }
    move->count++;
    return 0;
}

static int read_answer(void *self, const struct recorded *one, struct arena *scratch, struct error *error)
{
    struct effect *e = self;
    struct text was, now;
    bool alters = false;
    int result = answer_then(e, one, scratch, &was, &now, &alters, error);
    if (result)
        return result;
    bool differs = !text_equal(was, now);
    e->answers++;
    e->differs |= differs;
    e->alters |= alters;
    return differs || alters ? note_move(e, was, now, one->facts, error) : 0;
}

static int read_unreadable(void *self, struct text decision_id, const char *why, struct error *error)
{
    struct effect *e = self;
    (void)decision_id, (void)why, (void)error;
    e->unreadable++;
    return 0;
}

static void decision_done(void *self)
{
    struct effect *e = self;
    e->decisions++;
    e->differing += e->differs;
    e->obligations += e->alters && !e->differs;
    e->differs = e->alters = false;
    atomic_fetch_add(&e->progress->done, 1);
}

/* ---- open cases ---- */

static int read_case(void *self, const struct recorded *one, struct arena *scratch, struct error *error)
{
    struct effect *e = self;
    struct text was, now;
    bool alters = false;
    int result = answer_then(e, one, scratch, &was, &now, &alters, error);
    if (result)
        return result;
    e->differs |= alters || !text_equal(was, now);
    if (!one->last)
        return 0;
    bool changed = e->differs, again = text_equal(id_text(&e->looked_at), one->case_id);
    e->differs = false;
    e->looked += !again;
    id_parse(one->case_id, &e->looked_at);
    if (!changed || e->cases == CASES_MOST || (e->cases && id_equal(&e->changed[e->cases - 1], &e->looked_at)))
        return 0;
    if (e->cases == e->cases_room) {
        size_t room = e->cases_room ? e->cases_room * 2 : 64;
        struct id *grown = arena_grow(e->arena, e->changed, e->cases_room, room, sizeof *grown);
        if (!grown)
            return arena_error(e->arena, error);
        e->changed = grown;
        e->cases_room = room;
    }
    e->changed[e->cases++] = e->looked_at;
    return 0;
}

/* ---- the whole ---- */

static int compare_moves(const void *a, const void *b)
{
    const struct move *x = a, *y = b;
    return (x->count < y->count) - (x->count > y->count);
}

static void write_moves(struct effect *e, int64_t since, struct json_writer *w)
{
    json_key(w, "replayed");
    json_object(w);
    write_member(w, "since", date_format(e->arena, date_of_instant(since)));
    json_key(w, "decisions");
    json_put_int(w, (int64_t)e->decisions);
    json_key(w, "answers");
    json_put_int(w, (int64_t)e->answers);
    json_key(w, "differing");
    json_put_int(w, (int64_t)e->differing);
    json_key(w, "obligations");
    json_put_int(w, (int64_t)e->obligations);
    json_key(w, "unreadable");
    json_put_int(w, (int64_t)e->unreadable);
    json_key(w, "rows");
    json_array(w);
    qsort(e->move, e->moves, sizeof *e->move, compare_moves);
    for (size_t i = 0; i < e->moves; i++) {
        const struct move *move = &e->move[i];
        json_object(w);
        write_member(w, "was", move->was);
        write_member(w, "now", move->now);
        write_member(w, "was_words", outcome_words(e, POLICY_SHARE, move->was));
        write_member(w, "now_words", outcome_words(e, POLICY_SHARE, move->now));
        json_key(w, "count");
        json_put_int(w, (int64_t)move->count);
        write_when(w, move->when, move->whens);
        json_end(w);
    }
    json_end(w);
    json_end(w);
    json_key(w, "open_cases");
    json_object(w);
    json_key(w, "looked");
    json_put_int(w, (int64_t)e->looked);
    json_key(w, "changed");
    json_put_int(w, (int64_t)e->cases);
    json_end(w);
}

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
    struct recorded_reader recorded = {e, read_answer, read_unreadable, decision_done, stop},
                           open_cases = {e, read_case, read_unreadable, NULL, stop};
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
        result = write_decision(e, (enum policy_decision)d, &w, error);
    json_end(&w);
    if (!result)
        result = recorded_walk(e->gate, since, &recorded, error);
    size_t unreadable = e->unreadable; /* what does not open was counted there; an older one of an open case is not a second */
    if (!result)
        result = recorded_walk_open(e->gate, &open_cases, error);
    e->unreadable = unreadable;
    if (result)
        return result;
    write_moves(e, since, &w);
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
