#include "answer.h"

#include <string.h>

/* With facts unknown, every part of an answer is a diagram: settled, or a function of what is not known. */

enum { MOST_OVER = 1000000 };

struct partial {
    struct diagram_forest over;
    struct diagram_walk walk;
    uint16_t *assignment;
    uint32_t *open; /* parts of the answer that are not settled, restricted to the unknown facts */
    size_t opens;
};

static struct text output_of(const void *context, uint16_t table, uint16_t column)
{
    const struct answering *a = ((const struct answering *const *)context)[0];
    struct diagram_walk *walk = (struct diagram_walk *)((const void *const *)context)[1];
    const struct table_out *out = &a->pack->table[table].out[column];
    uint32_t value = diagram_settled(walk, out->gives);
    return value < out->values ? out->value[value] : (struct text){NULL, 0};
}

static int list_codes(struct answering *a, struct partial *p, size_t l, struct error *error)
{
    const struct plan_list *list = &a->plan->list[l];
    if (!list->table)
        return 0;
    struct text *code = ARENA_ARRAY(a->arena, struct text, list->items);
    size_t count = 0;
    if (!code)
        return arena_error(a->arena, error);
    for (size_t i = 0; i < list->items; i++) {
        uint32_t value = diagram_settled(&p->walk, list->item[i].holds);
        if (value == 1)
            code[count++] = list->item[i].code;
        else if (value == DIAGRAM_NONE)
            p->open[p->opens++] = diagram_restrict(&p->walk, list->item[i].holds);
    }
    policy_answer_list(a->out, l, code, count);
    return 0;
}

static int list_fired(struct answering *a, struct partial *p, struct error *error)
{
    const struct plan *plan = a->plan;
    struct policy_answer *out = a->out;
    struct policy_fired *list = ARENA_ARRAY(a->arena, struct policy_fired, plan->fireds);
    struct policy_citation *citation = ARENA_ARRAY(a->arena, struct policy_citation, plan->citations);
    struct policy_tested *tested;
    size_t tests = 0;
    const void *context[2] = {a, &p->walk};
    if (!list || !citation)
        return arena_error(a->arena, error);
    for (size_t i = 0; i < plan->fireds; i++)
        tests += (size_t)__builtin_popcountll(plan->fired[i].rule->tests);
    if (!(tested = ARENA_ARRAY(a->arena, struct policy_tested, tests)))
        return arena_error(a->arena, error);
    bool leading = false;
    for (size_t i = 0; i < plan->fireds; i++)
        if (diagram_settled(&p->walk, plan->fired[i].holds) == 1) {
            struct policy_fired *to = &list[out->fireds++];
            leading = leading || plan->fired[i].table == plan->first;
            policy_answer_fired(a, to, plan->fired[i].table, plan->fired[i].rule, tested, output_of, context);
            tested += to->tests;
        }
    /* Settled by one rule in some completions and by others elsewhere: those that could are what settles it.
     */
    bool several = out->outcome.p && !leading;
    for (size_t i = 0; i < plan->citations; i++)
        if (diagram_settled(&p->walk, plan->citation[i].holds) == 1 ||
            (several && diagram_possible(&p->walk, plan->citation[i].leading, 1)))
            citation[out->citations++] = a->pack->citation[plan->citation[i].citation];
    out->fired = list;
    out->citation = citation;
    return 0;
}

static int find_details(struct answering *a, struct partial *p, struct error *error)
{
    const struct table *first = a->plan->first;
    uint16_t *class = ARENA_ARRAY(a->arena, uint16_t, first->outs);
    if (!class)
        return arena_error(a->arena, error);
    for (size_t o = 1; o < first->outs; o++) {
        uint32_t value = diagram_settled(&p->walk, first->out[o].gives);
        class[o] = value == DIAGRAM_NONE ? DIAGRAM_OPEN : (uint16_t)value;
        if (value == DIAGRAM_NONE)
            p->open[p->opens++] = diagram_restrict(&p->walk, first->out[o].gives);
    }
    return policy_answer_details(a, class, error);
}

static int ask(struct answering *a, struct partial *p, const uint32_t *f, size_t count,
               const struct text **list, size_t *listed, struct error *error)
{
    bool *depends = ARENA_ARRAY(a->arena, bool, a->pack->facts);
    if (!depends)
        return arena_error(a->arena, error);
    for (size_t i = 0; i < count; i++) {
        if (f[i] == DIAGRAM_NONE)
            return error_set(error, ERROR_TOO_LARGE, a->pack->info.id.p, "state more facts",
                             "too much is open to say what still matters");
        diagram_depends(&p->over, a->arena, f[i], depends);
    }
    return policy_order_questions(a->pack, &p->over, f, count, p->assignment, depends, a->arena, list, listed,
                                  error);
}

int policy_answer_partial(struct answering *a, struct error *error)
{
    const struct plan *plan = a->plan;
    struct partial p = {0};
    size_t parts = plan->first->outs;
    for (size_t l = 0; l < PLAN_LISTS; l++)
        parts += plan->list[l].items;
    p.assignment = ARENA_ARRAY(a->arena, uint16_t, a->pack->facts);
    p.open = ARENA_ARRAY(a->arena, uint32_t, parts);
    if (!p.assignment || !p.open || !diagram_start_over(&p.over, a->arena, &a->pack->forest, MOST_OVER))
        return arena_error(a->arena, error);
    memcpy(p.assignment, a->facts->class, a->pack->facts * sizeof *p.assignment);
    if (!diagram_walk_start(&p.walk, a->arena, &p.over, p.assignment))
        return arena_error(a->arena, error);
    const struct table_out *first = &plan->first->out[0];
    uint32_t value = diagram_settled(&p.walk, first->gives);
    int result = 0;
    if (value < first->values)
        a->out->outcome = first->value[value];
    for (size_t l = 0; !result && l < PLAN_LISTS; l++)
        result = list_codes(a, &p, l, error);
    if (!result)
        result = find_details(a, &p, error);
    if (!result)
        result = list_fired(a, &p, error);
    if (!result && value == DIAGRAM_NONE) {
        uint32_t restricted = diagram_restrict(&p.walk, first->gives);
        result = ask(a, &p, &restricted, 1, &a->out->ask, &a->out->asks, error);
    } else if (!result && p.opens) {
        result = ask(a, &p, p.open, p.opens, &a->out->ask_more, &a->out->asks_more, error);
    }
    return result ? result : arena_exhausted(a->arena) ? arena_error(a->arena, error) : 0;
}
