#include "dmn/value.h"

const struct dmn_value dmn_null = {.kind = DMN_NULL};
const struct dmn_value dmn_true = {.kind = DMN_BOOLEAN, .as.boolean = true};
const struct dmn_value dmn_false = {.kind = DMN_BOOLEAN, .as.boolean = false};

const struct dmn_value *dmn_boolean(bool value)
{
    return value ? &dmn_true : &dmn_false;
}

static struct dmn_value *new_value(struct arena *arena, enum dmn_kind kind)
{
    struct dmn_value *v = ARENA_NEW(arena, struct dmn_value);
    if (v)
        v->kind = kind;
    return v;
}

/* One maker a kind; the null value where the arena is exhausted. */
#define MAKER(name, kind, type, member)                                                                                \
    const struct dmn_value *name(struct arena *arena, type value)                                                      \
    {                                                                                                                  \
        struct dmn_value *v = new_value(arena, kind);                                                                  \
        if (!v)                                                                                                        \
            return &dmn_null;                                                                                          \
        v->as.member = value;                                                                                          \
        return v;                                                                                                      \
    }

MAKER(dmn_number, DMN_NUMBER, struct number, number)
MAKER(dmn_string, DMN_STRING, struct text, string)
MAKER(dmn_date, DMN_DATE, struct date, date)
MAKER(dmn_time, DMN_TIME, struct time_of_day, time)
MAKER(dmn_date_time, DMN_DATE_TIME, struct date_time, date_time)
MAKER(dmn_duration, DMN_DURATION, struct duration, duration)
MAKER(dmn_months, DMN_MONTHS, int64_t, months)

const struct dmn_value *dmn_integer(struct arena *arena, int64_t value)
{
    return dmn_number(arena, number_of_int(value));
}

const struct dmn_value *dmn_list(struct arena *arena, const struct dmn_value *const *item, size_t count)
{
    struct dmn_value *v = new_value(arena, DMN_LIST);
    if (!v || (count && !item))
        return &dmn_null;
    v->as.list.item = item;
    v->as.list.count = count;
    return v;
}

const struct dmn_value *dmn_context(struct arena *arena, const struct dmn_entry *entry, size_t count)
{
    struct dmn_value *v = new_value(arena, DMN_CONTEXT);
    if (!v || (count && !entry))
        return &dmn_null;
    v->as.context.entry = entry;
    v->as.context.count = count;
    return v;
}

const struct dmn_value *dmn_context_get(const struct dmn_value *context, struct text name)
{
    for (size_t i = 0; context->kind == DMN_CONTEXT && i < context->as.context.count; i++)
        if (text_equal(context->as.context.entry[i].name, name))
            return context->as.context.entry[i].value;
    return NULL;
}

const char *dmn_kind_name(enum dmn_kind kind)
{
    switch (kind) {
    case DMN_NULL: return "null";
    case DMN_BOOLEAN: return "boolean";
    case DMN_NUMBER: return "number";
    case DMN_STRING: return "string";
    case DMN_DATE: return "date";
    case DMN_TIME: return "time";
    case DMN_DATE_TIME: return "date and time";
    case DMN_DURATION: return "days and time duration";
    case DMN_MONTHS: return "years and months duration";
    case DMN_LIST: return "list";
    case DMN_CONTEXT: return "context";
    case DMN_RANGE: return "range";
    case DMN_FUNCTION: return "function";
    }
    return "?";
}
