#include "engine.h"

enum { SPINE_STEP = 32 };

static const struct dmn_value *name(struct engine *e, const struct dmn_expression *x, const struct frame *frame)
{
    for (; frame; frame = frame->outer) {
        if (frame->members) {
            const struct dmn_value *found = dmn_context_get(frame->members, x->name);
            if (found)
                return found;
        } else if (text_equal(frame->name, x->name)) {
            return frame->value;
        }
    }
    const struct dmn_value *builtin = builtin_find(x->name);
    e->name_missing |= !builtin;
    return builtin ? builtin
                   : engine_null(e, x->line, "there is no \"%.*s\" here", TEXT_ARGS(text_cut(x->name, 0, 80)));
}

/* What comparing two values goes through, roughly: all that the smaller holds. */
static void charge_comparison(struct engine *e, const struct dmn_value *a)
{
    if (a->kind == DMN_STRING)
        engine_charge(e, a->as.string.n);
    if (a->kind != DMN_LIST && a->kind != DMN_CONTEXT)
        return;
    if (engine_enter(e)) {
        if (a->kind == DMN_LIST)
            for (size_t i = 0; i < a->as.list.count && engine_step(e); i++)
                charge_comparison(e, a->as.list.item[i]);
        else
            for (size_t i = 0; i < a->as.context.count && engine_step(e); i++)
                charge_comparison(e, a->as.context.entry[i].value);
    }
    engine_leave(e);
}

/* One step up a chain of operators: `left` is known, the right side is worked out where it is needed. */
static const struct dmn_value *apply(struct engine *e, const struct dmn_expression *x, const struct dmn_value *left,
                                     const struct frame *frame)
{
    const struct dmn_value *right;
    bool decided = left->kind == DMN_BOOLEAN && left->as.boolean == (x->operation == DMN_OR);
    if ((x->operation == DMN_AND || x->operation == DMN_OR) && decided)
        return left;
    right = feel_evaluate(e, x->part[1], frame);
    switch (x->operation) {
    case DMN_AND:
    case DMN_OR:
        if (x->operation == DMN_AND)
            return feel_both(left, right);
        return feel_not(feel_both(feel_not(left), feel_not(right)));
    case DMN_EQUAL:
    case DMN_UNEQUAL:
    case DMN_LESS:
    case DMN_AT_MOST:
    case DMN_GREATER:
    case DMN_AT_LEAST:
        if (left->kind == right->kind)
            charge_comparison(e, left);
        return e->stopped ? &dmn_null : feel_compare(x->operation, left, right);
    default: return feel_arithmetic(e, x->operation, left, right, x->line);
    }
}

/* a + b + c ...: walks down the left sides and comes back up, so that long chains need no depth. */
static const struct dmn_value *binary(struct engine *e, const struct dmn_expression *x, const struct frame *frame)
{
    const struct dmn_expression *few[SPINE_STEP], **spine = few;
    size_t count = 0, capacity = SPINE_STEP;
    for (; x->kind == DMN_EXPRESSION_BINARY; x = x->part[0]) {
        if (count == capacity) {
            const struct dmn_expression **more = ARENA_ARRAY(e->arena, const struct dmn_expression *, capacity * 4);
            if (!more)
                return &dmn_null;
            for (size_t i = 0; i < count; i++)
                more[i] = spine[i];
            spine = more;
            capacity *= 4;
        }
        spine[count++] = x;
    }
    const struct dmn_value *value = feel_evaluate(e, x, frame);
    while (count > 0 && engine_step(e))
        value = apply(e, spine[--count], value, frame);
    return value;
}

static const struct dmn_value *conditional(struct engine *e, const struct dmn_expression *x, const struct frame *frame)
{
    return feel_evaluate(e, x->part[feel_is_true(feel_evaluate(e, x->part[0], frame)) ? 1 : 2], frame);
}

/* What the nested loops of one for, some or every share. */
struct loop {
    const struct dmn_expression *x;
    struct values results;
    struct dmn_value *partial;
    const struct dmn_value *verdict; /* some, every */
    bool broken;
};

static void loop_body(struct engine *e, struct loop *loop, const struct frame *frame)
{
    const struct dmn_expression *x = loop->x;
    if (x->kind == DMN_EXPRESSION_FOR) {
        const struct dmn_value *so_far = values_list(e, &loop->results);
        values_push(e, &loop->results,
                    feel_evaluate(e, x->part[0], frame_bind(e, frame, TEXT("partial"), so_far)));
        return;
    }
    const struct dmn_value *holds = feel_evaluate(e, x->part[0], frame);
    bool some = x->kind == DMN_EXPRESSION_SOME;
    if (holds->kind != DMN_BOOLEAN)
        loop->verdict = &dmn_null;
    else if (holds->as.boolean == some) {
        loop->verdict = holds;
        loop->broken = true;
    }
}

static void loop_level(struct engine *e, struct loop *loop, size_t level, const struct frame *frame)
{
    const struct dmn_iterator *iterator = &loop->x->iterator[level];
    const struct dmn_value *from = feel_evaluate(e, iterator->from, frame), *item;
    const struct dmn_value *to = iterator->to ? feel_evaluate(e, iterator->to, frame) : NULL;
    struct domain domain;
    if (!domain_open(e, from, to, &domain)) {
        engine_note(e, loop->x->line, "there is nothing to go over: neither a list nor a range");
        loop->verdict = &dmn_null;
        loop->broken = true;
        return;
    }
    while (!loop->broken && domain_next(e, &domain, &item)) {
        const struct frame *inner = frame_bind(e, frame, iterator->name, item);
        if (level + 1 < loop->x->iterators)
            loop_level(e, loop, level + 1, inner);
        else
            loop_body(e, loop, inner);
    }
}

static const struct dmn_value *iterate(struct engine *e, const struct dmn_expression *x, const struct frame *frame)
{
    struct loop loop = {.x = x, .verdict = dmn_boolean(x->kind == DMN_EXPRESSION_EVERY)};
    loop_level(e, &loop, 0, frame);
    if (x->kind != DMN_EXPRESSION_FOR)
        return loop.verdict;
    return loop.broken ? &dmn_null : values_list(e, &loop.results);
}

static const struct dmn_value *match(struct engine *e, const struct dmn_value *item, const void *with,
                                     const struct frame *frame)
{
    frame = frame_bind(e, frame, TEXT("item"), item);
    if (item->kind == DMN_CONTEXT)
        frame = frame_open(e, frame, item);
    return feel_evaluate(e, with, frame);
}

static const struct dmn_value *list(struct engine *e, const struct dmn_expression *x, const struct frame *frame)
{
    struct values out = {0};
    for (size_t i = 0; i < x->count && engine_step(e); i++)
        values_push(e, &out, feel_evaluate(e, x->part[i], frame));
    return values_list(e, &out);
}

static const struct dmn_value *context(struct engine *e, const struct dmn_expression *x, const struct frame *frame)
{
    struct entries out = {0};
    for (size_t i = 0; i < x->count && engine_step(e); i++) {
        const struct dmn_value *value = feel_evaluate(e, x->part[i], frame);
        if (!entries_put(e, &out, x->names[i], value))
            return engine_null(e, x->line, "the context has two entries \"%.*s\"",
                               TEXT_ARGS(text_cut(x->names[i], 0, 80)));
        frame = frame_bind(e, frame, x->names[i], value);
    }
    return entries_context(e, &out);
}

static const struct dmn_value *function(struct engine *e, const struct dmn_expression *x, const struct frame *frame)
{
    struct dmn_value *value = ARENA_NEW(e->arena, struct dmn_value);
    struct dmn_function *f = ARENA_NEW(e->arena, struct dmn_function);
    if (!value || !f)
        return &dmn_null;
    value->kind = DMN_FUNCTION;
    value->as.function = f;
    f->kind = x->external ? FUNCTION_EXTERNAL : FUNCTION_FEEL;
    f->parameter = x->parameter;
    f->parameters = x->parameters;
    f->result = &type_any;
    f->expression = x->part[0];
    f->frame = frame;
    return value;
}

static const struct dmn_value *call(struct engine *e, const struct dmn_expression *x, const struct frame *frame)
{
    const struct dmn_value *callee = feel_evaluate(e, x->part[0], frame);
    const struct dmn_value **arg = ARENA_ARRAY(e->arena, const struct dmn_value *, x->count);
    if (!arg)
        return &dmn_null;
    for (size_t i = 1; i < x->count && engine_step(e); i++)
        arg[i - 1] = feel_evaluate(e, x->part[i], frame);
    if (e->stopped)
        return &dmn_null;
    return feel_call(e, callee, arg, x->names ? x->names + 1 : NULL, x->count - 1, x->line);
}

static const struct dmn_value *range(struct engine *e, const struct dmn_expression *x, const struct frame *frame)
{
    const struct dmn_value *low = x->part[0] ? feel_evaluate(e, x->part[0], frame) : &dmn_null;
    const struct dmn_value *high = x->part[1] ? feel_evaluate(e, x->part[1], frame) : &dmn_null;
    struct dmn_value *value = ARENA_NEW(e->arena, struct dmn_value);
    if (!value)
        return &dmn_null;
    if (low->kind != DMN_NULL && high->kind != DMN_NULL && low->kind != high->kind)
        return engine_null(e, x->line, "the ends of the range are of different kinds");
    int order;
    bool comparable = low->kind == DMN_NULL || high->kind == DMN_NULL || feel_order(low, high, &order);
    if (!comparable || (low->kind != DMN_NULL && high->kind != DMN_NULL && order > 0))
        return engine_null(e, x->line, "the ends of the range are out of order");
    value->kind = DMN_RANGE;
    value->as.range.low = low;
    value->as.range.high = high;
    value->as.range.low_open = x->low_open;
    value->as.range.high_open = x->high_open;
    value->as.range.comparison = x->comparison;
    value->as.range.unequal = x->unequal;
    return value;
}

static const struct dmn_value *between(struct engine *e, const struct dmn_expression *x, const struct frame *frame)
{
    const struct dmn_value *value = feel_evaluate(e, x->part[0], frame);
    const struct dmn_value *above = feel_compare(DMN_AT_LEAST, value, feel_evaluate(e, x->part[1], frame));
    const struct dmn_value *below = feel_compare(DMN_AT_MOST, value, feel_evaluate(e, x->part[2], frame));
    return feel_both(above, below);
}

static const struct dmn_value *evaluate(struct engine *e, const struct dmn_expression *x, const struct frame *frame)
{
    switch (x->kind) {
    case DMN_EXPRESSION_LITERAL: return x->value;
    case DMN_EXPRESSION_NAME: return name(e, x, frame);
    case DMN_EXPRESSION_PATH: return feel_path(e, feel_evaluate(e, x->part[0], frame), x->name);
    case DMN_EXPRESSION_NEGATE: return feel_negate(e, feel_evaluate(e, x->part[0], frame), x->line);
    case DMN_EXPRESSION_BINARY: return binary(e, x, frame);
    case DMN_EXPRESSION_BETWEEN: return between(e, x, frame);
    case DMN_EXPRESSION_IN: return feel_test(e, x->test, feel_evaluate(e, x->part[0], frame), frame);
    case DMN_EXPRESSION_IF: return conditional(e, x, frame);
    case DMN_EXPRESSION_FOR:
    case DMN_EXPRESSION_SOME:
    case DMN_EXPRESSION_EVERY: return iterate(e, x, frame);
    case DMN_EXPRESSION_FILTER: return feel_filter(e, feel_evaluate(e, x->part[0], frame), match, x->part[1], frame);
    case DMN_EXPRESSION_LIST: return list(e, x, frame);
    case DMN_EXPRESSION_CONTEXT: return context(e, x, frame);
    case DMN_EXPRESSION_FUNCTION: return function(e, x, frame);
    case DMN_EXPRESSION_CALL: return call(e, x, frame);
    case DMN_EXPRESSION_INSTANCE:
        if (x->type == &type_unknown)
            return engine_null(e, x->line, "there is no such type");
        return dmn_boolean(type_instance(feel_evaluate(e, x->part[0], frame), x->type));
    case DMN_EXPRESSION_RANGE: return range(e, x, frame);
    case DMN_EXPRESSION_INVALID: return engine_null(e, x->line, "%.*s", TEXT_ARGS(x->name));
    }
    return &dmn_null;
}

const struct dmn_value *feel_evaluate(struct engine *e, const struct dmn_expression *x, const struct frame *frame)
{
    const struct dmn_value *value = engine_enter(e) ? evaluate(e, x, frame) : &dmn_null;
    engine_leave(e);
    return value;
}
