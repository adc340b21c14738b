#include "effect_inside.h"

#include <stdlib.h>

/* What was recorded, answered again as if it were asked on the first day of the new rules. */

enum { CASES_MOST = 200000 };

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
        move->when = effect_case_words(e, facts, true, e->arena, &move->whens);
        if (arena_exhausted(e->arena))
            return arena_error(e->arena, error);
    }
    move->count++;
    return 0;
}

int effect_read_answer(void *self, const struct recorded *one, struct arena *scratch, struct error *error)
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

int effect_read_unreadable(void *self, struct text decision_id, const char *why, struct error *error)
{
    struct effect *e = self;
    (void)decision_id, (void)why, (void)error;
    e->unreadable++;
    return 0;
}

void effect_decision_done(void *self)
{
    struct effect *e = self;
    e->decisions++;
    e->differing += e->differs;
    e->obligations += e->alters && !e->differs;
    e->differs = e->alters = false;
    atomic_fetch_add(&e->progress->done, 1);
}

/* ---- open cases ---- */

int effect_read_case(void *self, const struct recorded *one, struct arena *scratch, struct error *error)
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
    struct id *grown = arena_more(e->arena, e->changed, e->cases, &e->cases_room, sizeof *grown);
    if (!grown)
        return arena_error(e->arena, error);
    e->changed = grown;
    e->changed[e->cases++] = e->looked_at;
    return 0;
}

/* ---- what was found ---- */

static int compare_moves(const void *a, const void *b)
{
    const struct move *x = a, *y = b;
    return (x->count < y->count) - (x->count > y->count);
}

void effect_write_moves(struct effect *e, int64_t since, struct json_writer *w)
{
    json_key(w, "replayed");
    json_object(w);
    json_member_text(w, "since", date_format(e->arena, date_of_instant(since)));
    json_member_int(w, "decisions", (int64_t)e->decisions);
    json_member_int(w, "answers", (int64_t)e->answers);
    json_member_int(w, "differing", (int64_t)e->differing);
    json_member_int(w, "obligations", (int64_t)e->obligations);
    json_member_int(w, "unreadable", (int64_t)e->unreadable);
    json_key(w, "rows");
    json_array(w);
    qsort(e->move, e->moves, sizeof *e->move, compare_moves);
    for (size_t i = 0; i < e->moves; i++) {
        const struct move *move = &e->move[i];
        json_object(w);
        effect_write_change(e, POLICY_SHARE, move->was, move->now, w);
        json_member_int(w, "count", (int64_t)move->count);
        effect_write_when(w, move->when, move->whens);
        json_end(w);
    }
    json_end(w);
    json_end(w);
    json_key(w, "open_cases");
    json_object(w);
    json_member_int(w, "looked", (int64_t)e->looked);
    json_member_int(w, "changed", (int64_t)e->cases);
    json_end(w);
}
