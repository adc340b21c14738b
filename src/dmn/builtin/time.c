#include "builtin.h"

static const struct dmn_value *unwrap(const struct call *c, size_t at)
{
    const struct dmn_value *v = c->arg[at];
    return v->kind == DMN_LIST && v->as.list.count == 1 ? v->as.list.item[0] : v;
}

static bool date_of_parts(const struct call *c, struct date *out)
{
    int64_t part[3];
    for (size_t i = 0; i < 3; i++)
        if (!call_integer(c, i, &part[i]) || part[i] > TEMPORAL_YEAR_MOST || part[i] < -TEMPORAL_YEAR_MOST)
            return false;
    *out = (struct date){(int32_t)part[0], (int32_t)part[1], (int32_t)part[2]};
    return temporal_date_valid(*out);
}

BUILTIN(date)
{
    struct date d;
    if (c->count == 3)
        return date_of_parts(c, &d) ? dmn_date(c->e->arena, d) : call_null(c, "there is no such day");
    const struct dmn_value *from = unwrap(c, 0);
    if (from->kind == DMN_DATE)
        return from;
    if (from->kind == DMN_DATE_TIME)
        return dmn_date(c->e->arena, from->as.date_time.date);
    return from->kind == DMN_STRING && temporal_parse_date(from->as.string, &d) ? dmn_date(c->e->arena, d)
                                                                                : call_null(c, "this is not a date");
}

/* hour, minute, second from argument `at` on; seconds may have a fraction. */
static bool time_of_parts(const struct call *c, size_t at, struct time_of_day *out)
{
    int64_t hour, minute, second, nanosecond;
    struct number whole, rest;
    const struct dmn_value *s = call_arg(c, at + 2, DMN_NUMBER);
    if (!call_integer(c, at, &hour) || !call_integer(c, at + 1, &minute) || !call_integer(c, at + 2, &second) || !s)
        return false;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 ||
        number_sign(s->as.number) < 0)
        return false;
    if (!number_round(s->as.number, 0, NUMBER_DOWN, &whole) || !number_subtract(s->as.number, whole, &rest) ||
        !number_multiply(rest, number_of_int(1000000000), &rest) || !number_round(rest, 0, NUMBER_DOWN, &rest) ||
        !number_to_int64(rest, &nanosecond))
        return false;
    *out = (struct time_of_day){(int32_t)hour, (int32_t)minute, (int32_t)second, (int32_t)nanosecond,
                                {.kind = ZONE_LOCAL}};
    return true;
}

/* The zone as an offset (a duration) or a name; null is none. */
static bool zone_of(const struct call *c, size_t at, struct zone *out)
{
    *out = (struct zone){.kind = ZONE_LOCAL};
    if (!call_given(c, at))
        return true;
    const struct dmn_value *offset = call_arg(c, at, DMN_DURATION), *name = call_arg(c, at, DMN_STRING);
    if (offset) {
        int64_t seconds = offset->as.duration.seconds;
        if (seconds > 14 * 3600 || seconds < -14 * 3600)
            return false;
        *out = (struct zone){.kind = ZONE_OFFSET, .offset = (int32_t)seconds};
        return true;
    }
    if (!name || !zone_known(name->as.string))
        return false;
    *out = (struct zone){.kind = ZONE_NAMED, .name = name->as.string};
    return true;
}

BUILTIN(time)
{
    struct time_of_day t;
    if (c->count >= 3) {
        if (!time_of_parts(c, 0, &t) || !zone_of(c, 3, &t.zone))
            return call_null(c, "there is no such time");
        return dmn_time(c->e->arena, t);
    }
    const struct dmn_value *from = unwrap(c, 0);
    if (from->kind == DMN_TIME)
        return from;
    if (from->kind == DMN_DATE_TIME)
        return dmn_time(c->e->arena, from->as.date_time.time);
    if (from->kind == DMN_DATE)
        return dmn_time(c->e->arena, (struct time_of_day){.zone = {.kind = ZONE_OFFSET}});
    return from->kind == DMN_STRING && temporal_parse_time(from->as.string, &t) ? dmn_time(c->e->arena, t)
                                                                                : call_null(c, "this is not a time");
}

BUILTIN(date_and_time)
{
    struct date_time d = {.time = {.zone = {.kind = ZONE_LOCAL}}};
    if (c->count >= 6) {
        if (!date_of_parts(c, &d.date) || !time_of_parts(c, 3, &d.time) || !zone_of(c, 6, &d.time.zone))
            return call_null(c, "there is no such date and time");
        return dmn_date_time(c->e->arena, d);
    }
    const struct dmn_value *from = unwrap(c, 0);
    if (c->count == 2) {
        const struct dmn_value *time = call_arg(c, 1, DMN_TIME);
        if (!time || (from->kind != DMN_DATE && from->kind != DMN_DATE_TIME))
            return call_null(c, "a date and a time are needed");
        d.date = from->kind == DMN_DATE ? from->as.date : from->as.date_time.date;
        d.time = time->as.time;
        return dmn_date_time(c->e->arena, d);
    }
    if (from->kind == DMN_DATE_TIME)
        return from;
    if (from->kind == DMN_DATE)
        return dmn_date_time(c->e->arena,
                             (struct date_time){.date = from->as.date, .time = {.zone = {.kind = ZONE_OFFSET}}});
    if (from->kind == DMN_STRING &&
        (temporal_parse_date_time(from->as.string, &d) || temporal_parse_date(from->as.string, &d.date)))
        return dmn_date_time(c->e->arena, d);
    return call_null(c, "this is not a date and time");
}

BUILTIN(duration)
{
    const struct dmn_value *from = unwrap(c, 0);
    struct duration d;
    int64_t months;
    if (from->kind == DMN_DURATION || from->kind == DMN_MONTHS)
        return from;
    if (from->kind == DMN_STRING && temporal_parse_duration(from->as.string, &d))
        return dmn_duration(c->e->arena, d);
    if (from->kind == DMN_STRING && temporal_parse_months(from->as.string, &months))
        return dmn_months(c->e->arena, months);
    return call_null(c, "this is not a duration");
}

static bool day_of(const struct call *c, size_t at, struct date *day, int64_t *nanoseconds)
{
    const struct dmn_value *v = unwrap(c, at);
    *nanoseconds = 0;
    if (v->kind == DMN_DATE) {
        *day = v->as.date;
        return true;
    }
    if (v->kind != DMN_DATE_TIME)
        return false;
    const struct time_of_day *t = &v->as.date_time.time;
    *day = v->as.date_time.date;
    *nanoseconds = (t->hour * INT64_C(3600) + t->minute * 60 + t->second) * 1000000000 + t->nanosecond;
    return true;
}

BUILTIN(years_and_months)
{
    struct date a, b;
    int64_t x, y;
    if (!day_of(c, 0, &a, &x) || !day_of(c, 1, &b, &y))
        return call_null(c, "two dates are needed");
    /* The standard looks at the days only. */
    return dmn_months(c->e->arena, temporal_months_between(a, 0, b, 0));
}

BUILTIN(now)
{
    int64_t now = c->e->now ? c->e->now : clock_now(), second = now / CLOCK_SECOND, micro = now % CLOCK_SECOND;
    struct date_time d = {.date = {1970, 1, 1}, .time = {.zone = {.kind = ZONE_OFFSET}}};
    if (micro < 0) {
        micro += CLOCK_SECOND;
        second--;
    }
    if (!temporal_date_time_add(d, (struct duration){second, (int32_t)micro * 1000}, &d))
        return &dmn_null;
    return dmn_date_time(c->e->arena, d);
}

BUILTIN(today)
{
    return dmn_date(c->e->arena, date_of_instant(c->e->now ? c->e->now : clock_now()));
}

static const struct dmn_value *day_name(const struct call *c, bool month)
{
    static const char *const day[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
    struct date d;
    int64_t time;
    if (!day_of(c, 0, &d, &time))
        return call_null(c, "there is no date");
    return dmn_string(c->e->arena, text_of(month ? date_month(d.month) : day[temporal_weekday(d) - 1]));
}

BUILTIN(day_of_week)
{
    return day_name(c, false);
}

BUILTIN(month_of_year)
{
    return day_name(c, true);
}

static const struct dmn_value *day_number(const struct call *c, int (*how)(struct date))
{
    struct date d;
    int64_t time;
    return day_of(c, 0, &d, &time) ? dmn_integer(c->e->arena, how(d)) : call_null(c, "there is no date");
}

BUILTIN(day_of_year)
{
    return day_number(c, temporal_day_of_year);
}

BUILTIN(week_of_year)
{
    return day_number(c, temporal_week_of_year);
}

static bool same_zone(const struct zone *a, const struct zone *b)
{
    return a->kind == b->kind && a->offset == b->offset && text_equal(a->name, b->name);
}

static bool same_time(const struct time_of_day *a, const struct time_of_day *b)
{
    return a->hour == b->hour && a->minute == b->minute && a->second == b->second && a->nanosecond == b->nanosecond &&
           same_zone(&a->zone, &b->zone);
}

/* The very same value: times in different zones are not, though they may be equal. */
BUILTIN(is)
{
    const struct dmn_value *a = c->arg[0], *b = c->arg[1];
    if (a->kind == DMN_TIME && b->kind == DMN_TIME)
        return dmn_boolean(same_time(&a->as.time, &b->as.time));
    if (a->kind == DMN_DATE_TIME && b->kind == DMN_DATE_TIME)
        return dmn_boolean(date_compare(a->as.date_time.date, b->as.date_time.date) == 0 &&
                           same_time(&a->as.date_time.time, &b->as.date_time.time));
    return dmn_boolean(dmn_value_equal(a, b));
}
