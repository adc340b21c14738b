#include "engine.h"

static const struct dmn_value *of_zone(struct engine *e, const struct zone *zone, struct date day,
                                       const struct time_of_day *time, bool name)
{
    int32_t offset;
    if (name)
        return zone->kind == ZONE_NAMED ? dmn_string(e->arena, zone->name) : &dmn_null;
    if (!zone_offset(zone, day, time, &offset))
        return &dmn_null;
    return dmn_duration(e->arena, (struct duration){offset, 0});
}

/* Seconds may have a fraction. */
static const struct dmn_value *seconds(struct engine *e, int64_t whole, int32_t nanoseconds)
{
    struct number part, out = number_of_int(whole);
    if (number_divide(number_of_int(nanoseconds), number_of_int(1000000000), &part))
        (void)number_add(out, part, &out);
    return dmn_number(e->arena, out);
}

static const struct dmn_value *of_date(struct engine *e, struct date d, struct text name)
{
    if (text_equal(name, TEXT("year")))
        return dmn_integer(e->arena, d.year);
    if (text_equal(name, TEXT("month")))
        return dmn_integer(e->arena, d.month);
    if (text_equal(name, TEXT("day")))
        return dmn_integer(e->arena, d.day);
    if (text_equal(name, TEXT("weekday")))
        return dmn_integer(e->arena, temporal_weekday(d));
    return NULL;
}

static const struct dmn_value *of_time(struct engine *e, const struct time_of_day *t, struct date day,
                                       struct text name)
{
    if (text_equal(name, TEXT("hour")))
        return dmn_integer(e->arena, t->hour);
    if (text_equal(name, TEXT("minute")))
        return dmn_integer(e->arena, t->minute);
    if (text_equal(name, TEXT("second")))
        return seconds(e, t->second, t->nanosecond);
    if (text_equal(name, TEXT("time offset")))
        return of_zone(e, &t->zone, day, t, false);
    if (text_equal(name, TEXT("timezone")))
        return of_zone(e, &t->zone, day, t, true);
    return NULL;
}

static const struct dmn_value *of_duration(struct engine *e, struct duration d, struct text name)
{
    int64_t sign = d.seconds < 0 ? -1 : 1;
    if (sign < 0)
        d = duration_negate(d);
    if (text_equal(name, TEXT("days")))
        return dmn_integer(e->arena, sign * (d.seconds / 86400));
    if (text_equal(name, TEXT("hours")))
        return dmn_integer(e->arena, sign * (d.seconds / 3600 % 24));
    if (text_equal(name, TEXT("minutes")))
        return dmn_integer(e->arena, sign * (d.seconds / 60 % 60));
    if (text_equal(name, TEXT("seconds")))
        return seconds(e, sign * (d.seconds % 60), (int32_t)sign * d.nanoseconds);
    return NULL;
}

static const struct dmn_value *of_range(const struct dmn_value *range, struct text name)
{
    if (text_equal(name, TEXT("start")))
        return range->as.range.low;
    if (text_equal(name, TEXT("end")))
        return range->as.range.high;
    if (text_equal(name, TEXT("start included")))
        return dmn_boolean(!range->as.range.low_open);
    if (text_equal(name, TEXT("end included")))
        return dmn_boolean(!range->as.range.high_open);
    return NULL;
}

static const struct dmn_value *property(struct engine *e, const struct dmn_value *from, struct text name)
{
    const struct date no_day = {1970, 1, 1};
    const struct dmn_value *found;
    switch (from->kind) {
    case DMN_CONTEXT: engine_charge(e, from->as.context.count * 4); return dmn_context_get(from, name);
    case DMN_DATE: return of_date(e, from->as.date, name);
    case DMN_TIME: return of_time(e, &from->as.time, no_day, name);
    case DMN_DATE_TIME:
        found = of_date(e, from->as.date_time.date, name);
        return found ? found : of_time(e, &from->as.date_time.time, from->as.date_time.date, name);
    case DMN_DURATION: return of_duration(e, from->as.duration, name);
    case DMN_MONTHS:
        if (text_equal(name, TEXT("years")))
            return dmn_integer(e->arena, from->as.months / 12);
        if (text_equal(name, TEXT("months")))
            return dmn_integer(e->arena, from->as.months % 12);
        return NULL;
    case DMN_RANGE: return of_range(from, name);
    case DMN_NULL:
    case DMN_BOOLEAN:
    case DMN_NUMBER:
    case DMN_STRING:
    case DMN_LIST:
    case DMN_FUNCTION: return NULL;
    }
    return NULL;
}

const struct dmn_value *feel_path(struct engine *e, const struct dmn_value *from, struct text name)
{
    if (from->kind == DMN_LIST) {
        struct values out = {0};
        for (size_t i = 0; i < from->as.list.count && engine_step(e); i++) {
            const struct dmn_value *item = from->as.list.item[i];
            const struct dmn_value *member = item->kind == DMN_LIST ? feel_path(e, item, name) : property(e, item, name);
            values_push(e, &out, member ? member : &dmn_null);
        }
        return values_list(e, &out);
    }
    const struct dmn_value *found = property(e, from, name);
    return found ? found
                 : engine_null(e, 0, "a %s has no \"%.*s\"", dmn_kind_name(from->kind),
                               TEXT_ARGS(text_cut(name, 0, 80)));
}

bool domain_open(struct engine *e, const struct dmn_value *from, const struct dmn_value *to, struct domain *out)
{
    *out = (struct domain){0};
    if (!to && from->kind == DMN_RANGE && !from->as.range.unequal) {
        const struct dmn_value *low = from->as.range.low, *high = from->as.range.high;
        if (!domain_open(e, low, high, out))
            return false;
        int64_t step_low = from->as.range.low_open, step_high = from->as.range.high_open;
        if (out->is_date) {
            out->day_from += step_low;
            out->day_to -= step_high;
            return out->day_from <= out->day_to;
        }
        (void)number_add(out->from, number_of_int(step_low), &out->from);
        (void)number_subtract(out->to, number_of_int(step_high), &out->to);
        return number_compare(out->from, out->to) <= 0;
    }
    if (to) {
        if (from->kind == DMN_NUMBER && to->kind == DMN_NUMBER && number_is_whole(from->as.number) &&
            number_is_whole(to->as.number)) {
            out->from = from->as.number;
            out->to = to->as.number;
            return true;
        }
        if (from->kind == DMN_DATE && to->kind == DMN_DATE) {
            out->is_date = true;
            out->day_from = date_to_days(from->as.date);
            out->day_to = date_to_days(to->as.date);
            return true;
        }
        return false;
    }
    if (from->kind == DMN_NULL)
        return false;
    out->list = from;
    if (from->kind != DMN_LIST) {
        const struct dmn_value **item = ARENA_ARRAY(e->arena, const struct dmn_value *, 1);
        if (!item)
            return false;
        item[0] = from;
        out->list = dmn_list(e->arena, item, 1);
    }
    return out->list->kind == DMN_LIST;
}

bool domain_next(struct engine *e, struct domain *domain, const struct dmn_value **item)
{
    if (domain->at == SIZE_MAX || !engine_step(e))
        return false;
    if (domain->list) {
        if (domain->at >= domain->list->as.list.count)
            return false;
        *item = domain->list->as.list.item[domain->at++];
        return true;
    }
    if (domain->is_date) {
        *item = dmn_date(e->arena, date_from_days(domain->day_from));
        if (domain->day_from == domain->day_to)
            domain->at = SIZE_MAX;
        domain->day_from += domain->day_from < domain->day_to ? 1 : -1;
        return true;
    }
    int order = number_compare(domain->from, domain->to);
    *item = dmn_number(e->arena, domain->from);
    if (order == 0)
        domain->at = SIZE_MAX;
    (void)number_add(domain->from, number_of_int(order < 0 ? 1 : -1), &domain->from);
    return true;
}

static const struct dmn_value *by_index(struct engine *e, const struct dmn_value *list, struct number at)
{
    int64_t index;
    size_t count = list->as.list.count;
    if (!number_to_int64(at, &index) || index == 0 || index == INT64_MIN ||
        (uint64_t)(index < 0 ? -index : index) > count)
        return engine_null(e, 0, "the list has no item of that number");
    return list->as.list.item[index > 0 ? (size_t)index - 1 : count - (size_t)-index];
}

const struct dmn_value *feel_filter(struct engine *e, const struct dmn_value *from, filter_match *match,
                                    const void *with, const struct frame *frame)
{
    const struct dmn_value *single[1] = {from};
    struct dmn_value wrapped = {.kind = DMN_LIST, .as.list = {single, from->kind != DMN_NULL}};
    const struct dmn_value *list = from->kind == DMN_LIST ? from : &wrapped;
    struct values out = {0};
    if (list->as.list.count == 0) {
        const struct dmn_value *at = match(e, &dmn_null, with, frame);
        return at->kind == DMN_NUMBER || from->kind == DMN_NULL ? &dmn_null : values_list(e, &out);
    }
    for (size_t i = 0; i < list->as.list.count && engine_step(e); i++) {
        const struct dmn_value *item = list->as.list.item[i];
        const struct dmn_value *fits = match(e, item, with, frame);
        if (fits->kind == DMN_NUMBER && i == 0)
            return by_index(e, list, fits->as.number);
        if (fits->kind != DMN_BOOLEAN && fits->kind != DMN_NULL)
            return engine_null(e, 0, "the filter gave a %s, not true or false", dmn_kind_name(fits->kind));
        if (feel_is_true(fits))
            values_push(e, &out, item);
    }
    return values_list(e, &out);
}
