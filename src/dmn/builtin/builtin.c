#include "builtin.h"

/* The table of builtins, and how they are called. */

enum builtin_id {
#define ID(id, name, parameters) BUILTIN_ID_##id,
    BUILTINS(ID)
#undef ID
        BUILTIN_COUNT
};

static const struct {
    struct text parameters;
    builtin_function *run;
} builtin[BUILTIN_COUNT] = {
#define ROW(id, name, parameters) {TEXT_INIT(parameters), builtin_##id},
    BUILTINS(ROW)
#undef ROW
};

static const struct dmn_function function[BUILTIN_COUNT] = {
#define FUNCTION(id, feel, parameters) {.kind = FUNCTION_BUILTIN, .name = TEXT_INIT(feel), .index = BUILTIN_ID_##id},
    BUILTINS(FUNCTION)
#undef FUNCTION
};

static const struct dmn_value value[BUILTIN_COUNT] = {
#define VALUE(id, name, parameters) {.kind = DMN_FUNCTION, .as.function = &function[BUILTIN_ID_##id]},
    BUILTINS(VALUE)
#undef VALUE
};

const struct dmn_value *builtin_find(struct text name)
{
    for (size_t i = 0; i < BUILTIN_COUNT; i++)
        if (text_equal(function[i].name, name))
            return &value[i];
    return NULL;
}

/* One variant of the parameters, taken apart. */
enum { PARAMETERS_MOST = 8 };
struct variant {
    struct text name[PARAMETERS_MOST];
    size_t count, needed;
    bool any_number;
};

static bool next_variant(struct text *rest, struct variant *out)
{
    struct text one, parameter;
    *out = (struct variant){.count = 0};
    if (!text_next(rest, ';', &one))
        return false;
    while (out->count < PARAMETERS_MOST && text_next(&one, ',', &parameter) && parameter.n) {
        char last = parameter.p[parameter.n - 1];
        bool optional = last == '?', many = last == '*';
        out->any_number |= many;
        out->needed += !optional;
        out->name[out->count++] = text_cut(parameter, 0, parameter.n - (optional || many));
    }
    return true;
}

static bool takes(struct text parameters, size_t count)
{
    struct variant variant;
    if (parameters.n == 0)
        return count == 0;
    while (next_variant(&parameters, &variant))
        if (count >= variant.needed && (variant.any_number || count <= variant.count))
            return true;
    return false;
}

bool builtin_takes(const struct dmn_function *f, size_t count)
{
    return takes(builtin[f->index].parameters, count);
}

/* Puts named arguments in the order of a variant; what is missing is null. How many of its parameters are needed, or
 * given; 0 where it lacks one of the names, or (with `whole`) an argument that it needs. */
static size_t order_as(const struct variant *variant, const struct call *named, const struct text *name, bool whole,
                       const struct dmn_value **out)
{
    size_t found = 0, last = variant->needed;
    for (size_t p = 0; p < variant->count; p++) {
        bool given = false;
        out[p] = &dmn_null;
        for (size_t i = 0; i < named->count; i++)
            if (text_equal(name[i], variant->name[p])) {
                out[p] = named->arg[i];
                given = true;
                found++;
            }
        if (given && p + 1 > last)
            last = p + 1;
        if (!given && whole && p < variant->needed)
            return 0;
    }
    return found == named->count ? last : 0;
}

/* The first variant that has all it needs, or else the first that has all the names. */
static size_t order(struct text parameters, const struct call *named, const struct text *name,
                    const struct dmn_value **out, size_t *which)
{
    struct variant variant;
    for (int whole = 1; whole >= 0; whole--) {
        struct text rest = parameters;
        for (*which = 1; next_variant(&rest, &variant); ++*which) {
            size_t count = order_as(&variant, named, name, whole, out);
            if (count)
                return count;
        }
    }
    return 0;
}

const struct dmn_value *builtin_call(struct engine *e, const struct dmn_function *f,
                                     const struct dmn_value *const *arg, const struct text *name, size_t count,
                                     int line)
{
    const struct dmn_value *ordered[PARAMETERS_MOST];
    struct call call = {e, arg, count, line, 0};
    if (name) {
        call.count = count <= PARAMETERS_MOST ? order(builtin[f->index].parameters, &(struct call){e, arg, count, line, 0}, name, ordered, &call.variant) : 0;
        call.arg = ordered;
    }
    if ((name && call.count == 0) || (!name && !takes(builtin[f->index].parameters, count)))
        return engine_null(e, line, "%.*s is called with the wrong arguments", TEXT_ARGS(f->name));
    return engine_step(e) ? builtin[f->index].run(&call) : &dmn_null;
}

bool call_given(const struct call *c, size_t at)
{
    return at < c->count && c->arg[at]->kind != DMN_NULL;
}

const struct dmn_value *call_arg(const struct call *c, size_t at, enum dmn_kind kind)
{
    if (at >= c->count)
        return NULL;
    const struct dmn_value *v = c->arg[at];
    if (v->kind == DMN_LIST && kind != DMN_LIST && v->as.list.count == 1)
        v = v->as.list.item[0];
    if (v->kind == DMN_STRING)
        engine_charge(c->e, v->as.string.n); /* every function of text goes through it */
    return v->kind == kind ? v : NULL;
}

const struct dmn_value *call_list(const struct call *c, size_t at)
{
    if (!call_given(c, at))
        return NULL;
    if (c->arg[at]->kind == DMN_LIST)
        return c->arg[at];
    const struct dmn_value *list = dmn_list(c->e->arena, &c->arg[at], 1);
    return list->kind == DMN_LIST ? list : NULL;
}

const struct dmn_value *call_values(const struct call *c)
{
    if (c->count == 1)
        return call_list(c, 0);
    const struct dmn_value *list = dmn_list(c->e->arena, c->arg, c->count);
    return list->kind == DMN_LIST ? list : NULL;
}

bool call_integer(const struct call *c, size_t at, int64_t *out)
{
    const struct dmn_value *v = call_arg(c, at, DMN_NUMBER);
    struct number whole;
    return v && number_round(v->as.number, 0, NUMBER_DOWN, &whole) && number_to_int64(whole, out) && *out != INT64_MIN;
}

const struct dmn_value *call_null(const struct call *c, const char *what)
{
    return engine_null(c->e, c->line, "%s", what);
}
