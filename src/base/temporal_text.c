#include "base/temporal.h"

#include <string.h>

#include "base/arena.h"

/* Reading and writing. One cursor; every reader takes what it knows or leaves the cursor where it was. */
struct cursor {
    const char *p, *end;
};

static struct cursor cursor_of(struct text t)
{
    return (struct cursor){t.p ? t.p : "", (t.p ? t.p : "") + t.n};
}

static bool take(struct cursor *c, char wanted)
{
    if (c->p == c->end || *c->p != wanted)
        return false;
    c->p++;
    return true;
}

static bool take_digits(struct cursor *c, size_t least, size_t most, int64_t *value, size_t *count)
{
    const char *start = c->p;
    *value = 0;
    while (c->p < c->end && *c->p >= '0' && *c->p <= '9' && (size_t)(c->p - start) < most)
        *value = *value * 10 + (*c->p++ - '0');
    size_t n = (size_t)(c->p - start);
    if (count)
        *count = n;
    bool more = c->p < c->end && *c->p >= '0' && *c->p <= '9';
    return n >= least && !more;
}

static bool take_two(struct cursor *c, int32_t *value)
{
    int64_t v;
    if (!take_digits(c, 2, 2, &v, NULL))
        return false;
    *value = (int32_t)v;
    return true;
}

static bool take_date(struct cursor *c, struct date *out)
{
    bool negative = take(c, '-');
    const char *start = c->p;
    int64_t year;
    size_t digits;
    if (!take_digits(c, 4, 9, &year, &digits) || (digits > 4 && *start == '0'))
        return false;
    struct date d = {(int32_t)(negative ? -year : year), 0, 0};
    if (!take(c, '-') || !take_two(c, &d.month) || !take(c, '-') || !take_two(c, &d.day) || !temporal_date_valid(d))
        return false;
    *out = d;
    return true;
}

static bool take_zone(struct cursor *c, struct zone *out)
{
    *out = (struct zone){.kind = ZONE_LOCAL};
    if (c->p == c->end)
        return true;
    if (take(c, 'Z') || take(c, 'z')) {
        out->kind = ZONE_OFFSET;
        return true;
    }
    if (take(c, '@')) {
        out->kind = ZONE_NAMED;
        out->name = (struct text){c->p, (size_t)(c->end - c->p)};
        c->p = c->end;
        return zone_known(out->name);
    }
    int32_t sign = *c->p == '-' ? -1 : 1, hours, minutes, seconds = 0;
    if (!take(c, '-') && !take(c, '+'))
        return false;
    if (!take_two(c, &hours) || !take(c, ':') || !take_two(c, &minutes))
        return false;
    if (take(c, ':') && !take_two(c, &seconds))
        return false;
    if (hours > 14 || minutes > 59 || seconds > 59 || (hours == 14 && (minutes || seconds)))
        return false;
    out->kind = ZONE_OFFSET;
    out->offset = sign * (hours * 3600 + minutes * 60 + seconds);
    return true;
}

/* ".5" as nanoseconds; digits past the ninth are dropped. */
static bool take_fraction(struct cursor *c, int32_t *nanoseconds, bool may_be_empty)
{
    *nanoseconds = 0;
    if (!take(c, '.'))
        return true;
    int32_t unit = 100000000;
    const char *start = c->p;
    for (; c->p < c->end && *c->p >= '0' && *c->p <= '9'; c->p++, unit /= 10)
        *nanoseconds += unit * (*c->p - '0');
    return c->p > start || may_be_empty;
}

static bool take_time(struct cursor *c, struct time_of_day *out)
{
    struct time_of_day t = {0};
    if (!take_two(c, &t.hour) || !take(c, ':') || !take_two(c, &t.minute) || !take(c, ':') || !take_two(c, &t.second) ||
        !take_fraction(c, &t.nanosecond, false) || t.hour > 24 ||
        (t.hour == 24 && (t.minute || t.second || t.nanosecond)) || t.minute > 59 || t.second > 59 || !take_zone(c, &t.zone))
        return false;
    *out = t;
    return true;
}

bool temporal_parse_date(struct text t, struct date *out)
{
    struct cursor c = cursor_of(t);
    struct date d;
    if (!take_date(&c, &d) || c.p != c.end)
        return false;
    *out = d;
    return true;
}

bool temporal_parse_time(struct text t, struct time_of_day *out)
{
    struct cursor c = cursor_of(t);
    struct time_of_day time;
    if (!take_time(&c, &time) || c.p != c.end)
        return false;
    time.hour %= 24;
    *out = time;
    return true;
}

bool temporal_parse_date_time(struct text t, struct date_time *out)
{
    struct cursor c = cursor_of(t);
    struct date_time d;
    if (!take_date(&c, &d.date) || !take(&c, 'T') || !take_time(&c, &d.time) || c.p != c.end)
        return false;
    if (d.time.hour == 24) { /* midnight at the day's end is midnight of the next day */
        d.time.hour = 0;
        d.date = date_from_days(date_to_days(d.date) + 1);
    }
    *out = d;
    return true;
}

/* Digits and the letter after them; false, with the cursor unmoved, where the letter is another. */
static bool take_part(struct cursor *c, char letter, int64_t unit, int64_t *total, bool *overflow, bool *any)
{
    struct cursor start = *c;
    int64_t value = 0;
    bool over = false;
    while (c->p < c->end && *c->p >= '0' && *c->p <= '9')
        over |= __builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, *c->p++ - '0', &value);
    if (c->p == start.p || !take(c, letter)) {
        *c = start;
        return false;
    }
    over |= __builtin_mul_overflow(value, unit, &value) || __builtin_add_overflow(*total, value, total);
    *overflow |= over;
    *any = true;
    return true;
}

bool temporal_parse_duration(struct text t, struct duration *out)
{
    struct cursor c = cursor_of(t);
    bool negative = take(&c, '-'), overflow = false, any = false;
    struct duration d = {0, 0};
    if (!take(&c, 'P'))
        return false;
    take_part(&c, 'D', 86400, &d.seconds, &overflow, &any);
    if (take(&c, 'T')) {
        any = false;
        take_part(&c, 'H', 3600, &d.seconds, &overflow, &any);
        take_part(&c, 'M', 60, &d.seconds, &overflow, &any);
        struct cursor start = c;
        if (!take_part(&c, 'S', 1, &d.seconds, &overflow, &any)) {
            while (c.p < c.end && *c.p >= '0' && *c.p <= '9')
                c.p++;
            struct cursor whole = {start.p, c.p};
            if (c.p > start.p && take_fraction(&c, &d.nanoseconds, true) && take(&c, 'S')) {
                int64_t seconds = 0;
                if (!take_digits(&whole, 1, 18, &seconds, NULL) || __builtin_add_overflow(d.seconds, seconds, &d.seconds))
                    overflow = true;
                any = true;
            } else {
                c = start;
            }
        }
    }
    if (!any || overflow || c.p != c.end)
        return false;
    *out = negative ? duration_negate(d) : d;
    return true;
}

bool temporal_parse_months(struct text t, int64_t *months)
{
    struct cursor c = cursor_of(t);
    bool negative = take(&c, '-'), overflow = false, any = false;
    int64_t total = 0;
    if (!take(&c, 'P'))
        return false;
    take_part(&c, 'Y', 12, &total, &overflow, &any);
    take_part(&c, 'M', 1, &total, &overflow, &any);
    if (!any || overflow || c.p != c.end)
        return false;
    *months = negative ? -total : total;
    return true;
}

void temporal_write_date(struct buffer *out, struct date d)
{
    buffer_format(out, "%s%04d-%02d-%02d", d.year < 0 ? "-" : "", d.year < 0 ? -d.year : d.year, d.month, d.day);
}

static void write_fraction(struct buffer *out, int32_t nanoseconds)
{
    char digits[9];
    size_t n = 0;
    if (nanoseconds == 0)
        return;
    for (int32_t unit = 100000000; unit; unit /= 10)
        digits[n++] = (char)('0' + nanoseconds / unit % 10);
    while (digits[n - 1] == '0')
        n--;
    buffer_char(out, '.');
    buffer_bytes(out, digits, n);
}

void temporal_write_time(struct buffer *out, struct time_of_day t)
{
    buffer_format(out, "%02d:%02d:%02d", t.hour, t.minute, t.second);
    write_fraction(out, t.nanosecond);
    if (t.zone.kind == ZONE_NAMED) {
        buffer_char(out, '@');
        buffer_text(out, t.zone.name);
    } else if (t.zone.kind == ZONE_OFFSET && t.zone.offset == 0) {
        buffer_char(out, 'Z');
    } else if (t.zone.kind == ZONE_OFFSET) {
        int32_t away = t.zone.offset < 0 ? -t.zone.offset : t.zone.offset;
        buffer_format(out, "%c%02d:%02d", t.zone.offset < 0 ? '-' : '+', away / 3600, away / 60 % 60);
        if (away % 60)
            buffer_format(out, ":%02d", away % 60);
    }
}

void temporal_write_date_time(struct buffer *out, struct date_time d)
{
    temporal_write_date(out, d.date);
    buffer_char(out, 'T');
    temporal_write_time(out, d.time);
}

void temporal_write_duration(struct buffer *out, struct duration d)
{
    if (d.seconds < 0 && d.seconds != INT64_MIN) {
        buffer_char(out, '-');
        d = duration_negate(d);
    }
    int64_t days = d.seconds / 86400, hours = d.seconds / 3600 % 24, minutes = d.seconds / 60 % 60, seconds = d.seconds % 60;
    buffer_char(out, 'P');
    if (days)
        buffer_format(out, "%lldD", (long long)days);
    if (days && !hours && !minutes && !seconds && !d.nanoseconds)
        return;
    buffer_char(out, 'T');
    if (hours)
        buffer_format(out, "%lldH", (long long)hours);
    if (minutes)
        buffer_format(out, "%lldM", (long long)minutes);
    if (seconds || d.nanoseconds || (!hours && !minutes)) {
        buffer_int(out, seconds);
        write_fraction(out, d.nanoseconds);
        buffer_char(out, 'S');
    }
}

void temporal_write_months(struct buffer *out, int64_t months)
{
    uint64_t away = months < 0 ? 0 - (uint64_t)months : (uint64_t)months;
    buffer_string(out, months < 0 ? "-P" : "P");
    if (away / 12)
        buffer_format(out, "%lluY", (unsigned long long)(away / 12));
    if (away % 12 || away == 0)
        buffer_format(out, "%lluM", (unsigned long long)(away % 12));
}
