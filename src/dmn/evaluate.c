#include "dmn/evaluate.h"

#include "base/error.h"
#include "engine.h"

enum { DEPTH_DEFAULT = 1500 };
static const uint64_t STEPS_DEFAULT = 50 * 1000 * 1000;

static struct engine engine_of(struct arena *arena, const struct dmn_limits *limits)
{
    struct engine e = {.arena = arena, .steps = STEPS_DEFAULT, .depth_most = DEPTH_DEFAULT};
    if (limits) {
        e.steps = limits->steps ? limits->steps : e.steps;
        e.depth_most = limits->depth ? limits->depth : e.depth_most;
        e.now = limits->now;
    }
    return e;
}

static int finish(const struct engine *e, const struct dmn_value *value, const char *where, struct dmn_result *out,
                  struct error *error)
{
    *out = (struct dmn_result){&dmn_null, e->note, e->notes};
    if (e->stopped)
        return error_set(error, ERROR_TOO_LARGE, where, "Make the model or its input smaller.", "%s", e->stopped);
    if (arena_exhausted(e->arena))
        return arena_error(e->arena, error);
    out->value = value;
    return 0;
}

int dmn_evaluate(const struct dmn_model *model, struct arena *arena, struct text name, const struct dmn_value *input,
                 const struct dmn_limits *limits, struct dmn_result *out, struct error *error)
{
    struct engine e = engine_of(arena, limits);
    const struct dmn_value *value;
    const char *file = model->file.p ? model->file.p : "";
    if (decide_by_name(&e, model, name, input, &value))
        return error_set(error, ERROR_MISSING, file, "Name a decision, a decision service or a business knowledge model.",
                         "the model has nothing called \"%.*s\"", TEXT_ARGS(text_cut(name, 0, 160)));
    return finish(&e, value, file, out, error);
}

int dmn_evaluate_all(const struct dmn_model *model, struct arena *arena, const struct dmn_value *input,
                     const struct dmn_limits *limits, struct dmn_result *out, struct error *error)
{
    struct engine e = engine_of(arena, limits);
    const struct dmn_value *value = decide_all(&e, model, input);
    return finish(&e, value, model->file.p ? model->file.p : "", out, error);
}

int dmn_feel(struct arena *arena, struct text feel, const char *where, const struct dmn_limits *limits,
             struct dmn_result *out, struct error *error)
{
    struct parse_shared shared = {.arena = arena};
    struct engine e = engine_of(arena, limits);
    struct text what;
    *out = (struct dmn_result){.value = &dmn_null};
    if (!text_is_utf8(feel))
        return error_set(error, ERROR_INPUT, where, "Save it as UTF-8.", "the text is not UTF-8");
    const struct dmn_expression *x = parse_expression(&shared, feel, 1, NULL, &what);
    if (arena_exhausted(arena))
        return arena_error(arena, error);
    if (what.n)
        return error_set(error, ERROR_INPUT, where, "", "%.*s", TEXT_ARGS(text_cut(what, 0, 300)));
    return finish(&e, feel_evaluate(&e, x, NULL), where, out, error);
}

const struct dmn_value *dmn_expression_constant(struct arena *arena, const struct dmn_expression *expression)
{
    struct engine e = engine_of(arena, NULL);
    if (expression->kind == DMN_EXPRESSION_LITERAL)
        return expression->value;
    if (expression->kind == DMN_EXPRESSION_INVALID)
        return NULL;
    const struct dmn_value *value = feel_evaluate(&e, expression, NULL);
    return e.name_missing || e.stopped ? NULL : value;
}

const struct dmn_value *dmn_test_value(struct arena *arena, const struct dmn_test *test,
                                       const struct dmn_value *value)
{
    struct engine e = engine_of(arena, NULL);
    const struct dmn_value *passes = feel_test(&e, test, value, NULL);
    return e.stopped ? &dmn_null : passes;
}
