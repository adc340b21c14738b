#include "cases.h"

#include "internal.h"

#include <stdlib.h>

/*
 * What an answer claims about unknown facts, checked by trying every completion of small open spaces: the
 * outcome, `ask` and `ask_more`, the lists, the citations.
 */
enum { MOST_OPEN = 6, MOST_COMPLETIONS = 6000, MOST_CODES = 80 };

struct trial {
    const struct policy_pack *pack;
    enum policy_decision decision;
    struct arena *arena, *inner;
    struct text key[128]; /* facts that matter to the decision */
    size_t keys;
};

/* A value of the i-th class of a fact: every class of it is reached. */
static struct text pick(const struct policy_pack *pack, const struct policy_fact_info *info, size_t i)
{
    const struct space_fact *fact = &pack->fact[policy_fact_index(pack, info->key)];
    return i < fact->classes ? fact->sample[i] : (struct text){NULL, 0};
}

static size_t choices(const struct policy_pack *pack, const struct policy_fact_info *info)
{
    size_t n = 0;
    while (pick(pack, info, n).p)
        n++;
    return n;
}

/* What is compared between completions: the outcome, and all that the rest says. */
struct completion {
    struct text outcome;
    struct text code[MOST_CODES]; /* each list's codes, marked by the list */
    int mark[MOST_CODES];
    size_t codes;
    struct text where[MOST_CODES];
    size_t wheres;
};

static void note(struct completion *c, int mark, const struct text *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_true(c->codes < MOST_CODES);
        c->mark[c->codes] = mark;
        c->code[c->codes++] = list[i];
    }
}

static void read_completion(struct completion *c, const struct policy_answer *a)
{
    *c = (struct completion){.outcome = a->outcome};
    note(c, 0, a->basis, a->bases);
    note(c, 1, a->obligation, a->obligations);
    note(c, 2, a->condition, a->conditions);
    for (size_t i = 0; i < a->details; i++)
        note(c, 10 + (int)i, &a->detail[i].value, 1);
    for (size_t i = 0; i < a->citations; i++)
        c->where[c->wheres++] = a->citation[i].where;
}

static bool has(const struct completion *c, int mark, struct text code)
{
    for (size_t i = 0; i < c->codes; i++)
        if (c->mark[i] == mark && text_equal(c->code[i], code))
            return true;
    return false;
}

static bool same_rest(const struct completion *a, const struct completion *b)
{
    if (a->codes != b->codes)
        return false;
    for (size_t i = 0; i < a->codes; i++)
        if (!has(b, a->mark[i], a->code[i]))
            return false;
    return true;
}

static bool listed(const struct text *list, size_t count, struct text key)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(list[i], key))
            return true;
    return false;
}

static void set(struct policy_facts *facts, struct text key, struct text value)
{
    struct error error;
    assert_int_equal(policy_facts_set(facts, key, value, &error), 0);
}

static void explain(struct policy_facts *facts, struct arena *arena, const char *what, struct text key)
{
    struct buffer out = buffer_in(arena);
    struct json_writer w = json_writer_in(&out);
    policy_facts_write(facts, &w);
    fail_msg("%s: %.*s, knowing %.*s", what, TEXT_ARGS(key), TEXT_ARGS(buffer_result(&out)));
}

static void check_lists(struct trial *t, struct policy_facts *facts, const struct policy_answer *answer,
                        const struct completion *all, size_t total)
{
    struct completion said;
    read_completion(&said, answer);
    for (size_t i = 0; i < all[0].codes; i++) { /* what all completions have is said, and only that */
        bool every = all[0].mark[i] < 10;
        for (size_t n = 1; n < total && every; n++)
            every = has(&all[n], all[0].mark[i], all[0].code[i]);
        if (all[0].mark[i] < 10 && every != has(&said, all[0].mark[i], all[0].code[i]))
            explain(facts, t->arena, "a code is listed wrongly", all[0].code[i]);
    }
    for (size_t i = 0; i < said.codes; i++)
        if (said.mark[i] < 10 && !has(&all[0], said.mark[i], said.code[i]))
            explain(facts, t->arena, "a code is listed that a completion lacks", said.code[i]);
    for (size_t i = 0; i < said.wheres && !answer->outcome.p; i++)
        for (size_t n = 0; n < total; n++)
            if (!listed(all[n].where, all[n].wheres, said.where[i]))
                explain(facts, t->arena, "a citation is listed that a completion lacks", said.where[i]);
}

static void try_one(struct trial *t, uint64_t *random)
{
    struct policy_answer answer, complete;
    struct error error;
    struct policy_facts *facts = policy_facts_new(t->pack, t->arena);
    struct policy_facts *full = policy_facts_new(t->pack, t->arena);
    const struct policy_fact_info *open[MOST_OPEN];
    size_t opens = 0, total = 1, count[MOST_OPEN], step[MOST_OPEN];
    for (size_t k = 0; k < t->keys; k++) {
        const struct policy_fact_info *info = policy_fact_find(t->pack, t->key[k]);
        size_t n = choices(t->pack, info);
        if (opens < MOST_OPEN && total * n <= MOST_COMPLETIONS && case_random(random) % t->keys < 5) {
            step[opens] = total;
            count[opens] = n;
            open[opens++] = info;
            total *= n;
        } else {
            struct text value = pick(t->pack, info, (size_t)(case_random(random) % n));
            set(facts, info->key, value);
            set(full, info->key, value);
        }
    }
    struct completion *all = ARENA_ARRAY(t->arena, struct completion, total);
    assert_non_null(all);
    assert_int_equal(policy_answer(t->pack, t->decision, facts, t->arena, &answer, &error), 0);
    for (size_t n = 0; n < total; n++) {
        for (size_t o = 0; o < opens; o++)
            set(full, open[o]->key, pick(t->pack, open[o], n / step[o] % count[o]));
        arena_reset(t->inner);
        assert_int_equal(policy_answer(t->pack, t->decision, full, t->inner, &complete, &error), 0);
        assert_int_equal(complete.asks + complete.asks_more, 0);
        read_completion(&all[n], &complete);
    }
    bool several = false;
    for (size_t n = 1; n < total; n++)
        several = several || !text_equal(all[n].outcome, all[0].outcome);
    if (several ? answer.outcome.p != NULL : !text_equal(answer.outcome, all[0].outcome))
        explain(facts, t->arena, "wrong outcome", answer.outcome);
    for (size_t o = 0; o < opens; o++) {
        bool matters = false, more = false;
        for (size_t n = 0; n < total && !(matters && more); n++)
            for (size_t c = 0; c < count[o]; c++) {
                size_t other = n - n / step[o] % count[o] * step[o] + c * step[o];
                matters = matters || !text_equal(all[n].outcome, all[other].outcome);
                more = more || !same_rest(&all[n], &all[other]);
            }
        if (matters != listed(answer.ask, answer.asks, open[o]->key))
            explain(facts, t->arena, matters ? "not asked" : "asked in vain", open[o]->key);
        more = more && !several;
        if (more != listed(answer.ask_more, answer.asks_more, open[o]->key))
            explain(facts, t->arena, more ? "not asked for more" : "asked for more in vain", open[o]->key);
    }
    check_lists(t, facts, &answer, all, total);
}

static void answers_are_exact_about_the_unknown(void **state)
{
    struct arena *list ARENA_SCOPE = arena_new(1 << 20, ARENA_PLAIN);
    struct text *id;
    size_t ids, trials = 0;
    struct error error;
    uint64_t random = 2026;
    (void)state;
    assert_int_equal(policy_pack_list("packs", list, &id, &ids, &error), 0);
    const char *only = getenv("PROVISO_PACK"), *more = getenv("PROVISO_TRIALS");
    int most = more ? atoi(more) : 60;
    for (size_t p = 0; p < ids; p++) {
        if (only && !text_equal(id[p], text_of(only)))
            continue;
        struct policy_pack *pack POLICY_PACK_SCOPE = case_pack(arena_string(list, id[p]));
        for (int d = 0; d < POLICY_DECISIONS; d++) {
            struct arena *arena ARENA_SCOPE = arena_new((size_t)1 << 30, ARENA_PLAIN);
            struct arena *inner ARENA_SCOPE = arena_new((size_t)64 << 20, ARENA_PLAIN);
            struct trial t = {pack, (enum policy_decision)d, arena, inner, {{NULL, 0}}, 0};
            if (!policy_pack_info(pack)->decides[d])
                continue;
            for (size_t f = 0; f < policy_fact_count(pack); f++)
                if (policy_fact_matters(pack, t.decision, policy_fact_info(pack, f)->key))
                    t.key[t.keys++] = policy_fact_info(pack, f)->key;
            for (int n = 0; n < (d == POLICY_SHARE ? most : most / 3); n++, trials++) {
                arena_reset(arena);
                try_one(&t, &random);
            }
        }
    }
    printf("%zu open cases tried completion by completion\n", trials);
    assert_true(trials > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(answers_are_exact_about_the_unknown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
