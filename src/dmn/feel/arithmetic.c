#include "engine.h"

#include <string.h>

static const struct dmn_value *no_sum(struct engine *e, const struct dmn_value *a, const struct dmn_value *b, int line)
{
    return engine_null(e, line, "a %s and a %s have no such operation", dmn_kind_name(a->kind), dmn_kind_name(b->kind));
}

static const struct dmn_value *numbers(struct engine *e, enum dmn_operator op, struct number a, struct number b,
                                       int line)
{
    struct number out;
    bool good;
    switch (op) {
    case DMN_ADD: good = number_add(a, b, &out); break;
    case DMN_SUBTRACT: good = number_subtract(a, b, &out); break;
    case DMN_MULTIPLY: good = number_multiply(a, b, &out); break;
    case DMN_DIVIDE: good = number_divide(a, b, &out); break;
    default: good = number_power(a, b, &out); break;
    }
    return good ? dmn_number(e->arena, out) : engine_null(e, line, "the result is not a number (divided by zero, or too large)");
}

static struct number number_of_duration(struct duration d)
{
    struct number seconds = number_of_int(d.seconds), part, out = seconds;
    if (number_divide(number_of_int(d.nanoseconds), number_of_int(1000000000), &part))
        (void)number_add(seconds, part, &out);
    return out;
}

static const struct dmn_value *duration_of_number(struct engine *e, struct number n, int line)
{
    struct number whole, rest, nanos;
    int64_t seconds, nanoseconds;
    if (!number_round(n, 0, NUMBER_FLOOR, &whole) || !number_to_int64(whole, &seconds) ||
        !number_subtract(n, whole, &rest) || !number_multiply(rest, number_of_int(1000000000), &nanos) ||
        !number_round(nanos, 0, NUMBER_DOWN, &nanos) || !number_to_int64(nanos, &nanoseconds))
        return engine_null(e, line, "the duration is too long");
    return dmn_duration(e->arena, (struct duration){seconds, (int32_t)nanoseconds});
}

static const struct dmn_value *months_of_number(struct engine *e, struct number n, int line)
{
    struct number whole;
    int64_t months;
    if (!number_round(n, 0, NUMBER_DOWN, &whole) || !number_to_int64(whole, &months) || months == INT64_MIN)
        return engine_null(e, line, "the duration is too long");
    return dmn_months(e->arena, months);
}

/* A duration of either kind as a number of its unit. */
static bool measure(const struct dmn_value *v, struct number *out)
{
    if (v->kind == DMN_DURATION)
        *out = number_of_duration(v->as.duration);
    else if (v->kind == DMN_MONTHS)
        *out = number_of_int(v->as.months);
    else
        return false;
    return true;
}

static const struct dmn_value *scale(struct engine *e, enum dmn_operator op, const struct dmn_value *a,
                                     const struct dmn_value *b, int line)
{
    struct number x, y, out;
    if (op == DMN_MULTIPLY && a->kind == DMN_NUMBER) {
        const struct dmn_value *swap = a;
        a = b;
        b = swap;
    }
    if (!measure(a, &x))
        return no_sum(e, a, b, line);
    if (op == DMN_DIVIDE && a->kind == b->kind && measure(b, &y))
        return numbers(e, DMN_DIVIDE, x, y, line);
    if (b->kind != DMN_NUMBER)
        return no_sum(e, a, b, line);
    if (!(op == DMN_MULTIPLY ? number_multiply(x, b->as.number, &out) : number_divide(x, b->as.number, &out)))
        return engine_null(e, line, "the duration is divided by zero, or too long");
    return a->kind == DMN_DURATION ? duration_of_number(e, out, line) : months_of_number(e, out, line);
}

static struct date_time midnight(struct date d)
{
    return (struct date_time){.date = d, .time = {.zone = {.kind = ZONE_OFFSET}}};
}

/* A date or a date and time as an instant; false where a local one meets one with a zone. */
static const struct dmn_value *between(struct engine *e, const struct dmn_value *a, const struct dmn_value *b, int line)
{
    struct date_time x = a->kind == DMN_DATE ? midnight(a->as.date) : a->as.date_time;
    struct date_time y = b->kind == DMN_DATE ? midnight(b->as.date) : b->as.date_time;
    if ((x.time.zone.kind == ZONE_LOCAL) != (y.time.zone.kind == ZONE_LOCAL))
        return engine_null(e, line, "one of the two times has a zone, the other has none");
    struct duration out = {temporal_seconds(&x) - temporal_seconds(&y), x.time.nanosecond - y.time.nanosecond};
    if (out.nanoseconds < 0) {
        out.nanoseconds += 1000000000;
        out.seconds--;
    }
    return dmn_duration(e->arena, out);
}

static const struct dmn_value *between_times(struct engine *e, const struct time_of_day *a,
                                             const struct time_of_day *b, int line)
{
    if ((a->zone.kind == ZONE_LOCAL) != (b->zone.kind == ZONE_LOCAL))
        return engine_null(e, line, "one of the two times has a zone, the other has none");
    struct duration out = {temporal_time_seconds(a) - temporal_time_seconds(b), a->nanosecond - b->nanosecond};
    if (out.nanoseconds < 0) {
        out.nanoseconds += 1000000000;
        out.seconds--;
    }
    return dmn_duration(e->arena, out);
}

static const struct dmn_value *later(struct engine *e, const struct dmn_value *a, struct duration by, int line)
{
    struct date_time out;
    if (a->kind == DMN_TIME)
        return dmn_time(e->arena, temporal_time_add(a->as.time, by));
    if (!temporal_date_time_add(a->kind == DMN_DATE ? midnight(a->as.date) : a->as.date_time, by, &out))
        return engine_null(e, line, "the date is out of range");
    return a->kind == DMN_DATE ? dmn_date(e->arena, out.date) : dmn_date_time(e->arena, out);
}

static const struct dmn_value *months_later(struct engine *e, const struct dmn_value *a, int64_t months, int line)
{
    struct date_time out = a->kind == DMN_DATE ? midnight(a->as.date) : a->as.date_time;
    out.date = temporal_add_months(out.date, months);
    if (!temporal_date_valid(out.date))
        return engine_null(e, line, "the date is out of range");
    return a->kind == DMN_DATE ? dmn_date(e->arena, out.date) : dmn_date_time(e->arena, out);
}

static bool is_day(const struct dmn_value *v)
{
    return v->kind == DMN_DATE || v->kind == DMN_DATE_TIME;
}

static const struct dmn_value *joined(struct engine *e, struct text a, struct text b)
{
    char *p = ARENA_ARRAY(e->arena, char, a.n + b.n + 1);
    engine_charge(e, a.n + b.n);
    if (!p)
        return &dmn_null;
    if (a.n)
        memcpy(p, a.p, a.n);
    if (b.n)
        memcpy(p + a.n, b.p, b.n);
    return dmn_string(e->arena, (struct text){p, a.n + b.n});
}

/* a + b where `a` is the point or the first of two durations. */
static const struct dmn_value *add(struct engine *e, const struct dmn_value *a, const struct dmn_value *b, int line)
{
    struct duration sum;
    int64_t months;
    if (a->kind == DMN_STRING && b->kind == DMN_STRING)
        return joined(e, a->as.string, b->as.string);
    if (b->kind == DMN_DURATION && (is_day(a) || a->kind == DMN_TIME))
        return later(e, a, b->as.duration, line);
    if (b->kind == DMN_MONTHS && is_day(a))
        return months_later(e, a, b->as.months, line);
    if (a->kind == DMN_DURATION && b->kind == DMN_DURATION && duration_add(a->as.duration, b->as.duration, &sum))
        return dmn_duration(e->arena, sum);
    if (a->kind == DMN_MONTHS && b->kind == DMN_MONTHS &&
        !__builtin_add_overflow(a->as.months, b->as.months, &months) && months != INT64_MIN)
        return dmn_months(e->arena, months);
    return no_sum(e, a, b, line);
}

static const struct dmn_value *subtract(struct engine *e, const struct dmn_value *a, const struct dmn_value *b,
                                        int line)
{
    if (is_day(a) && is_day(b))
        return between(e, a, b, line);
    if (a->kind == DMN_TIME && b->kind == DMN_TIME)
        return between_times(e, &a->as.time, &b->as.time, line);
    if (b->kind == DMN_DURATION || b->kind == DMN_MONTHS)
        return add(e, a, feel_negate(e, b, line), line);
    return no_sum(e, a, b, line);
}

const struct dmn_value *feel_arithmetic(struct engine *e, enum dmn_operator op, const struct dmn_value *a,
                                        const struct dmn_value *b, int line)
{
    if (a->kind == DMN_NULL || b->kind == DMN_NULL)
        return engine_null(e, line, "one side of the sum is null");
    if (a->kind == DMN_NUMBER && b->kind == DMN_NUMBER)
        return numbers(e, op, a->as.number, b->as.number, line);
    switch (op) {
    case DMN_ADD:
        /* duration + point is point + duration */
        if ((a->kind == DMN_DURATION || a->kind == DMN_MONTHS) && a->kind != b->kind)
            return add(e, b, a, line);
        return add(e, a, b, line);
    case DMN_SUBTRACT: return subtract(e, a, b, line);
    case DMN_MULTIPLY:
    case DMN_DIVIDE: return scale(e, op, a, b, line);
    default: return no_sum(e, a, b, line);
    }
}

const struct dmn_value *feel_negate(struct engine *e, const struct dmn_value *a, int line)
{
    switch (a->kind) {
    case DMN_NUMBER: return dmn_number(e->arena, number_negate(a->as.number));
    case DMN_DURATION: return dmn_duration(e->arena, duration_negate(a->as.duration));
    case DMN_MONTHS: return dmn_months(e->arena, -a->as.months);
    default: return engine_null(e, line, "a %s has no opposite", dmn_kind_name(a->kind));
    }
}
