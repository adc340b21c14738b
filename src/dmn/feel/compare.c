#include "engine.h"

bool feel_is_true(const struct dmn_value *v)
{
    return v->kind == DMN_BOOLEAN && v->as.boolean;
}

const struct dmn_value *feel_not(const struct dmn_value *v)
{
    return v->kind == DMN_BOOLEAN ? dmn_boolean(!v->as.boolean) : &dmn_null;
}

static int sign(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static bool same_zoning(const struct zone *a, const struct zone *b)
{
    return (a->kind == ZONE_LOCAL) == (b->kind == ZONE_LOCAL);
}

/* A time without a zone takes that of the other: then the clocks are compared as they stand. */
static int compare_date_times(struct date_time a, struct date_time b)
{
    if (!same_zoning(&a.time.zone, &b.time.zone))
        a.time.zone = b.time.zone = (struct zone){.kind = ZONE_LOCAL};
    return sign(temporal_seconds(&a), temporal_seconds(&b));
}

static int compare_times(struct time_of_day a, struct time_of_day b)
{
    if (!same_zoning(&a.zone, &b.zone))
        a.zone = b.zone = (struct zone){.kind = ZONE_LOCAL};
    return sign(temporal_time_seconds(&a), temporal_time_seconds(&b));
}

/* Times are compared to the second: so the standard defines their values. */
bool feel_order(const struct dmn_value *a, const struct dmn_value *b, int *order)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case DMN_NUMBER: *order = number_compare(a->as.number, b->as.number); return true;
    case DMN_STRING: *order = text_compare(a->as.string, b->as.string); return true;
    case DMN_DATE: *order = date_compare(a->as.date, b->as.date); return true;
    case DMN_TIME: *order = compare_times(a->as.time, b->as.time); return true;
    case DMN_DATE_TIME: *order = compare_date_times(a->as.date_time, b->as.date_time); return true;
    case DMN_DURATION: *order = duration_compare(a->as.duration, b->as.duration); return true;
    case DMN_MONTHS: *order = sign(a->as.months, b->as.months); return true;
    case DMN_NULL:
    case DMN_BOOLEAN:
    case DMN_LIST:
    case DMN_CONTEXT:
    case DMN_RANGE:
    case DMN_FUNCTION: return false;
    }
    return false;
}

enum { EQUAL_DEPTH_MOST = 2000 };

static bool equal(const struct dmn_value *a, const struct dmn_value *b, int depth);

static bool equal_contexts(const struct dmn_value *a, const struct dmn_value *b, int depth)
{
    if (a->as.context.count != b->as.context.count)
        return false;
    for (size_t i = 0; i < a->as.context.count; i++) {
        const struct dmn_entry *entry = &a->as.context.entry[i];
        /* Contexts made alike have their entries in the same order. */
        const struct dmn_value *other = text_equal(b->as.context.entry[i].name, entry->name)
                                            ? b->as.context.entry[i].value
                                            : dmn_context_get(b, entry->name);
        if (!other || !equal(entry->value, other, depth))
            return false;
    }
    return true;
}

/* What is nested deeper than any real value counts as unequal. */
static bool equal(const struct dmn_value *a, const struct dmn_value *b, int depth)
{
    int order;
    if (a == b)
        return true;
    if (a->kind != b->kind || ++depth > EQUAL_DEPTH_MOST)
        return false;
    switch (a->kind) {
    case DMN_NULL: return true;
    case DMN_BOOLEAN: return a->as.boolean == b->as.boolean;
    case DMN_LIST:
        if (a->as.list.count != b->as.list.count)
            return false;
        for (size_t i = 0; i < a->as.list.count; i++)
            if (!equal(a->as.list.item[i], b->as.list.item[i], depth))
                return false;
        return true;
    case DMN_CONTEXT: return equal_contexts(a, b, depth);
    case DMN_RANGE:
        return a->as.range.low_open == b->as.range.low_open && a->as.range.high_open == b->as.range.high_open &&
               a->as.range.unequal == b->as.range.unequal &&
               a->as.range.comparison == b->as.range.comparison && equal(a->as.range.low, b->as.range.low, depth) &&
               equal(a->as.range.high, b->as.range.high, depth);
    case DMN_FUNCTION: return a->as.function == b->as.function;
    case DMN_TIME:
        return same_zoning(&a->as.time.zone, &b->as.time.zone) && compare_times(a->as.time, b->as.time) == 0;
    case DMN_DATE_TIME:
        return same_zoning(&a->as.date_time.time.zone, &b->as.date_time.time.zone) &&
               compare_date_times(a->as.date_time, b->as.date_time) == 0;
    case DMN_NUMBER:
    case DMN_STRING:
    case DMN_DATE:
    case DMN_DURATION:
    case DMN_MONTHS: return feel_order(a, b, &order) && order == 0;
    }
    return false;
}

bool dmn_value_equal(const struct dmn_value *a, const struct dmn_value *b)
{
    return equal(a, b, 0);
}

const struct dmn_value *feel_equal(const struct dmn_value *a, const struct dmn_value *b)
{
    if (a->kind == DMN_NULL || b->kind == DMN_NULL)
        return dmn_boolean(a->kind == b->kind);
    if (a->kind != b->kind)
        return &dmn_null;
    return dmn_boolean(dmn_value_equal(a, b));
}

const struct dmn_value *feel_compare(enum dmn_operator op, const struct dmn_value *a, const struct dmn_value *b)
{
    int order;
    if (op == DMN_EQUAL)
        return feel_equal(a, b);
    if (op == DMN_UNEQUAL)
        return feel_not(feel_equal(a, b));
    if (!feel_order(a, b, &order))
        return &dmn_null;
    switch (op) {
    case DMN_LESS: return dmn_boolean(order < 0);
    case DMN_AT_MOST: return dmn_boolean(order < 0 || (order == 0 && dmn_value_equal(a, b)));
    case DMN_GREATER: return dmn_boolean(order > 0);
    default: return dmn_boolean(order > 0 || (order == 0 && dmn_value_equal(a, b)));
    }
}

const struct dmn_value *feel_both(const struct dmn_value *a, const struct dmn_value *b)
{
    if ((a->kind == DMN_BOOLEAN && !a->as.boolean) || (b->kind == DMN_BOOLEAN && !b->as.boolean))
        return &dmn_false;
    return a->kind == DMN_BOOLEAN && b->kind == DMN_BOOLEAN ? &dmn_true : &dmn_null;
}

const struct dmn_value *feel_in_range(const struct dmn_value *value, const struct dmn_value *range)
{
    const struct dmn_value *low = range->as.range.low, *high = range->as.range.high, *above = &dmn_true,
                           *below = &dmn_true;
    if (range->as.range.unequal)
        return feel_compare(DMN_UNEQUAL, value, low);
    /* Only a comparison has one end; the null end of a pair makes no test true. */
    if (low->kind != DMN_NULL || !range->as.range.comparison)
        above = feel_compare(range->as.range.low_open ? DMN_GREATER : DMN_AT_LEAST, value, low);
    if (high->kind != DMN_NULL || !range->as.range.comparison)
        below = feel_compare(range->as.range.high_open ? DMN_LESS : DMN_AT_MOST, value, high);
    return feel_both(above, below);
}
