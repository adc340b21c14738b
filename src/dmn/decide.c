#include "engine.h"
#include "model_inside.h"

static struct run *new_run(struct engine *e, const struct dmn_model *model, const struct dmn_value *given)
{
    struct run *run = ARENA_NEW(e->arena, struct run);
    if (!run)
        return NULL;
    run->model = model;
    run->given = given;
    run->input = ARENA_ARRAY(e->arena, const struct dmn_value *, model->inputs);
    run->decision = ARENA_ARRAY(e->arena, const struct dmn_value *, model->decisions);
    run->knowledge = ARENA_ARRAY(e->arena, const struct dmn_value *, model->knowledges);
    run->service = ARENA_ARRAY(e->arena, const struct dmn_value *, model->services);
    return run->input && run->decision && run->knowledge && run->service ? run : NULL;
}

static const struct dmn_value *input_value(struct engine *e, struct run *run, size_t index)
{
    if (!run->input[index]) {
        const struct dmn_input *input = &run->model->input[index];
        const struct dmn_value *given = dmn_context_get(run->given, input->name);
        run->input[index] = given ? type_coerce(e, given, input->type, true) : &dmn_null;
    }
    return run->input[index];
}

/* The type of a result: that of the function, where the model says a function type. */
static const struct dmn_type *result_type(const struct dmn_type *type)
{
    const struct dmn_type *plain = dmn_type_plain(type);
    return plain->kind == DMN_TYPE_FUNCTION ? plain->base : type;
}

static const struct dmn_value *function_value(struct engine *e, const struct dmn_function *f)
{
    struct dmn_value *value = ARENA_NEW(e->arena, struct dmn_value);
    if (!value)
        return &dmn_null;
    value->kind = DMN_FUNCTION;
    value->as.function = f;
    return value;
}

static const struct dmn_value *knowledge_value(struct engine *e, struct run *run, size_t index)
{
    const struct dmn_knowledge *k = &run->model->knowledge[index];
    if (run->knowledge[index])
        return run->knowledge[index];
    struct dmn_function *f = ARENA_NEW(e->arena, struct dmn_function);
    if (!f)
        return &dmn_null;
    if (!k->logic)
        return run->knowledge[index] = &dmn_null;
    f->kind = k->logic->external || !k->logic->part[0] ? FUNCTION_EXTERNAL : FUNCTION_BOXED;
    f->name = k->name;
    f->parameter = k->logic->parameter;
    f->parameters = k->logic->parameters;
    f->result = result_type(k->type);
    f->boxed = k->logic->part[0];
    f->run = run;
    f->index = index;
    f->is_knowledge = true;
    return run->knowledge[index] = function_value(e, f);
}

static const struct dmn_value *service_value(struct engine *e, struct run *run, size_t index)
{
    const struct dmn_service *s = &run->model->service[index];
    if (run->service[index])
        return run->service[index];
    size_t count = s->inputs + s->input_decisions, at = 0;
    struct dmn_function *f = ARENA_NEW(e->arena, struct dmn_function);
    struct dmn_parameter *parameter = ARENA_ARRAY(e->arena, struct dmn_parameter, count);
    if (!f || !parameter)
        return &dmn_null;
    for (size_t i = 0; i < s->inputs; i++) {
        const struct dmn_input *input = &run->model->input[s->input[i]];
        parameter[at++] = (struct dmn_parameter){input->name, input->type};
    }
    for (size_t i = 0; i < s->input_decisions; i++) {
        const struct dmn_decision *d = &run->model->decision[s->input_decision[i]];
        parameter[at++] = (struct dmn_parameter){d->name, d->type};
    }
    f->kind = FUNCTION_SERVICE;
    f->name = s->name;
    f->parameter = parameter;
    f->parameters = count;
    f->result = result_type(s->type);
    f->run = run;
    f->index = index;
    return run->service[index] = function_value(e, f);
}

static const struct frame *bind_needs(struct engine *e, struct run *run, const struct dmn_need *need, size_t count,
                                      const struct frame *frame)
{
    const struct dmn_model *m = run->model;
    for (size_t i = 0; i < count; i++)
        switch (need[i].kind) {
        case DMN_NEED_INPUT:
            frame = frame_bind(e, frame, m->input[need[i].index].name, input_value(e, run, need[i].index));
            break;
        case DMN_NEED_DECISION:
            frame = frame_bind(e, frame, m->decision[need[i].index].name,
                               run->decision[need[i].index] ? run->decision[need[i].index] : &dmn_null);
            break;
        case DMN_NEED_KNOWLEDGE:
            frame = frame_bind(e, frame, m->knowledge[need[i].index].name, knowledge_value(e, run, need[i].index));
            break;
        case DMN_NEED_SERVICE:
            frame = frame_bind(e, frame, m->service[need[i].index].name, service_value(e, run, need[i].index));
            break;
        }
    return frame;
}

const struct frame *knowledge_frame(struct engine *e, struct run *run, size_t knowledge)
{
    const struct dmn_knowledge *k = &run->model->knowledge[knowledge];
    const struct frame *frame = frame_bind(e, NULL, k->name, knowledge_value(e, run, knowledge));
    return bind_needs(e, run, k->need, k->needs, frame);
}

static const struct dmn_value *decide_one(struct engine *e, struct run *run, size_t index)
{
    const struct dmn_decision *d = &run->model->decision[index];
    struct text outside = e->where;
    e->where = d->name;
    const struct frame *frame = bind_needs(e, run, d->need, d->needs, NULL);
    const struct dmn_value *value = d->logic ? boxed_evaluate(e, d->logic, frame) : &dmn_null;
    value = type_coerce(e, value, d->type, false);
    e->where = outside;
    return value;
}

/* Works out first what a decision needs, with a stack of its own: chains of decisions may be long. */
static const struct dmn_value *decide(struct engine *e, struct run *run, size_t decision)
{
    struct level {
        size_t decision, next;
    } *stack = NULL;
    size_t count = 0, room = 0;
    for (size_t wanted = decision;;) {
        stack = arena_more(e->arena, stack, count, &room, sizeof *stack);
        if (!stack)
            return &dmn_null;
        stack[count++] = (struct level){wanted, 0};
        bool deeper = false;
        while (count > 0 && !deeper) {
            struct level *top = &stack[count - 1];
            const struct dmn_decision *d = &run->model->decision[top->decision];
            if (!engine_step(e))
                return &dmn_null;
            if (run->decision[top->decision]) {
                count--;
            } else if (top->next < d->needs) {
                const struct dmn_need *need = &d->need[top->next++];
                if (need->kind == DMN_NEED_DECISION && !run->decision[need->index]) {
                    wanted = need->index;
                    deeper = true;
                }
            } else {
                run->decision[top->decision] = decide_one(e, run, top->decision);
                count--;
            }
        }
        if (!deeper)
            return run->decision[decision] ? run->decision[decision] : &dmn_null;
    }
}

const struct dmn_value *decide_service(struct engine *e, const struct run *outer, size_t service,
                                       const struct dmn_value *given)
{
    const struct dmn_service *s = &outer->model->service[service];
    struct run *run = new_run(e, outer->model, given);
    struct entries out = {0};
    if (!run)
        return &dmn_null;
    for (size_t i = 0; i < s->input_decisions; i++) {
        const struct dmn_decision *d = &run->model->decision[s->input_decision[i]];
        const struct dmn_value *value = dmn_context_get(given, d->name);
        run->decision[s->input_decision[i]] = value ? type_coerce(e, value, d->type, true) : &dmn_null;
    }
    for (size_t i = 0; i < s->outputs && engine_step(e); i++)
        entries_put(e, &out, run->model->decision[s->output[i]].name, decide(e, run, s->output[i]));
    const struct dmn_value *value = s->outputs == 1 && out.count ? out.item[0].value : entries_context(e, &out);
    return type_coerce(e, value, result_type(s->type), false);
}

static const struct dmn_value *call_knowledge(struct engine *e, struct run *run, size_t index)
{
    const struct dmn_value *value = knowledge_value(e, run, index);
    if (value->kind != DMN_FUNCTION)
        return value;
    const struct dmn_function *f = value->as.function;
    const struct dmn_value **arg = ARENA_ARRAY(e->arena, const struct dmn_value *, f->parameters);
    for (size_t i = 0; arg && i < f->parameters; i++) {
        arg[i] = dmn_context_get(run->given, f->parameter[i].name);
        if (!arg[i])
            arg[i] = &dmn_null;
    }
    return arg ? feel_call(e, value, arg, NULL, f->parameters, run->model->knowledge[index].line) : &dmn_null;
}

int decide_by_name(struct engine *e, const struct dmn_model *model, struct text name, const struct dmn_value *given,
                   const struct dmn_value **out)
{
    const struct model_inside *inside = model_inside(model);
    struct run *run = new_run(e, model, given);
    size_t at;
    *out = &dmn_null;
    if (!run)
        return 0;
    if (index_get(inside->decisions, name, &at))
        *out = decide(e, run, at);
    else if (index_get(inside->services, name, &at))
        *out = decide_service(e, run, at, given);
    else if (index_get(inside->knowledges, name, &at))
        *out = call_knowledge(e, run, at);
    else
        return -1;
    return 0;
}

const struct dmn_value *decide_all(struct engine *e, const struct dmn_model *model, const struct dmn_value *given)
{
    struct run *run = new_run(e, model, given);
    struct entries out = {0};
    for (size_t i = 0; run && i < model->decisions && engine_step(e); i++)
        entries_put(e, &out, model->decision[i].name, decide(e, run, i));
    return entries_context(e, &out);
}
