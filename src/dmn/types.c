#include "engine.h"

static bool kind_fits(enum dmn_kind kind, enum dmn_type_kind type)
{
    switch (type) {
    case DMN_TYPE_ANY: return true;
    case DMN_TYPE_NULL: return kind == DMN_NULL;
    case DMN_TYPE_BOOLEAN: return kind == DMN_BOOLEAN;
    case DMN_TYPE_NUMBER: return kind == DMN_NUMBER;
    case DMN_TYPE_STRING: return kind == DMN_STRING;
    case DMN_TYPE_DATE: return kind == DMN_DATE;
    case DMN_TYPE_TIME: return kind == DMN_TIME;
    case DMN_TYPE_DATE_TIME: return kind == DMN_DATE_TIME;
    case DMN_TYPE_DURATION: return kind == DMN_DURATION;
    case DMN_TYPE_MONTHS: return kind == DMN_MONTHS;
    case DMN_TYPE_LIST: return kind == DMN_LIST;
    case DMN_TYPE_RANGE: return kind == DMN_RANGE;
    case DMN_TYPE_CONTEXT: return kind == DMN_CONTEXT;
    case DMN_TYPE_FUNCTION: return kind == DMN_FUNCTION;
    case DMN_TYPE_DEFINED: return true;
    }
    return false;
}

/* Is what `a` allows all allowed by `b`? */
static bool type_within(const struct dmn_type *a, const struct dmn_type *b, int depth)
{
    a = dmn_type_plain(a);
    b = dmn_type_plain(b);
    if (a == b || b->kind == DMN_TYPE_ANY || a->kind == DMN_TYPE_NULL || depth > 60)
        return true;
    if (a->kind != b->kind)
        return false;
    if (a->kind == DMN_TYPE_LIST || a->kind == DMN_TYPE_RANGE)
        return type_within(a->base, b->base, depth + 1);
    if (a->kind == DMN_TYPE_CONTEXT)
        for (size_t i = 0; i < b->members; i++) {
            size_t j = 0;
            while (j < a->members && !text_equal(a->member[j].name, b->member[i].name))
                j++;
            if (j == a->members || !type_within(a->member[j].type, b->member[i].type, depth + 1))
                return false;
        }
    return true;
}

static bool function_fits(const struct dmn_function *f, const struct dmn_type *type)
{
    if (type->members == 0 && type->name.n)
        return true; /* "function" alone, or an item definition that names no parameter */
    if (f->kind == FUNCTION_BUILTIN)
        return builtin_takes(f, type->members);
    if (f->parameters != type->members)
        return false;
    for (size_t i = 0; i < type->members; i++)
        if (!type_within(type->member[i].type, f->parameter[i].type, 0))
            return false;
    return !f->result || f->result->kind == DMN_TYPE_ANY || type_within(f->result, type->base, 0);
}

/* How a value is held against a type. */
enum strictness {
    STRICT,   /* null is of every type; allowed values count */
    LENIENT,  /* as STRICT, and a context may lack members: input from outside */
    INSTANCE, /* as STRICT, but allowed values do not count */
};

static bool allowed(struct engine *e, const struct dmn_type *type, const struct dmn_value *value,
                    enum strictness how)
{
    if (how == INSTANCE || value->kind == DMN_NULL)
        return true;
    if (type->constraint && !feel_is_true(feel_test(e, type->constraint, value, NULL)))
        return false;
    if (!type->allowed)
        return true;
    if (type->kind != DMN_TYPE_LIST || value->kind != DMN_LIST)
        return feel_is_true(feel_test(e, type->allowed, value, NULL));
    for (size_t i = 0; i < value->as.list.count; i++)
        if (!feel_is_true(feel_test(e, type->allowed, value->as.list.item[i], NULL)))
            return false;
    return true;
}

enum { FITS_DEPTH_MOST = 1000 };

static bool fits(struct engine *e, const struct dmn_value *value, const struct dmn_type *type, enum strictness how, int depth)
{
    depth++;
    if (type->kind == DMN_TYPE_ANY)
        return true;
    if (depth > FITS_DEPTH_MOST || (e && !engine_step(e)))
        return false;
    if (type->kind == DMN_TYPE_DEFINED)
        return fits(e, value, type->base, how, depth) && allowed(e, type, value, how);
    if (value->kind == DMN_NULL)
        return true;
    if (!kind_fits(value->kind, type->kind))
        return false;
    switch (type->kind) {
    case DMN_TYPE_LIST:
        for (size_t i = 0; i < value->as.list.count; i++)
            if (type->base->kind != DMN_TYPE_ANY && !fits(e, value->as.list.item[i], type->base, how, depth))
                return false;
        break;
    case DMN_TYPE_RANGE:
        if ((value->as.range.low->kind != DMN_NULL && !fits(e, value->as.range.low, type->base, how, depth)) ||
            (value->as.range.high->kind != DMN_NULL && !fits(e, value->as.range.high, type->base, how, depth)))
            return false;
        break;
    case DMN_TYPE_CONTEXT:
        for (size_t i = 0; i < type->members; i++) {
            const struct dmn_value *member = dmn_context_get(value, type->member[i].name);
            if (member ? !fits(e, member, type->member[i].type, how, depth) : how != LENIENT)
                return false;
        }
        break;
    case DMN_TYPE_FUNCTION:
        if (!function_fits(value->as.function, type))
            return false;
        break;
    default: break;
    }
    return allowed(e, type, value, how);
}

static bool conforms(struct engine *e, const struct dmn_value *value, const struct dmn_type *type, bool lenient)
{
    return fits(e, value, type, lenient ? LENIENT : STRICT, 0);
}

bool type_instance(const struct dmn_value *value, const struct dmn_type *type)
{
    if (value->kind == DMN_NULL)
        return dmn_type_plain(type)->kind == DMN_TYPE_NULL;
    return fits(NULL, value, type, INSTANCE, 0);
}

const struct dmn_value *type_coerce(struct engine *e, const struct dmn_value *value, const struct dmn_type *type,
                                    bool lenient)
{
    if (!type || type->kind == DMN_TYPE_ANY || value->kind == DMN_NULL || conforms(e, value, type, lenient))
        return value;
    const struct dmn_type *plain = dmn_type_plain(type);
    if (plain->kind == DMN_TYPE_DATE_TIME && value->kind == DMN_DATE)
        return dmn_date_time(e->arena, (struct date_time){.date = value->as.date,
                                                          .time = {.zone = {.kind = ZONE_OFFSET}}});
    if (plain->kind == DMN_TYPE_LIST && value->kind != DMN_LIST) {
        const struct dmn_value **item = ARENA_ARRAY(e->arena, const struct dmn_value *, 1);
        if (!item)
            return &dmn_null;
        item[0] = value;
        const struct dmn_value *list = dmn_list(e->arena, item, 1);
        if (conforms(e, list, type, lenient))
            return list;
    }
    if (plain->kind != DMN_TYPE_LIST && value->kind == DMN_LIST && value->as.list.count == 1 &&
        conforms(e, value->as.list.item[0], type, lenient))
        return value->as.list.item[0];
    return engine_null(e, 0, "a %s is not a \"%.*s\"", dmn_kind_name(value->kind),
                       TEXT_ARGS(text_cut(type->name, 0, 80)));
}
