#include "engine.h"

/* What a table's rules gave: one output a column, in rule order. */
struct hit {
    const struct dmn_rule *rule;
    const struct dmn_value *const *output;
    const size_t *rank; /* place of each output among the output values; only where an order is asked */
};

struct work {
    struct engine *e;
    const struct dmn_table *table;
    const struct frame *frame;
    const struct dmn_value **input;
    bool *allowed; /* is each input among its column's input values? */
    struct hit *hit;
    size_t hits;
};

static bool read_inputs(struct work *w)
{
    const struct dmn_table *t = w->table;
    w->input = ARENA_ARRAY(w->e->arena, const struct dmn_value *, t->ins);
    w->allowed = ARENA_ARRAY(w->e->arena, bool, t->ins);
    for (size_t i = 0; w->input && w->allowed && i < t->ins; i++) {
        w->input[i] = type_coerce(w->e, feel_evaluate(w->e, t->in[i].expression, w->frame), t->in[i].type, true);
        w->allowed[i] = !t->in[i].allowed || feel_is_true(feel_test(w->e, t->in[i].allowed, w->input[i], w->frame));
        if (!w->allowed[i])
            engine_note(w->e, t->in[i].line, "input %zu of the table is not among its input values", i + 1);
    }
    return w->input && w->allowed;
}

static bool rule_fits(const struct work *w, const struct dmn_rule *rule)
{
    for (size_t i = 0; i < w->table->ins; i++)
        /* The dash stands for any of the input values. */
        if (rule->in[i].test->kind == DMN_TEST_ANY
                ? !w->allowed[i]
                : !feel_is_true(feel_test(w->e, rule->in[i].test, w->input[i], w->frame)))
            return false;
    return true;
}

static const struct dmn_value *const *outputs_of(const struct work *w, const struct dmn_rule *rule)
{
    const struct dmn_value **out = ARENA_ARRAY(w->e->arena, const struct dmn_value *, w->table->outs);
    for (size_t i = 0; out && i < w->table->outs; i++) {
        const struct dmn_expression *x = rule->out[i].expression;
        out[i] = x ? type_coerce(w->e, feel_evaluate(w->e, x, w->frame), w->table->out[i].type, false) : &dmn_null;
    }
    return out;
}

/* One value: of the only output, or a context of all. */
static const struct dmn_value *row(const struct work *w, const struct dmn_value *const *output)
{
    const struct dmn_table *t = w->table;
    if (t->outs == 1)
        return output[0];
    struct entries out = {0};
    for (size_t i = 0; i < t->outs; i++)
        entries_put(w->e, &out, t->out[i].name, output[i]);
    return entries_context(w->e, &out);
}

static const struct dmn_value *fallback(const struct work *w)
{
    const struct dmn_table *t = w->table;
    bool any = false;
    const struct dmn_value **out = ARENA_ARRAY(w->e->arena, const struct dmn_value *, t->outs);
    if (!out)
        return &dmn_null;
    for (size_t i = 0; i < t->outs; i++) {
        any |= t->out[i].fallback != NULL;
        out[i] = t->out[i].fallback ? feel_evaluate(w->e, t->out[i].fallback, w->frame) : &dmn_null;
    }
    return any ? row(w, out) : NULL;
}

/* Where each output stands in its list of output values; what is not there comes last. */
static const size_t *rank(const struct work *w, const struct dmn_value *const *output)
{
    size_t *out = ARENA_ARRAY(w->e->arena, size_t, w->table->outs);
    for (size_t i = 0; out && i < w->table->outs; i++) {
        const struct dmn_column_out *column = &w->table->out[i];
        const struct dmn_test *order = column->allowed ? column->allowed : dmn_type_allowed(column->type);
        const struct dmn_test *const *item = order && order->kind == DMN_TEST_LIST ? order->item : &order;
        size_t count = !order ? 0 : order->kind == DMN_TEST_LIST ? order->count : 1;
        while (out[i] < count && !feel_is_true(feel_test(w->e, item[out[i]], output[i], w->frame)))
            out[i]++;
    }
    return out;
}

static int compare_hits(const struct work *w, const struct hit *a, const struct hit *b)
{
    for (size_t i = 0; i < w->table->outs; i++)
        if (a->rank[i] != b->rank[i])
            return a->rank[i] < b->rank[i] ? -1 : 1;
    return 0;
}

/* Best first; equal ones stay in rule order. Runs of growing length are merged. */
static bool order_hits(struct work *w)
{
    struct hit *from = w->hit, *to = ARENA_ARRAY(w->e->arena, struct hit, w->hits), *swap;
    for (size_t i = 0; to && i < w->hits; i++)
        if (!(w->hit[i].rank = rank(w, w->hit[i].output)))
            return false;
    if (!to)
        return false;
    for (size_t run = 1; run < w->hits; run *= 2, swap = from, from = to, to = swap)
        for (size_t start = 0; start < w->hits; start += 2 * run) {
            size_t middle = start + run < w->hits ? start + run : w->hits;
            size_t end = start + 2 * run < w->hits ? start + 2 * run : w->hits, left = start, right = middle;
            for (size_t i = start; i < end; i++) {
                bool take_right = left == middle || (right < end && compare_hits(w, &from[right], &from[left]) < 0);
                to[i] = take_right ? from[right++] : from[left++];
            }
        }
    w->hit = from;
    return true;
}

static const struct dmn_value *all(const struct work *w)
{
    struct values out = {0};
    for (size_t i = 0; i < w->hits && engine_step(w->e); i++)
        values_push(w->e, &out, row(w, w->hit[i].output));
    return values_list(w->e, &out);
}

static const struct dmn_value *aggregate(const struct work *w)
{
    static const char *const name[] = {"", "sum", "count", "min", "max"};
    const struct dmn_value *list = all(w);
    if (w->table->aggregation == DMN_AGGREGATE_NONE)
        return list;
    return feel_call(w->e, builtin_find(text_of(name[w->table->aggregation])), &list, NULL, 1, w->table->line);
}

static const struct dmn_value *same(const struct work *w)
{
    const struct dmn_value *first = row(w, w->hit[0].output);
    for (size_t i = 1; i < w->hits; i++)
        if (!dmn_value_equal(first, row(w, w->hit[i].output)))
            return engine_null(w->e, w->hit[i].rule->line,
                               "rules that fit give different outputs, and the hit policy is Any");
    return first;
}

static const struct dmn_value *result(struct work *w)
{
    if (w->hits == 0) {
        const struct dmn_value *value = fallback(w);
        if (value)
            return value;
        engine_note(w->e, w->table->line, "no rule of the table fits");
    }
    switch (w->table->hit_policy) {
    case DMN_HIT_RULE_ORDER: return w->hits ? all(w) : &dmn_null;
    case DMN_HIT_OUTPUT_ORDER: return w->hits && order_hits(w) ? all(w) : &dmn_null;
    case DMN_HIT_COLLECT:
        return w->hits ? aggregate(w) : &dmn_null;
    case DMN_HIT_UNIQUE:
        if (w->hits > 1)
            return engine_null(w->e, w->hit[1].rule->line, "more than one rule fits, and the hit policy is Unique");
        break;
    case DMN_HIT_ANY: return w->hits ? same(w) : &dmn_null;
    case DMN_HIT_PRIORITY:
        if (!order_hits(w))
            return &dmn_null;
        break;
    case DMN_HIT_FIRST: break;
    }
    return w->hits ? row(w, w->hit[0].output) : &dmn_null;
}

const struct dmn_value *table_evaluate(struct engine *e, const struct dmn_table *table, const struct frame *frame)
{
    struct work w = {.e = e, .table = table, .frame = frame};
    w.hit = ARENA_ARRAY(e->arena, struct hit, table->rules);
    if (!w.hit || !read_inputs(&w))
        return &dmn_null;
    for (size_t i = 0; i < table->rules && engine_step(e); i++) {
        const struct dmn_rule *rule = &table->rule[i];
        if (!rule_fits(&w, rule))
            continue;
        w.hit[w.hits] = (struct hit){.rule = rule, .output = outputs_of(&w, rule)};
        if (!w.hit[w.hits++].output)
            return &dmn_null;
        if (table->hit_policy == DMN_HIT_FIRST)
            break;
    }
    return e->stopped ? &dmn_null : result(&w);
}
