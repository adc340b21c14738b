#include "engine.h"

static const struct dmn_value *part(struct engine *e, const struct dmn_boxed *b, size_t at, const struct frame *frame)
{
    return at < b->parts && b->part[at] ? boxed_evaluate(e, b->part[at], frame) : &dmn_null;
}

static const struct dmn_value *context(struct engine *e, const struct dmn_boxed *b, const struct frame *frame)
{
    struct entries out = {0};
    for (size_t i = 0; i < b->parts && engine_step(e); i++) {
        const struct dmn_value *value = part(e, b, i, frame);
        struct text name = b->part[i] ? b->part[i]->name : (struct text){NULL, 0};
        if (name.n == 0)
            return value; /* the result of the context */
        entries_put(e, &out, name, value);
        frame = frame_bind(e, frame, name, value);
    }
    return entries_context(e, &out);
}

static const struct dmn_value *list(struct engine *e, const struct dmn_boxed *b, const struct frame *frame)
{
    struct values out = {0};
    for (size_t i = 0; i < b->parts && engine_step(e); i++)
        values_push(e, &out, part(e, b, i, frame));
    return values_list(e, &out);
}

static const struct dmn_value *relation(struct engine *e, const struct dmn_boxed *b, const struct frame *frame)
{
    struct values rows = {0};
    for (size_t i = 0; b->columns && i < b->parts && engine_step(e); i += b->columns) {
        struct entries row = {0};
        for (size_t j = 0; j < b->columns; j++)
            entries_put(e, &row, b->column[j], part(e, b, i + j, frame));
        values_push(e, &rows, entries_context(e, &row));
    }
    return values_list(e, &rows);
}

static const struct dmn_value *invocation(struct engine *e, const struct dmn_boxed *b, const struct frame *frame)
{
    const struct dmn_value **arg = ARENA_ARRAY(e->arena, const struct dmn_value *, b->parts);
    struct text *name = ARENA_ARRAY(e->arena, struct text, b->parts);
    if (!arg || !name)
        return &dmn_null;
    const struct dmn_value *callee = part(e, b, 0, frame);
    for (size_t i = 1; i < b->parts && engine_step(e); i++) {
        arg[i - 1] = part(e, b, i, frame);
        name[i - 1] = b->part[i] ? b->part[i]->name : (struct text){NULL, 0};
    }
    return e->stopped ? &dmn_null : feel_call(e, callee, arg, name, b->parts - 1, b->line);
}

static const struct dmn_value *function(struct engine *e, const struct dmn_boxed *b, const struct frame *frame)
{
    struct dmn_value *value = ARENA_NEW(e->arena, struct dmn_value);
    struct dmn_function *f = ARENA_NEW(e->arena, struct dmn_function);
    if (!value || !f)
        return &dmn_null;
    value->kind = DMN_FUNCTION;
    value->as.function = f;
    f->kind = b->external || !b->part[0] ? FUNCTION_EXTERNAL : FUNCTION_BOXED;
    f->parameter = b->parameter;
    f->parameters = b->parameters;
    f->result = &type_any;
    f->boxed = b->part[0];
    f->frame = frame;
    return value;
}

/* for, some, every. */
static const struct dmn_value *iteration(struct engine *e, const struct dmn_boxed *b, const struct frame *frame)
{
    struct values results = {0};
    struct domain domain;
    const struct dmn_value *item, *verdict = dmn_boolean(b->kind == DMN_BOXED_EVERY);
    if (!domain_open(e, part(e, b, 0, frame), NULL, &domain))
        return engine_null(e, b->line, "there is nothing to go over: neither a list nor a range");
    while (domain_next(e, &domain, &item)) {
        const struct frame *inner = frame_bind(e, frame, b->name, item);
        if (b->kind == DMN_BOXED_FOR) {
            inner = frame_bind(e, inner, TEXT("partial"), values_list(e, &results));
            values_push(e, &results, part(e, b, 1, inner));
            continue;
        }
        const struct dmn_value *holds = part(e, b, 1, inner);
        if (holds->kind != DMN_BOOLEAN)
            verdict = &dmn_null;
        else if (holds->as.boolean == (b->kind == DMN_BOXED_SOME))
            return holds;
    }
    return b->kind == DMN_BOXED_FOR ? values_list(e, &results) : verdict;
}

static const struct dmn_value *match(struct engine *e, const struct dmn_value *item, const void *with,
                                     const struct frame *frame)
{
    frame = frame_bind(e, frame, TEXT("item"), item);
    if (item->kind == DMN_CONTEXT)
        frame = frame_open(e, frame, item);
    return boxed_evaluate(e, with, frame);
}

static const struct dmn_value *evaluate(struct engine *e, const struct dmn_boxed *b, const struct frame *frame)
{
    switch (b->kind) {
    case DMN_BOXED_LITERAL: return b->expression ? feel_evaluate(e, b->expression, frame) : &dmn_null;
    case DMN_BOXED_TABLE: return b->table ? table_evaluate(e, b->table, frame) : &dmn_null;
    case DMN_BOXED_CONTEXT: return context(e, b, frame);
    case DMN_BOXED_LIST: return list(e, b, frame);
    case DMN_BOXED_RELATION: return relation(e, b, frame);
    case DMN_BOXED_INVOCATION: return invocation(e, b, frame);
    case DMN_BOXED_FUNCTION: return function(e, b, frame);
    case DMN_BOXED_CONDITIONAL: return part(e, b, feel_is_true(part(e, b, 0, frame)) ? 1 : 2, frame);
    case DMN_BOXED_FOR:
    case DMN_BOXED_EVERY:
    case DMN_BOXED_SOME: return iteration(e, b, frame);
    case DMN_BOXED_FILTER:
        if (!b->part[1])
            return &dmn_null;
        return feel_filter(e, part(e, b, 0, frame), match, b->part[1], frame);
    }
    return &dmn_null;
}

const struct dmn_value *boxed_evaluate(struct engine *e, const struct dmn_boxed *boxed, const struct frame *frame)
{
    const struct dmn_value *value =
        engine_enter(e) ? type_coerce(e, evaluate(e, boxed, frame), boxed->type, false) : &dmn_null;
    engine_leave(e);
    return value;
}
