#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t read_clock(clockid_t which)
{
    struct timespec t;
    clock_gettime(which, &t);
    return (int64_t)t.tv_sec * CLOCK_SECOND + t.tv_nsec / 1000;
}

int64_t clock_now(void)
{
    return read_clock(CLOCK_REALTIME);
}

void clock_condition_init(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

int64_t clock_steady(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

bool date_valid(struct date d)
{
    return d.month >= 1 && d.month <= 12 && d.day >= 1 && d.day <= days_in_month(d.year, d.month);
}

/* Years are counted from March, so that the leap day is the last of its year. */
int64_t date_to_days(struct date d)
{
    int64_t year = d.year - (d.month <= 2);
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct date date_from_days(int64_t days)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    int64_t day = day_of_year - (153 * month + 2) / 5 + 1;
    month += month < 10 ? 3 : -9;
    int64_t year = year_of_era + era * 400 + (month <= 2);
    return (struct date){(int32_t)year, (int32_t)month, (int32_t)day};
}

/* Reads exactly `count` digits at the front of `t`. */
static bool take_digits(struct text *t, size_t count, int32_t *value)
{
    if (t->n < count)
        return false;
    *value = 0;
    for (size_t i = 0; i < count; i++) {
        if (t->p[i] < '0' || t->p[i] > '9')
            return false;
        *value = *value * 10 + (t->p[i] - '0');
    }
    *t = text_cut(*t, count, t->n);
    return true;
}

static bool take_char(struct text *t, char c)
{
    if (t->n == 0 || t->p[0] != c)
        return false;
    *t = text_cut(*t, 1, t->n);
    return true;
}

static bool take_date(struct text *t, struct date *d)
{
    return take_digits(t, 4, &d->year) && take_char(t, '-') && take_digits(t, 2, &d->month) && take_char(t, '-') &&
           take_digits(t, 2, &d->day) && d->year >= 1 && date_valid(*d);
}

bool date_parse(struct text t, struct date *d)
{
    struct date read;
    if (!take_date(&t, &read) || t.n)
        return false;
    *d = read;
    return true;
}

struct text date_format(struct arena *arena, struct date d)
{
    return arena_format(arena, "%04d-%02d-%02d", d.year, d.month, d.day);
}

const char *date_month(int month)
{
    static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                         "July",    "August",   "September", "October", "November", "December"};
    return months[month - 1];
}

struct text date_words(struct arena *arena, struct date d)
{
    return date_valid(d) ? arena_format(arena, "%d %s %d", (int)d.day, date_month(d.month), (int)d.year) : TEXT("");
}

struct text instant_words(struct arena *arena, int64_t instant)
{
    time_t seconds = (time_t)(instant / CLOCK_SECOND);
    struct tm when;
    if (instant <= 0 || !localtime_r(&seconds, &when))
        return TEXT("");
    return arena_format(arena, "%d %s %d at %d:%02d%s", when.tm_mday, date_month(when.tm_mon + 1), when.tm_year + 1900,
                        when.tm_hour % 12 ? when.tm_hour % 12 : 12, when.tm_min, when.tm_hour < 12 ? "am" : "pm");
}

int date_compare(struct date a, struct date b)
{
    int64_t x = date_to_days(a), y = date_to_days(b);
    return (x > y) - (x < y);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

struct date date_of_instant(int64_t instant)
{
    return date_from_days(floor_div(instant, CLOCK_DAY));
}

/* So many digits, and what comes after them. */
static char *put_digits(char *to, int value, int digits, char after)
{
    for (int i = digits; i-- > 0; value /= 10)
        to[i] = (char)('0' + value % 10);
    to[digits] = after;
    return to + digits + 1;
}

struct text instant_format(struct arena *arena, int64_t instant)
{
    int64_t days = floor_div(instant, CLOCK_DAY);
    int64_t rest = instant % CLOCK_DAY; /* days * CLOCK_DAY need not fit */
    rest += rest < 0 ? CLOCK_DAY : 0;
    struct date d = date_from_days(days);
    int seconds = (int)(rest / CLOCK_SECOND);
    if (d.year < 0 || d.year > 9999)
        return arena_format(arena, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", d.year, d.month, d.day, seconds / 3600,
                            seconds / 60 % 60, seconds % 60, (int)(rest % CLOCK_SECOND));
    char *to = arena_alloc(arena, sizeof "2026-01-31T00:00:00.000000Z"); /* every entry and record has one: it must be quick */
    if (!to)
        return (struct text){NULL, 0};
    char *at = put_digits(to, d.year, 4, '-');
    at = put_digits(at, d.month, 2, '-');
    at = put_digits(at, d.day, 2, 'T');
    at = put_digits(at, seconds / 3600, 2, ':');
    at = put_digits(at, seconds / 60 % 60, 2, ':');
    at = put_digits(at, seconds % 60, 2, '.');
    at = put_digits(at, (int)(rest % CLOCK_SECOND), 6, 'Z');
    *at = '\0';
    return (struct text){to, (size_t)(at - to)};
}

bool instant_parse(struct text t, int64_t *instant)
{
    struct date d;
    int32_t hour, minute, second;
    if (!take_date(&t, &d) || !(take_char(&t, 'T') || take_char(&t, 't')) || !take_digits(&t, 2, &hour) ||
        !take_char(&t, ':') || !take_digits(&t, 2, &minute) || !take_char(&t, ':') || !take_digits(&t, 2, &second) ||
        hour > 23 || minute > 59 || second > 59)
        return false;
    int64_t micros = 0;
    if (take_char(&t, '.')) {
        int64_t unit = CLOCK_SECOND / 10;
        int32_t digit;
        if (t.n == 0 || t.p[0] < '0' || t.p[0] > '9')
            return false;
        while (take_digits(&t, 1, &digit)) {
            micros += digit * unit;
            unit /= 10;
        }
    }
    int64_t offset = 0;
    if (!take_char(&t, 'Z') && !take_char(&t, 'z')) {
        bool west = t.n && t.p[0] == '-';
        int32_t hours, minutes;
        if (!(take_char(&t, '-') || take_char(&t, '+')) || !take_digits(&t, 2, &hours) || !take_char(&t, ':') ||
            !take_digits(&t, 2, &minutes) || hours > 23 || minutes > 59)
            return false;
        offset = (hours * 60 + minutes) * 60 * CLOCK_SECOND * (west ? -1 : 1);
    }
    if (t.n)
        return false;
    *instant = date_to_days(d) * CLOCK_DAY + ((hour * 60 + minute) * 60 + second) * CLOCK_SECOND + micros - offset;
    return true;
}
