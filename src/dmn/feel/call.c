#include "engine.h"

static size_t parameter_at(const struct dmn_function *f, struct text name)
{
    size_t at = 0;
    while (at < f->parameters && !text_equal(f->parameter[at].name, name))
        at++;
    return at;
}

/* Arguments in the order of the parameters, coerced to their types. False: the function is not called. */
static bool bind(struct engine *e, const struct dmn_function *f, const struct dmn_value *const *arg,
                 const struct text *name, size_t count, const struct dmn_value **out, int line)
{
    if (count != f->parameters && (!name || count > f->parameters)) {
        engine_note(e, line, "the function takes %zu arguments, not %zu", f->parameters, count);
        return false;
    }
    for (size_t i = 0; i < f->parameters; i++)
        out[i] = &dmn_null;
    for (size_t i = 0; i < count; i++) {
        size_t at = name ? parameter_at(f, name[i]) : i;
        if (at == f->parameters) {
            engine_note(e, line, "the function has no parameter \"%.*s\"", TEXT_ARGS(text_cut(name[i], 0, 80)));
            return false;
        }
        out[at] = type_coerce(e, arg[i], f->parameter[at].type, false);
        if (out[at]->kind == DMN_NULL && arg[i]->kind != DMN_NULL)
            return false;
    }
    return true;
}

static const struct dmn_value *run_body(struct engine *e, const struct dmn_function *f,
                                        const struct dmn_value *const *arg)
{
    const struct frame *frame = f->frame;
    if (f->is_knowledge && !f->frame_made) {
        /* Made at the first call, not before: pieces of knowledge may name each other. */
        struct dmn_function *mine = (struct dmn_function *)f;
        mine->frame = frame = knowledge_frame(e, f->run, f->index);
        mine->frame_made = true;
    }
    if (f->kind == FUNCTION_SERVICE) {
        struct entries given = {0};
        for (size_t i = 0; i < f->parameters; i++)
            entries_put(e, &given, f->parameter[i].name, arg[i]);
        return decide_service(e, f->run, f->index, entries_context(e, &given));
    }
    for (size_t i = 0; i < f->parameters; i++)
        frame = frame_bind(e, frame, f->parameter[i].name, arg[i]);
    const struct dmn_value *value =
        f->kind == FUNCTION_FEEL ? feel_evaluate(e, f->expression, frame) : boxed_evaluate(e, f->boxed, frame);
    return type_coerce(e, value, f->result, false);
}

const struct dmn_value *feel_call(struct engine *e, const struct dmn_value *function,
                                  const struct dmn_value *const *arg, const struct text *name, size_t count, int line)
{
    if (function->kind != DMN_FUNCTION)
        return engine_null(e, line, "a %s cannot be called", dmn_kind_name(function->kind));
    const struct dmn_function *f = function->as.function;
    if (f->kind == FUNCTION_BUILTIN)
        return builtin_call(e, f, arg, name, count, line);
    if (f->kind == FUNCTION_EXTERNAL)
        return engine_null(e, line, "functions of other languages are not run");
    const struct dmn_value **bound = ARENA_ARRAY(e->arena, const struct dmn_value *, f->parameters);
    if (!bound || !bind(e, f, arg, name, count, bound, line))
        return &dmn_null;
    const struct dmn_value *value = engine_enter(e) ? run_body(e, f, bound) : &dmn_null;
    engine_leave(e);
    return value;
}
