#include "base/temporal.h"

#include <unicode/ucal.h>
#include <unicode/ustring.h>

#include "base/arena.h"

enum { ZONE_NAME_MOST = 64 };

static int32_t month_length(int32_t year, int32_t month)
{
    static const int8_t length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (month < 1 || month > 12)
        return 0;
    return month == 2 && leap ? 29 : length[month - 1];
}

bool temporal_date_valid(struct date d)
{
    return d.year >= -TEMPORAL_YEAR_MOST && d.year <= TEMPORAL_YEAR_MOST && d.day >= 1 &&
           d.day <= month_length(d.year, d.month);
}

static int64_t floor_divide(int64_t a, int64_t b)
{
    int64_t q = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}

struct date temporal_add_months(struct date d, int64_t months)
{
    /* Past the years allowed any invalid day will do; the caller checks. */
    const int64_t far = INT64_C(12) * 3 * TEMPORAL_YEAR_MOST;
    if (months > far || months < -far)
        return (struct date){INT32_MAX, 0, 0};
    int64_t total = (int64_t)d.year * 12 + (d.month - 1) + months;
    int64_t year = floor_divide(total, 12);
    if (year > TEMPORAL_YEAR_MOST || year < -TEMPORAL_YEAR_MOST)
        return (struct date){INT32_MAX, 0, 0};
    struct date out = {(int32_t)year, (int32_t)(total - year * 12) + 1, d.day};
    int32_t last = month_length(out.year, out.month);
    if (out.day > last)
        out.day = last;
    return out;
}

int temporal_weekday(struct date d)
{
    int64_t days = date_to_days(d) + 3; /* 1970-01-01 was a Thursday */
    return (int)(days - floor_divide(days, 7) * 7) + 1;
}

int temporal_day_of_year(struct date d)
{
    return (int)(date_to_days(d) - date_to_days((struct date){d.year, 1, 1})) + 1;
}

int temporal_week_of_year(struct date d)
{
    /* The week belongs to the year in which its Thursday lies. */
    struct date thursday = date_from_days(date_to_days(d) + 4 - temporal_weekday(d));
    return (temporal_day_of_year(thursday) - 1) / 7 + 1;
}

int64_t temporal_months_between(struct date a, int64_t nanos_a, struct date b, int64_t nanos_b)
{
    int64_t months = ((int64_t)b.year - a.year) * 12 + b.month - a.month;
    bool b_earlier_in_month = b.day < a.day || (b.day == a.day && nanos_b < nanos_a);
    bool b_later_in_month = b.day > a.day || (b.day == a.day && nanos_b > nanos_a);
    if (months > 0 && b_earlier_in_month)
        months--;
    else if (months < 0 && b_later_in_month)
        months++;
    return months;
}

static bool zone_utf16(struct text name, UChar *out, int32_t *length)
{
    UErrorCode status = U_ZERO_ERROR;
    if (name.n == 0 || name.n >= ZONE_NAME_MOST)
        return false;
    u_strFromUTF8(out, ZONE_NAME_MOST, length, name.p, (int32_t)name.n, &status);
    return U_SUCCESS(status);
}

bool zone_known(struct text name)
{
    UChar id[ZONE_NAME_MOST], canonical[ZONE_NAME_MOST * 2];
    int32_t length;
    UErrorCode status = U_ZERO_ERROR;
    UBool system = 0;
    if (!zone_utf16(name, id, &length))
        return false;
    ucal_getCanonicalTimeZoneID(id, length, canonical, ZONE_NAME_MOST * 2, &system, &status);
    return U_SUCCESS(status) && system;
}

bool zone_offset(const struct zone *zone, struct date d, const struct time_of_day *t, int32_t *seconds)
{
    if (zone->kind == ZONE_OFFSET) {
        *seconds = zone->offset;
        return true;
    }
    UChar id[ZONE_NAME_MOST];
    int32_t length;
    if (zone->kind == ZONE_LOCAL || !zone_utf16(zone->name, id, &length))
        return false;
    UErrorCode status = U_ZERO_ERROR;
    UCalendar *calendar = ucal_open(id, length, "en", UCAL_GREGORIAN, &status);
    if (U_FAILURE(status))
        return false;
    double local = 1000.0 * ((double)date_to_days(d) * 86400 + t->hour * 3600 + t->minute * 60 + t->second);
    double offset = 0;
    /* The offset depends on the instant and the instant on the offset: the second round settles it. */
    for (int round = 0; round < 2; round++) {
        ucal_setMillis(calendar, local - offset, &status);
        offset = ucal_get(calendar, UCAL_ZONE_OFFSET, &status) + ucal_get(calendar, UCAL_DST_OFFSET, &status);
    }
    ucal_close(calendar);
    if (U_FAILURE(status))
        return false;
    *seconds = (int32_t)(offset / 1000);
    return true;
}

int64_t temporal_seconds(const struct date_time *d)
{
    int32_t offset = 0;
    (void)zone_offset(&d->time.zone, d->date, &d->time, &offset);
    return date_to_days(d->date) * 86400 + d->time.hour * 3600 + d->time.minute * 60 + d->time.second - offset;
}

int64_t temporal_time_seconds(const struct time_of_day *t)
{
    int32_t offset = 0;
    (void)zone_offset(&t->zone, (struct date){1970, 1, 1}, t, &offset);
    return (int64_t)t->hour * 3600 + t->minute * 60 + t->second - offset;
}

static void set_seconds(struct time_of_day *t, int64_t of_day)
{
    t->hour = (int32_t)(of_day / 3600);
    t->minute = (int32_t)(of_day / 60 % 60);
    t->second = (int32_t)(of_day % 60);
}

bool temporal_date_time_add(struct date_time d, struct duration by, struct date_time *out)
{
    int64_t local = date_to_days(d.date) * 86400 + d.time.hour * 3600 + d.time.minute * 60 + d.time.second;
    int32_t nanoseconds = d.time.nanosecond + by.nanoseconds;
    if (__builtin_add_overflow(local, by.seconds, &local))
        return false;
    if (nanoseconds >= 1000000000) {
        nanoseconds -= 1000000000;
        if (__builtin_add_overflow(local, 1, &local))
            return false;
    }
    int64_t days = floor_divide(local, 86400);
    const int64_t most = INT64_C(366) * (TEMPORAL_YEAR_MOST + INT64_C(1));
    if (days > most || days < -most)
        return false;
    *out = d;
    out->date = date_from_days(days);
    out->time.nanosecond = nanoseconds;
    set_seconds(&out->time, local - days * 86400);
    return temporal_date_valid(out->date);
}

struct time_of_day temporal_time_add(struct time_of_day t, struct duration by)
{
    int64_t local = (int64_t)t.hour * 3600 + t.minute * 60 + t.second + by.seconds % 86400;
    t.nanosecond += by.nanoseconds;
    if (t.nanosecond >= 1000000000) {
        t.nanosecond -= 1000000000;
        local++;
    }
    set_seconds(&t, local - floor_divide(local, 86400) * 86400);
    return t;
}

bool duration_add(struct duration a, struct duration b, struct duration *out)
{
    struct duration sum = {0, a.nanoseconds + b.nanoseconds};
    int carry = 0;
    if (sum.nanoseconds >= 1000000000) {
        sum.nanoseconds -= 1000000000;
        carry = 1;
    }
    if (__builtin_add_overflow(a.seconds, b.seconds, &sum.seconds) ||
        __builtin_add_overflow(sum.seconds, carry, &sum.seconds) || sum.seconds == INT64_MIN)
        return false;
    *out = sum;
    return true;
}

struct duration duration_negate(struct duration a)
{
    if (a.nanoseconds == 0)
        return (struct duration){a.seconds == INT64_MIN ? INT64_MAX : -a.seconds, 0};
    return (struct duration){-(a.seconds + 1), 1000000000 - a.nanoseconds};
}

int duration_compare(struct duration a, struct duration b)
{
    if (a.seconds != b.seconds)
        return a.seconds < b.seconds ? -1 : 1;
    return (a.nanoseconds > b.nanoseconds) - (a.nanoseconds < b.nanoseconds);
}
